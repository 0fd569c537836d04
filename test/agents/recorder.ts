// An Emit that keeps what a source emits, as the spool and the hub would.

import type { Emit, Json, Source } from '../../agents/sources/source.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import type { Step } from '../../src/protocol/numbers.ts'

/** One point as it was emitted. */
export interface Point {
  readonly owner: string
  readonly key: string
  readonly step: Step
  readonly time: number
  readonly value: number
}

/** One line of text output as it was emitted. */
export interface PrintedLine {
  readonly owner: string
  readonly stream: string
  readonly at: number
  readonly text: string
}

/** What was emitted, in order, and the cursors as they stand. */
export interface Recorder extends Emit {
  readonly points: Point[]
  readonly events: AgentEvent[]
  readonly lines: PrintedLine[]
  readonly cursors: Map<string, Json>
  /** Called at each cursor: what a crash right there would leave behind. */
  onCursor: (() => void) | undefined
  /** A batch is full after so many points. */
  batch: number
}

/** Makes a recorder that goes on from saved cursors. */
export function createRecorder(saved: ReadonlyMap<string, Json> = new Map(), batch = 8192): Recorder {
  let inBatch = 0
  const recorder: Recorder = {
    points: [],
    events: [],
    lines: [],
    cursors: new Map(saved),
    onCursor: undefined,
    batch,
    point: (owner, key, step, time, value) => {
      recorder.points.push({ owner, key, step, time, value })
      inBatch++
    },
    event: (event) => void recorder.events.push(event),
    line(owner, stream, at, text) {
      recorder.lines.push({ owner, stream, at, text })
      inBatch++
    },
    cursor(key, value) {
      // As the spool does: a full batch ends at a cursor, and what is not JSON does not survive.
      if (inBatch >= recorder.batch) inBatch = 0
      if (value === null) recorder.cursors.delete(key)
      else recorder.cursors.set(key, JSON.parse(JSON.stringify(value)))
      recorder.onCursor?.()
    },
    full: () => inBatch >= recorder.batch,
  }
  return recorder
}

/** Polls until the source has nothing more; fails when it never ends. */
export async function drain(source: Source, recorder: Recorder, now: number): Promise<void> {
  for (let polls = 0; await source.poll(recorder, now); polls++)
    if (polls > 10_000) throw new Error('the source never ends')
}

/** Points without their times, as text, for comparison. */
export const showPoints = (points: readonly Point[]) =>
  points.map(({ owner, key, step, value }) => `${owner} ${key} ${step} ${value}`)
