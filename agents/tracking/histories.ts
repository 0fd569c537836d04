// Where each run's points lie in the journal, so that a metric's history is read without reading all of it.
import type { History } from '../../src/mlflow/backend.ts'
import { fromWirePoints, type Points } from '../../src/protocol/points.ts'
import type { Journal, Place } from './journal.ts'
import { isCheckpoint } from './local-world.ts'

/** Histories of metrics. */
export interface Histories {
  /** Notes that a record with these points was written. */
  note(place: Place, points: Points): void
  /** The points of a metric, `count` in number as far as is known. */
  read(run: string, key: string, count: number): History
}

interface Growing {
  readonly steps: History['steps'][number][]
  readonly times: number[]
  readonly values: number[]
}

function collect(frame: Buffer, run: string, key: string, into: Growing): void {
  const { series, counts, steps, times, values } = fromWirePoints(JSON.parse(frame.toString()).points)
  let from = 0
  for (const [i, [owner, name]] of series.entries()) {
    const to = from + counts[i]!
    if (owner === run && name === key)
      for (let at = from; at < to; at++) {
        into.steps.push(steps[at]!)
        into.times.push(times[at]!)
        into.values.push(values[at]!)
      }
    from = to
  }
}

/** Offsets of each run's records, by segment: those of a segment that is gone go with it. */
type Places = Map<number, Map<string, number[]>>

function add(places: Places, { segment, offset }: Place, run: string): void {
  let runs = places.get(segment)
  if (!runs) {
    runs = new Map()
    places.set(segment, runs)
  }
  const offsets = runs.get(run)
  if (offsets) offsets.push(offset)
  else runs.set(run, [offset])
}

/** Where the records lie that were written before `end`. One request logs for one run, so the first series names it. */
function look(journal: Journal, end: Place): Places {
  const found: Places = new Map()
  for (const { frame, place } of journal.entries({ segment: 0, offset: 0 })) {
    if (place.segment > end.segment || (place.segment === end.segment && place.offset >= end.offset)) break
    const at = frame.indexOf('"series":[["')
    if (at < 0 || isCheckpoint(frame)) continue
    const from = at + 12
    add(found, place, frame.toString('utf8', from, frame.indexOf('"', from)))
  }
  return found
}

/** Opens the histories of a journal. What it held before is looked through once, when somebody asks. */
export function openHistories(journal: Journal): Histories {
  const places: Places = new Map()
  let older: Places | undefined
  let kept: { run: string; key: string; count: number; history: History } | undefined
  const last = journal.segments.at(-1) ?? 0
  const end: Place = { segment: last, offset: journal.sizeOf(last) }

  function forget(): void {
    for (const segment of places.keys()) if (journal.sizeOf(segment) === 0) places.delete(segment)
  }

  return {
    note(place, { series }) {
      if (!places.has(place.segment)) forget()
      if (series.length > 0) add(places, place, series[0]![0])
    },
    read(run, key, count) {
      // Clients read a long one in pages: the pages are of one reading.
      if (kept?.run === run && kept.key === key && kept.count === count) return kept.history
      older ??= look(journal, end)
      const found: Growing = { steps: [], times: [], values: [] }
      for (const [segment, runs] of [...older, ...places])
        for (const frame of journal.read(segment, runs.get(run) ?? [])) collect(frame, run, key, found)
      kept = { run, key, count, history: found }
      return found
    },
  }
}
