// The store: one SQLite file, one writer. What goes in together is committed together.
import { apply } from '../core/apply.ts'
import type { Columns } from '../core/columns.ts'
import type { LogEvent, NewEvent } from '../core/events.ts'
import type { State } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { EventQuery, SeriesIndex, SeriesQuery } from '../core/world.ts'
import type { Points } from '../protocol/points.ts'
import { type Database, openDatabase } from './database.ts'
import { type EventLog, eventLog } from './event-log.ts'
import { type Pruned, prune, type Retention } from './retention.ts'
import { openSeries, type SeriesStore } from './series/series-store.ts'

/** A batch as an agent sent it. */
export interface StoredBatch {
  readonly agent: string
  readonly epoch: string
  readonly seq: number
  readonly points: Points
  /** The frame it came in: what the log keeps. */
  readonly frame: string
}

/** What one commit takes: events of one author, and the batch they came with. */
export interface Unit {
  readonly by: string
  readonly events: readonly NewEvent[]
  readonly batch?: StoredBatch
  /** Runs whose earlier points this unit replaces. */
  readonly replaces?: readonly string[]
}

/** Events after which a new snapshot is worth its cost. */
const SNAPSHOT_EVENTS = 5000

function writeUnit(
  unit: Unit,
  events: EventLog,
  series: SeriesStore,
  setHigh: (batch: StoredBatch) => void,
  stored: number,
): LogEvent[] {
  for (const owner of unit.replaces ?? []) series.logDrop(owner)
  const { batch } = unit
  if (batch) {
    if (batch.points.values.length > 0) series.log(batch.frame)
    setHigh(batch)
  }
  return events.append(unit.events, unit.by, stored)
}

function showUnit(unit: Unit, series: SeriesStore): void {
  for (const owner of unit.replaces ?? []) series.drop(owner)
  if (unit.batch) series.push(unit.batch.points)
}

/** Questions to the store, and the one way to write to it. */
export class Store {
  /** Random name of this store, made with it. */
  readonly id: string
  /** Summaries of all series. */
  readonly series: SeriesIndex
  readonly #db: Database
  readonly #readonly: boolean
  readonly #events: EventLog
  readonly #series: SeriesStore
  readonly #high
  readonly #write: (units: readonly Unit[], stored: number) => LogEvent[]
  #state: State
  #saved: number

  /** Opens a store. The caller holds its lock unless `readonly`. Throws StoreError. */
  constructor(file: string, options: { readonly?: boolean } = {}) {
    const db = openDatabase(file, options)
    const events = eventLog(db)
    const series = openSeries(db)
    const raise = db.prepare('insert or replace into agents values (?, ?, ?)')
    const setHigh = ({ agent, epoch, seq }: StoredBatch) => raise.run(agent, epoch, seq)
    const write = db.transaction((units: readonly Unit[], stored: number) =>
      units.flatMap((unit) => writeUnit(unit, events, series, setHigh, stored)),
    )
    this.#db = db
    this.#readonly = options.readonly ?? false
    this.#events = events
    this.#series = series
    this.#high = db.prepare('select high from agents where agent = ? and epoch = ?').pluck()
    this.#write = write.immediate
    this.#state = events.load()
    this.#saved = this.#state.seq
    this.series = series.index
    this.id = db.prepare(`select value from meta where key = 'store'`).pluck().get() as string
  }

  state(): State {
    return this.#state
  }

  /** Commits units in one synced transaction and folds their events; `stored` is Unix ms now. Throws when nothing was written. */
  commit(units: readonly Unit[], stored = Date.now()): LogEvent[] {
    const before = this.#events.seq()
    try {
      const logged = this.#write(units, Math.round(stored))
      for (const unit of units) showUnit(unit, this.#series)
      this.#state = apply(this.#state, logged)
      return logged
    } catch (error) {
      this.#events.rewind(before)
      throw error
    }
  }

  /** Last batch stored of an agent's epoch; null when none is. */
  highWater(agent: string, epoch: string): number | null {
    return (this.#high.get(agent, epoch) as number | undefined) ?? null
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

  /** Summary of the kept points of a series with times in [from, to], Unix ms; work in small pieces. */
  summaryWithin(owner: string, key: string, from: number, to: number): Generator<void, Summary | undefined> {
    return this.#series.summaryWithin(owner, key, from, to)
  }

  points(query: SeriesQuery): Columns {
    return this.#series.read(query)
  }

  /** Seals points for about `budgetMs`, when enough have come; true while there is more to do. */
  maintain(budgetMs: number): boolean {
    if (this.#state.seq - this.#saved >= SNAPSHOT_EVENTS) this.#snapshot()
    return this.#series.seal(budgetMs)
  }

  /** Seals whatever there is, or for about `budgetMs`; true while there is more to do. */
  seal(budgetMs = Infinity): boolean {
    return this.#series.seal(budgetMs, true)
  }

  /** Drops and thins points by age and size; returns what went. `now` in Unix ms. */
  prune(retention: Retention, now: number): Pruned {
    const pass = this.#db.transaction(() => prune(this.#db, this.#state, this.series, retention, now))
    const pruned = pass.immediate()
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
export const openStore = (file: string, options: { readonly?: boolean } = {}): Store =>
  new Store(file, options)
