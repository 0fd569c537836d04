// Source: what training code logged through the agent's API, on its way from the journal to the spool.
import { stateEvents } from '../../src/core/state-events.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import { fromWirePoints, type Points } from '../../src/protocol/points.ts'
import { savedFields } from '../sources/format.ts'
import type { Emit, Source, SourceOptions } from '../sources/source.ts'
import type { Journal, Place } from './journal.ts'
import { isCheckpoint, openWorld } from './local-world.ts'

/** Bytes of a journal that are kept for reading back what the hub has. */
const KEEP_BYTES = 256 << 20
/** Bytes of records after which a poll ends, so that what was read is written: events alone never fill a batch. */
const POLL_BYTES = 4 << 20
const CURSOR = 'tracking'

const FIRST: Place = { segment: 0, offset: 0 }

/** Where an earlier life stopped; the start where it was in another journal, which somebody has taken away. */
function placeOf(cursors: SourceOptions['cursors'], journal: Journal): Place {
  const { segment, offset } = savedFields(cursors.get(CURSOR))
  if (typeof segment !== 'number' || typeof offset !== 'number') return FIRST
  const last = journal.segments.at(-1) ?? 0
  return segment > last || (segment === last && offset > journal.sizeOf(last)) ? FIRST : { segment, offset }
}

/** Datasets may carry long schemas: one an event, so that each fits a frame. */
function* small(event: AgentEvent): Generator<AgentEvent> {
  if (event.type !== 'run.inputs' || event.data.datasets.length < 2) return yield event
  const { datasets, models } = event.data
  for (const [i, dataset] of datasets.entries())
    yield { ...event, data: { datasets: [dataset], models: i === 0 ? models : [] } }
}

function emitPoints(points: Points, emit: Emit): void {
  let from = 0
  for (const [i, [run, key]] of points.series.entries()) {
    const to = from + points.counts[i]!
    for (let at = from; at < to; at++)
      emit.point(run, key, points.steps[at]!, points.times[at]!, points.values[at]!)
    from = to
  }
}

/** What was logged before the oldest segment that is left: the runs, without their points. */
function emitCheckpoint(frame: Buffer, { agent }: SourceOptions, now: number, emit: Emit): void {
  for (const event of stateEvents(openWorld(agent, frame.toString()).state(), Math.trunc(now)))
    for (const each of small(event)) emit.event(each)
}

/** The source of a journal. Cursor `tracking`: the place of the next record. */
export function createJournalSource(journal: Journal, options: SourceOptions): Source {
  let place = placeOf(options.cursors, journal)
  /** Nothing has been forgotten yet of what this life tells from the start. */
  const isWhole = place === FIRST && (journal.segments[0] ?? 1) === 1
  const told = (event: AgentEvent): AgentEvent =>
    isWhole && event.type === 'run.found' ? { ...event, data: { ...event.data, whole: true } } : event
  let closed = false
  return {
    name: 'tracking',
    async poll(emit, now) {
      let bytes = 0
      for (const { frame, next } of journal.entries(place)) {
        if (closed || emit.full() || bytes > POLL_BYTES) return !closed
        bytes += frame.length
        if (isCheckpoint(frame)) {
          if (place === FIRST && !isWhole) emitCheckpoint(frame, options, now, emit)
        } else {
          const { events, points } = JSON.parse(frame.toString())
          for (const event of events as AgentEvent[]) for (const each of small(told(event))) emit.event(each)
          emitPoints(fromWirePoints(points), emit)
        }
        place = next
        emit.cursor(CURSOR, { ...place })
      }
      journal.forget(place.segment, KEEP_BYTES)
      return false
    },
    close() {
      closed = true
    },
  }
}
