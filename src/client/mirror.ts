// The console's copy of the hub's world, built from parts and changes by the same fold.
import { apply } from '../core/apply.ts'
import { createChanges } from '../core/changes.ts'
import type { LogEvent } from '../core/events.ts'
import type { LineSpan } from '../core/lines.ts'
import { OwnerSeries } from '../core/owner-series.ts'
import { emptyState, type RowOf, type State, type Table } from '../core/state.ts'
import { fromWireSummary } from '../core/summary.ts'
import type { Presence, World } from '../core/world.ts'
import type { ToConsole } from '../protocol/console.ts'
import { TABLES } from '../protocol/tables.ts'

type Message<T extends ToConsole['type']> = Extract<ToConsole, { type: T }>

/** A world that grows by messages. */
export class Mirror {
  #state: State = emptyState
  readonly #tables = Object.fromEntries(TABLES.map((table) => [table, new Map()])) as {
    [T in Table]: Map<string, RowOf<T>>
  }
  readonly #series = new Map<string, OwnerSeries>()
  readonly #changes = createChanges()
  readonly #presence = new Map<string, Presence>()
  readonly #lines = new Map<string, LineSpan>()

  world(): World {
    return {
      state: this.#state,
      series: this.#series,
      presence: this.#presence,
      changes: this.#changes,
      lines: this.#lines,
    }
  }

  /** The world as it will stay: of the past, or of a page. */
  still(): World {
    const series = new Map([...this.#series].map(([owner, mine]) => [owner, new Map(mine)] as const))
    return { state: this.#state, series, presence: this.#presence }
  }

  /** A part of the first picture. */
  part({ table, rows }: Message<'world.part'>): void {
    if (table === 'series') return this.#summaries(rows)
    if (table === 'lines') return this.#spans(rows)
    for (const row of rows as { id: string }[]) (this.#tables[table] as Map<string, unknown>).set(row.id, row)
  }

  /** The first picture is whole. */
  ready({ seq }: { readonly seq: number }): void {
    this.#state = { seq, ...this.#tables }
  }

  change({ events, series, presence, lines = [] }: Message<'world.change'>): void {
    if (events.length > 0) this.#state = apply(this.#state, events as LogEvent[])
    this.#summaries(series)
    this.#spans(lines)
    for (const [host, lastSeen, lagMs] of presence as [string, number, number | null][])
      this.#presence.set(host, { lastSeen, lagMs })
  }

  #spans(rows: readonly unknown[]): void {
    for (const [owner, first, next] of rows as [string, number, number][])
      this.#lines.set(owner, { first, next })
  }

  #summaries(rows: readonly unknown[]): void {
    for (const [owner, ...entries] of rows as [string, ...[string, ...unknown[]][]][]) {
      let mine = this.#series.get(owner)
      if (!mine) {
        mine = new OwnerSeries()
        this.#series.set(owner, mine)
      }
      for (const [key, ...summary] of entries) mine.put(key, fromWireSummary(summary))
      this.#changes.touch(owner)
    }
  }
}
