// The console's copy of the hub's world, built from parts and changes by the same fold.
import { apply } from '../core/apply.ts'
import type { LogEvent } from '../core/events.ts'
import { type Ack, emptyState, type Host, type Problem, type Run, type State } from '../core/state.ts'
import { fromWireSummary, type Summary } from '../core/summary.ts'
import type { Presence, World } from '../core/world.ts'
import type { ToConsole } from '../protocol/console.ts'

type Message<T extends ToConsole['type']> = Extract<ToConsole, { type: T }>

/** A world that grows by messages. */
export class Mirror {
  #state: State = emptyState
  readonly #tables = {
    hosts: new Map<string, Host>(),
    runs: new Map<string, Run>(),
    problems: new Map<string, Problem>(),
    acks: new Map<string, Ack>(),
  }
  readonly #series = new Map<string, Map<string, Summary>>()
  readonly #presence = new Map<string, Presence>()

  world(): World {
    return { state: this.#state, series: this.#series, presence: this.#presence }
  }

  /** A part of the first picture. */
  part({ table, rows }: Message<'world.part'>): void {
    if (table === 'series') return this.#summaries(rows)
    for (const row of rows as { id: string }[]) (this.#tables[table] as Map<string, unknown>).set(row.id, row)
  }

  /** The first picture is whole. */
  ready({ seq }: { readonly seq: number }): void {
    this.#state = { seq, ...this.#tables }
  }

  change({ events, series, presence }: Message<'world.change'>): void {
    if (events.length > 0) this.#state = apply(this.#state, events as LogEvent[])
    this.#summaries(series)
    for (const [host, lastSeen, lagMs] of presence as [string, number, number | null][])
      this.#presence.set(host, { lastSeen, lagMs })
  }

  #summaries(rows: readonly unknown[]): void {
    for (const [owner, ...entries] of rows as [string, ...[string, ...unknown[]][]][]) {
      let mine = this.#series.get(owner)
      if (!mine) {
        mine = new Map()
        this.#series.set(owner, mine)
      }
      for (const [key, ...summary] of entries) mine.set(key, fromWireSummary(summary))
    }
  }
}
