// The lines of one owner that are at hand, without a hole between them; and those of several merged by time.
import type { Line, LinePage } from '../../core/lines.ts'

/** A line and whose it is. */
export interface OwnedLine extends Line {
  readonly owner: string
}

/** What is at hand of an owner: the lines [from, to). */
export interface Lane {
  readonly owner: string
  lines: readonly Line[]
  from: number
  to: number
  /** Nothing of the view is before this line; the line to come. */
  low: number
  next: number
  /** The first answer has come. */
  known: boolean
  asking: boolean
  /** Why the last question was not answered, and when that was, Unix ms. */
  error: string | null
  failedAt: number
}

/** Most lines of an owner at hand; those far from what is in sight go first. */
const MOST_LINES = 5000

/** Nothing is known yet. */
export const emptyLane = (owner: string): Lane => ({
  owner,
  lines: [],
  from: 1,
  to: 1,
  low: 1,
  next: 1,
  known: false,
  asking: false,
  error: null,
  failedAt: Number.NEGATIVE_INFINITY,
})

/** Takes the first page; `after` is set where it was read from there on. */
export function begin(lane: Lane, page: LinePage, hasSince: boolean, after?: number): void {
  const { lines, first, next, start } = page
  lane.known = true
  lane.lines = lines
  lane.from = lines[0]?.number ?? (after === undefined ? next : Math.max(after + 1, start))
  lane.to = (lines.at(-1)?.number ?? lane.from - 1) + 1
  lane.low = hasSince ? start : first
  lane.next = Math.max(lane.next, next)
}

/** Takes a page of lines before those at hand. */
export function takeOlder(lane: Lane, page: LinePage, hasSince: boolean): void {
  lane.low = hasSince ? page.start : page.first
  lane.lines = [...page.lines, ...lane.lines]
  lane.from = page.lines[0]?.number ?? lane.low
  if (lane.lines.length <= MOST_LINES) return
  lane.lines = lane.lines.slice(0, MOST_LINES)
  lane.to = lane.lines.at(-1)!.number + 1
}

/** Takes a page of lines behind those at hand. */
export function takeNewer(lane: Lane, page: LinePage): void {
  lane.lines = [...lane.lines, ...page.lines]
  lane.to = Math.max(lane.to, (page.lines.at(-1)?.number ?? 0) + 1)
  lane.next = Math.max(lane.next, page.next)
  if (lane.lines.length <= MOST_LINES) return
  lane.lines = lane.lines.slice(-MOST_LINES)
  lane.from = lane.lines[0]!.number
}

/**
 * The lines of all lanes in the order of their times, each lane's in its own order. Where older or newer lines of one
 * are not at hand, those of the others there are held back: between them might be some.
 */
export function merged(lanes: readonly Lane[]): OwnedLine[] {
  const all = lanes.map(({ owner, lines }) => lines.map((line): OwnedLine => ({ owner, ...line })))
  if (all.length === 1) return all[0]!
  let from = Number.NEGATIVE_INFINITY
  let to = Number.POSITIVE_INFINITY
  for (const lane of lanes) {
    if (lane.lines.length === 0) continue
    if (lane.from > lane.low) from = Math.max(from, lane.lines[0]!.at)
    if (lane.to < lane.next) to = Math.min(to, lane.lines.at(-1)!.at)
  }
  const places = all.map(() => 0)
  const out: OwnedLine[] = []
  for (;;) {
    let best = -1
    for (let i = 0; i < all.length; i++) {
      const line = all[i]![places[i]!]
      if (line && (best < 0 || line.at < all[best]![places[best]!]!.at)) best = i
    }
    if (best < 0) return out
    const line = all[best]![places[best]!++]!
    if (line.at >= from && line.at <= to) out.push(line)
  }
}
