// Turns what sources emit into spool records: frames of a safe size, with the cursors they cover.
import type { AgentEvent } from '../src/protocol/events.ts'
import type { Step } from '../src/protocol/numbers.ts'
import { MAX_POINTS, PointBuffer, type Points, toWirePoints } from '../src/protocol/points.ts'
import type { Emit, Json } from './sources/source.ts'
import type { Lane, Spool } from './spool/index.ts'

/** Points after which a source is asked to pause, so that a batch goes out. */
const FULL_POINTS = 8192
/** Estimated characters of a frame; the hub refuses frames above 1 MiB. */
const FRAME_CHARS = 600_000
/** Most characters of params in one event; larger sets are split. */
const EVENT_CHARS = 200_000

interface Part {
  points: Points
  events: AgentEvent[]
  chars: number
}

const emptyPart = (): Part => ({
  points: { series: [], counts: [], steps: [], times: [], values: [] },
  events: [],
  chars: 0,
})

/** Splits a set of texts into sets of a bounded size. */
function splitTexts(texts: Readonly<Record<string, string>>): Record<string, string>[] {
  const parts: Record<string, string>[] = [{}]
  let chars = 0
  for (const [key, value] of Object.entries(texts)) {
    chars += key.length + value.length
    if (chars > EVENT_CHARS) {
      parts.push({})
      chars = key.length + value.length
    }
    parts.at(-1)![key] = value
  }
  return parts
}

function splitEvent(event: AgentEvent): AgentEvent[] {
  if (event.type === 'run.params')
    return splitTexts(event.data.params).map((params) => ({ ...event, data: { params } }))
  if (event.type === 'run.tags')
    return splitTexts(event.data.tags).map((tags) => ({ ...event, data: { tags } }))
  return [event]
}

/** Cuts points and events into parts that each fit a frame. Events go before points: a run is known before its metrics. */
export function splitBatch(points: Points, events: readonly AgentEvent[]): Part[] {
  const parts = [emptyPart()]
  const room = (chars: number, count: number): Part => {
    const last = parts.at(-1)!
    if (last.chars + chars <= FRAME_CHARS && last.points.values.length + count <= MAX_POINTS) return last
    parts.push(emptyPart())
    return parts.at(-1)!
  }
  for (const event of events.flatMap(splitEvent)) {
    const chars = JSON.stringify(event).length * 2
    const part = room(chars, 0)
    part.events.push(event)
    part.chars += chars
  }
  let from = 0
  for (const [i, [owner, key]] of points.series.entries()) {
    const end = from + points.counts[i]!
    while (from < end) {
      const to = Math.min(end, from + FULL_POINTS)
      const chars = (owner.length + key.length) * 4 + (to - from) * 50
      addPoints(room(chars, to - from), [owner, key], points, from, to)
      parts.at(-1)!.chars += chars
      from = to
    }
  }
  return parts.filter((part) => part.events.length > 0 || part.points.values.length > 0)
}

function addPoints(
  part: Part,
  series: readonly [string, string],
  points: Points,
  from: number,
  to: number,
): void {
  part.points.series.push(series)
  part.points.counts.push(to - from)
  for (let i = from; i < to; i++) {
    part.points.steps.push(points.steps[i]!)
    part.points.times.push(points.times[i]!)
    part.points.values.push(points.values[i]!)
  }
}

/** The frame of one batch. */
export function batchFrame(seq: number, at: number, points: Points, events: readonly AgentEvent[]): string {
  return JSON.stringify({ type: 'batch', seq, at, events, points: toWirePoints(points) })
}

/** Collects what the sources of one lane emit and writes it to the spool. */
export class Batcher implements Emit {
  readonly #lane: Lane
  readonly #spool: Spool
  readonly #now: () => number
  #points = new PointBuffer()
  #events: AgentEvent[] = []
  #cursors: Record<string, Json | null> = {}
  #dirty = false
  /** Why a full batch could not be written; nothing more is taken then. */
  #failure: Error | undefined

  constructor(lane: Lane, spool: Spool, now: () => number) {
    this.#lane = lane
    this.#spool = spool
    this.#now = now
  }

  point(owner: string, key: string, step: Step, time: number, value: number): void {
    if (this.#failure) return
    this.#points.add(owner, key, step, time, value)
    this.#dirty = true
  }

  event(event: AgentEvent): void {
    if (this.#failure) return
    this.#events.push(event)
    this.#dirty = true
  }

  /** Points emitted before belong to this cursor, so that a full batch may be cut here and nowhere else. */
  cursor(key: string, value: Json | null): void {
    if (this.#failure) return
    this.#cursors[key] = value
    this.#dirty = true
    if (!this.full()) return
    try {
      this.flush()
    } catch (error) {
      // Not for the source, which would take it for a failure of the file that it reads: for who polls it.
      this.#failure = error as Error
    }
  }

  full(): boolean {
    return this.#failure !== undefined || this.#points.size >= FULL_POINTS
  }

  /** Writes what was collected as one synced record. Returns false when there was nothing; throws when the spool will not take it. */
  flush(): boolean {
    if (this.#failure) throw this.#failure
    if (!this.#dirty) return false
    const at = this.#now()
    const first = this.#spool.next
    const parts = splitBatch(this.#points.take(), this.#events)
    this.#events = []
    const frames = parts.map(({ points, events }, i) => batchFrame(first + i, at, points, events))
    const cursors = this.#cursors
    this.#cursors = {}
    this.#dirty = false
    this.#spool.append(this.#lane, frames, cursors)
    return true
  }
}
