// Cuts what sources emitted into parts that each fit a frame.
import type { AgentEvent } from '../src/protocol/events.ts'
import { type LineGroup, MAX_LINES } from '../src/protocol/lines.ts'
import { MAX_POINTS, type Points } from '../src/protocol/points.ts'

/** Points after which a source is asked to pause, so that a batch goes out. */
export const FULL_POINTS = 8192
/** Estimated characters of a frame; the hub refuses frames above 1 MiB. */
const FRAME_CHARS = 600_000
/** Most characters of params in one event; larger sets are split. */
const EVENT_CHARS = 200_000

/** What one frame holds. */
export interface Part {
  points: Points
  events: AgentEvent[]
  lines: LineGroup[]
  /** Estimated. */
  chars: number
  /** Number of lines. */
  count: number
}

const emptyPart = (): Part => ({
  points: { series: [], counts: [], steps: [], times: [], values: [] },
  events: [],
  lines: [],
  chars: 0,
  count: 0,
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

/**
 * Cuts points, events and lines into parts that each fit a frame. Events go before points and lines: a run is known
 * before its metrics.
 */
export function splitBatch(
  points: Points,
  events: readonly AgentEvent[],
  lines: readonly LineGroup[] = [],
): Part[] {
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
  splitLines(parts, lines)
  return parts.filter((part) => part.events.length + part.points.values.length + part.count > 0)
}

function splitLines(parts: Part[], groups: readonly LineGroup[]): void {
  for (const { owner, stream, at, text } of groups) {
    let open: LineGroup | undefined
    for (let i = 0; i < at.length; i++) {
      const chars = Buffer.byteLength(JSON.stringify(text[i])) + 16
      let part = parts.at(-1)!
      if (part.chars + chars > FRAME_CHARS || part.count >= MAX_LINES) {
        part = emptyPart()
        parts.push(part)
        open = undefined
      }
      if (!open) {
        open = { owner, stream, at: [], text: [] }
        part.lines.push(open)
        part.chars += (owner.length + stream.length) * 4 + 40
      }
      open.at.push(at[i]!)
      open.text.push(text[i]!)
      part.chars += chars
      part.count++
    }
  }
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
