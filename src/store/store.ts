// The store: one SQLite file, one writer. What goes in together is committed together.
import { apply } from '../core/apply.ts'
import type { Changes } from '../core/changes.ts'
import type { Columns } from '../core/columns.ts'
import type { LogEvent, NewEvent } from '../core/events.ts'
import type { LineIndex, LinePage, LineQuery } from '../core/lines.ts'
import type { State } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { EventQuery, SeriesIndex, SeriesQuery } from '../core/world.ts'
import type { Mark } from '../protocol/ranges.ts'
import { type Database, explain, openDatabase } from './database.ts'
import { type EventLog, eventLog } from './event-log.ts'
import { type LineStore, openLines } from './lines/line-store.ts'
import { type Pruned, prune, type Retention } from './retention.ts'
import { damageOf, sound } from './row-checks.ts'
import { openSeries, type SeriesStore } from './series/series-store.ts'
import { type StoredBatch, showUnit, type Unit, type Written, writeUnit } from './unit.ts'

export type { StoredBatch, Unit } from './unit.ts'

/** Events after which a new snapshot is worth its cost. */
const SNAPSHOT_EVENTS = 5000

/** Questions to the store, and the one way to write to it. */
export class Store {
  /** Random name of this store, made with it. */
  readonly id: string
  /** Summaries of all series. */
  readonly series: SeriesIndex
  /** Which owners got points when. */
  readonly changes: Changes
  /** Which lines there are of whom. */
  readonly lineIndex: LineIndex
  readonly #db: Database
  readonly #readonly: boolean
  readonly #events: EventLog
  readonly #series: SeriesStore
  readonly #lines: LineStore
  readonly #mark
  readonly #write: (units: readonly Unit[], stored: number) => Written[]
  #state: State
  #saved: number

  /** Opens a store. The caller holds its lock unless `readonly`. Throws StoreError. */
  constructor(file: string, options: { readonly?: boolean } = {}) {
    const db = openDatabase(file, options)
    // A reader sees one moment of a file that a hub goes on writing: what is sealed later is in its memory already.
    if (options.readonly) db.exec('begin')
    const events = eventLog(db)
    const series = openSeries(db)
    const lines = openLines(db)
    const raise = db.prepare('insert or replace into agents (agent, epoch, high, beyond) values (?, ?, ?, ?)')
    const setMark = (from: StoredBatch['from']) =>
      from && raise.run(from.agent, from.epoch, from.mark.high, JSON.stringify(from.mark.beyond))
    const write = db.transaction((units: readonly Unit[], stored: number) =>
      units.map((unit) => writeUnit(unit, events, series, lines, setMark, stored)),
    )
    this.#db = db
    this.#readonly = options.readonly ?? false
    this.#events = events
    this.#series = series
    this.#lines = lines
    // A damaged mark is none: the agent then tells all anew.
    this.#mark = db.prepare(
      `select high, beyond from agents where agent = ? and epoch = ? and ${sound('agents')}`,
    )
    this.#write = write.immediate
    this.#state = events.load()
    this.#saved = this.#state.seq
    this.series = series.index
    this.changes = series.changes
    this.lineIndex = lines.index
    this.id = db.prepare(`select value from meta where key = 'store'`).pluck().get() as string
  }

  state(): State {
    return this.#state
  }

  /** Commits units in one synced transaction and folds their events; `stored` is Unix ms now. Throws when nothing was written. */
  commit(units: readonly Unit[], stored = Date.now()): LogEvent[] {
    const written = this.#writeAll(units, Math.round(stored))
    // It is on disk: whatever goes wrong from here on, its numbers are given.
    const logged = written.flatMap((each) => each.logged)
    this.#state = apply(this.#state, logged)
    for (const each of written) showUnit(each, this.#series, this.#lines)
    return logged
  }

  #writeAll(units: readonly Unit[], stored: number): Written[] {
    const before = this.#events.seq()
    try {
      return this.#write(units, stored)
    } catch (error) {
      this.#events.rewind(before)
      throw error
    }
  }

  /** Which batches of an agent's epoch are stored; null when none is. */
  mark(agent: string, epoch: string): Mark | null {
    const row = this.#mark.get(agent, epoch) as { high: number; beyond: string } | undefined
    return row ? { high: row.high, beyond: JSON.parse(row.beyond) } : null
  }

  events(query: EventQuery): LogEvent[] {
    return this.#events.read(query)
  }

  /** The newest event that the store had at `time`, Unix ms; 0 before the first one. */
  seqAt(time: number): number {
    return this.#events.seqAt(time)
  }

  /** When an event was stored, Unix ms; undefined when there is none with this number. */
  storedAt(seq: number): number | undefined {
    return this.#events.storedAt(seq)
  }

  /** What of the file was found damaged and left out, in sentences; none of a sound one. */
  damage(): readonly string[] {
    return damageOf(this.#db)
  }

  /** Summary of the kept points of a series with times in [from, to], Unix ms; work in small pieces. */
  summaryWithin(owner: string, key: string, from: number, to: number): Generator<void, Summary | undefined> {
    return this.#series.summaryWithin(owner, key, from, to)
  }

  points(query: SeriesQuery): Columns {
    return this.#series.read(query)
  }

  /** Lines of text output; `test` is what they must pass, for the query's `holds`. */
  lines(query: LineQuery, test?: (text: string) => boolean): LinePage {
    return this.#lines.read(query, test)
  }

  /** The newest frames whose points are not sealed yet, newest first. */
  newestFrames(limit: number): string[] {
    return [...this.#series.frames(limit)]
  }

  /** Seals points for about `budgetMs`, when enough have come; true while there is more to do. */
  maintain(budgetMs: number): boolean {
    if (this.#state.seq - this.#saved >= SNAPSHOT_EVENTS) this.#snapshot()
    return this.#series.seal(budgetMs) || this.#lines.merge(budgetMs)
  }

  /** Seals whatever there is, or for about `budgetMs`; true while there is more to do. */
  seal(budgetMs = Infinity): boolean {
    return this.#series.seal(budgetMs, true) || this.#lines.merge(budgetMs, true)
  }

  /** Drops and thins points by age and size; returns what went. `now` in Unix ms. */
  prune(retention: Retention, now: number): Pruned {
    const pass = this.#db.transaction(() => prune(this.#db, this.#state, this.series, retention, now))
    const pruned = pass.immediate()
    this.#lines.reload()
    const events: NewEvent[] = pruned.runs.map((about) => ({
      type: 'run.pruned',
      at: now,
      about,
      data: { reason: 'retention' },
    }))
    if (events.length > 0) this.commit([{ by: 'hub', events, replaces: pruned.runs }], now)
    return pruned
  }

  /** Gives space that deletions freed back to the file system; takes as long as copying the file. */
  compact(): void {
    this.#db.exec('vacuum')
  }

  /** Settings that durability rests on. */
  pragmas(): { journal_mode: string; synchronous: number } {
    return {
      journal_mode: this.#db.pragma('journal_mode', { simple: true }) as string,
      synchronous: this.#db.pragma('synchronous', { simple: true }) as number,
    }
  }

  /** Writes the snapshot and closes the file. */
  close(): void {
    if (!this.#readonly) this.#snapshot()
    this.#db.close()
  }

  #snapshot(): void {
    if (this.#state.seq > this.#saved) this.#events.saveSnapshot(this.#state)
    this.#saved = this.#state.seq
  }
}

/** Opens a store. The caller holds its lock unless `readonly`. Throws StoreError. */
export function openStore(file: string, options: { readonly?: boolean } = {}): Store {
  try {
    return new Store(file, options)
  } catch (error) {
    throw (error as { code?: string }).code?.startsWith('SQLITE_') ? explain(file, error) : error
  }
}
