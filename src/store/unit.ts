// What one commit takes in, and how it is written and then shown.
import type { LogEvent, NewEvent } from '../core/events.ts'
import type { LineGroup } from '../protocol/lines.ts'
import type { Points } from '../protocol/points.ts'
import type { Mark } from '../protocol/ranges.ts'
import type { EventLog } from './event-log.ts'
import type { LineStore } from './lines/line-store.ts'
import type { BatchPlace } from './series/point-log.ts'
import type { Joined, SeriesStore } from './series/series-store.ts'

/** Points as they came in one message. */
export interface StoredBatch {
  /** Of an agent's batch: its life, and all batches of it that are stored once this one is. */
  readonly from?: {
    readonly agent: string
    readonly epoch: string
    readonly seq: number
    readonly mark: Mark
  }
  readonly points: Points
  /** Text output. */
  readonly lines?: readonly LineGroup[]
  /** The frame it came in, without lines: what the log keeps. */
  readonly frame: string
  /** It was made before others that are stored already. */
  readonly late?: boolean
}

/** What one commit takes: events of one author, and the batch they came with. */
export interface Unit {
  readonly by: string
  readonly events: readonly NewEvent[]
  readonly batch?: StoredBatch
  /** Runs whose earlier points this unit replaces. */
  readonly replaces?: readonly string[]
}

/** A unit that is on disk, once its transaction is. */
export interface Written {
  readonly unit: Unit
  readonly joined: Joined
  readonly logged: readonly LogEvent[]
}

const placeOf = ({ from }: StoredBatch): BatchPlace | undefined => from && { ...from, high: from.mark.high }

/** Writes a unit; inside the caller's transaction. */
export function writeUnit(
  unit: Unit,
  events: EventLog,
  series: SeriesStore,
  lines: LineStore,
  setMark: (from: StoredBatch['from']) => void,
  stored: number,
): Written {
  for (const owner of unit.replaces ?? []) {
    series.logDrop(owner)
    lines.logDrop(owner)
  }
  const { batch } = unit
  let joined: Joined = []
  if (batch) {
    const { points, frame, lines: said = [] } = batch
    joined = series.log(points.values.length > 0 ? frame : undefined, placeOf(batch))
    if (said.length > 0) lines.log(said)
    setMark(batch.from)
  }
  return { unit, joined, logged: events.append(unit.events, unit.by, stored) }
}

/** Makes a unit visible; after the commit. */
export function showUnit({ unit, joined }: Written, series: SeriesStore, lines: LineStore): void {
  for (const owner of unit.replaces ?? []) {
    series.drop(owner)
    lines.drop(owner)
  }
  if (unit.batch) series.push(unit.batch.points, unit.batch.late ?? false, placeOf(unit.batch))
  for (const [lane, upTo] of joined) series.join(lane, upTo)
  if (unit.batch?.lines?.length) lines.push(unit.batch.lines)
}
