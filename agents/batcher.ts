// Turns what sources emit into spool records: frames of a safe size, with the cursors they cover.
import type { AgentEvent } from '../src/protocol/events.ts'
import { LineBuffer, type LineGroup } from '../src/protocol/lines.ts'
import type { Step } from '../src/protocol/numbers.ts'
import { PointBuffer, type Points, toWirePoints } from '../src/protocol/points.ts'
import { FULL_POINTS, splitBatch } from './batch-parts.ts'
import type { Emit, Json } from './sources/source.ts'
import type { Lane, Spool } from './spool/index.ts'

/** Lines, and their characters, after which a source is asked to pause. */
const FULL_LINES = 8192
const FULL_CHARS = 500_000

/** The frame of one batch. */
export function batchFrame(
  seq: number,
  at: number,
  points: Points,
  events: readonly AgentEvent[],
  lines: readonly LineGroup[] = [],
): string {
  // Before the points: see NO_EVENTS in spool/segment.ts.
  const said = lines.length > 0 ? { lines } : {}
  return JSON.stringify({ type: 'batch', seq, at, events, ...said, points: toWirePoints(points) })
}

/** The frame of a batch that says that others are missing. */
export function gapFrame(
  { identity }: Pick<Spool, 'identity'>,
  seq: number,
  at: number,
  reason: string,
  batches: number,
): string {
  const points = { series: [], counts: [], steps: [], times: [], values: [] }
  const data = { reason, batches, points: 0 }
  return batchFrame(seq, at, points, [{ type: 'agent.gap', at, about: identity.agent, data }])
}

/** Collects what the sources of one lane emit and writes it to the spool. */
export class Batcher implements Emit {
  readonly #lane: Lane
  readonly #spool: Spool
  readonly #now: () => number
  #points = new PointBuffer()
  readonly #lines = new LineBuffer()
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

  line(owner: string, stream: string, at: number, text: string): void {
    if (this.#failure) return
    this.#lines.add(owner, stream, at, text)
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
    if (this.#failure !== undefined || this.#points.size >= FULL_POINTS) return true
    return this.#lines.size >= FULL_LINES || this.#lines.chars >= FULL_CHARS
  }

  /** Writes what was collected as one synced record. Returns false when there was nothing; throws when the spool will not take it. */
  flush(): boolean {
    if (this.#failure) throw this.#failure
    if (!this.#dirty) return false
    const at = this.#now()
    const first = this.#spool.next
    const parts = splitBatch(this.#points.take(), this.#events, this.#lines.take())
    this.#events = []
    const frames = parts.map(({ points, events, lines }, i) =>
      batchFrame(first + i, at, points, events, lines),
    )
    const cursors = this.#cursors
    this.#cursors = {}
    this.#dirty = false
    this.#spool.append(this.#lane, frames, cursors)
    return true
  }
}
