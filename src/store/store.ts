// The store: one SQLite file, one writer. What goes in together is committed together.
import { apply } from '../core/apply.ts'
import type { Columns } from '../core/columns.ts'
import type { LogEvent, NewEvent } from '../core/events.ts'
import type { State } from '../core/state.ts'
import type { EventQuery, SeriesIndex, SeriesQuery } from '../core/world.ts'
import type { Points } from '../protocol/points.ts'
import { openDatabase } from './database.ts'
import { type EventLog, eventLog } from './event-log.ts'
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

/** Questions to the store, and the one way to write to it. */
export interface Store {
  /** Random name of this store, made with it. */
  readonly id: string
  state(): State
  readonly series: SeriesIndex
  /** Commits units in one synced transaction and folds their events. Throws when nothing was written. */
  commit(units: readonly Unit[]): LogEvent[]
  /** Last batch stored of an agent's epoch; null when none is. */
  highWater(agent: string, epoch: string): number | null
  events(query: EventQuery): LogEvent[]
  points(query: SeriesQuery): Columns
  /** Seals points for about `budgetMs`; true while there is more to do. */
  maintain(budgetMs: number): boolean
  /** Seals whatever there is, or for about `budgetMs`; true while there is more to do. */
  seal(budgetMs?: number): boolean
  /** Gives space that deletions freed back to the file system; takes as long as copying the file. */
  compact(): void
  /** Settings that durability rests on. */
  pragmas(): { journal_mode: string; synchronous: number }
  /** Writes the snapshot and closes the file. */
  close(): void
}

/** Events after which a new snapshot is worth its cost. */
const SNAPSHOT_EVENTS = 5000

function writeUnit(
  unit: Unit,
  events: EventLog,
  series: SeriesStore,
  setHigh: (batch: StoredBatch) => void,
): LogEvent[] {
  for (const owner of unit.replaces ?? []) series.logDrop(owner)
  const { batch } = unit
  if (batch) {
    if (batch.points.values.length > 0) series.log(batch.frame)
    setHigh(batch)
  }
  return events.append(unit.events, unit.by)
}

function showUnit(unit: Unit, series: SeriesStore): void {
  for (const owner of unit.replaces ?? []) series.drop(owner)
  if (unit.batch) series.push(unit.batch.points)
}

/** Opens a store. The caller holds its lock unless `readonly`. Throws StoreError. */
export function openStore(file: string, options: { readonly?: boolean } = {}): Store {
  const db = openDatabase(file, options)
  const events = eventLog(db)
  const series = openSeries(db)
  const high = db.prepare('select high from agents where agent = ? and epoch = ?').pluck()
  const raise = db.prepare('insert or replace into agents values (?, ?, ?)')
  let state = events.load()
  let saved = state.seq
  const write = db.transaction((units: readonly Unit[]) =>
    units.flatMap((unit) =>
      writeUnit(unit, events, series, ({ agent, epoch, seq }) => raise.run(agent, epoch, seq)),
    ),
  )
  const snapshot = () => {
    if (state.seq > saved) events.saveSnapshot(state)
    saved = state.seq
  }
  return {
    id: db.prepare(`select value from meta where key = 'store'`).pluck().get() as string,
    state: () => state,
    series: series.index,
    commit(units) {
      const before = events.seq()
      try {
        const logged = write.immediate(units)
        for (const unit of units) showUnit(unit, series)
        state = apply(state, logged)
        return logged
      } catch (error) {
        events.rewind(before)
        throw error
      }
    },
    highWater: (agent, epoch) => (high.get(agent, epoch) as number | undefined) ?? null,
    events: events.read,
    points: series.read,
    maintain(budgetMs) {
      if (state.seq - saved >= SNAPSHOT_EVENTS) snapshot()
      return series.seal(budgetMs)
    },
    seal: (budgetMs = Infinity) => series.seal(budgetMs, true),
    compact: () => void db.exec('vacuum'),
    pragmas: () => ({
      journal_mode: db.pragma('journal_mode', { simple: true }) as string,
      synchronous: db.pragma('synchronous', { simple: true }) as number,
    }),
    close() {
      if (!options.readonly) snapshot()
      db.close()
    },
  }
}
