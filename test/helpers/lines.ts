// Lines of text output by owner, answered as a hub does.
import type { Line, LineIndex, LinePage, LineQuery } from '../../src/core/lines.ts'

/** What each owner printed: numbers from 1 on. */
export type Printed = Readonly<Record<string, readonly Line[]>>

/** Lines with numbers, a second between two, the last one at `end` (Unix ms). */
export const printed = (texts: readonly string[], end: number, stream = 'train.log'): Line[] =>
  texts.map((text, i) => ({ number: i + 1, at: end - (texts.length - 1 - i) * 1000, stream, text }))

export const spansOf = (all: Printed): LineIndex =>
  new Map(Object.entries(all).map(([owner, lines]) => [owner, { first: 1, next: lines.length + 1 }]))

/** Answers one question; looks at no more than `bound` lines for it. */
export function pageOf(all: Printed, query: LineQuery, bound = Number.POSITIVE_INFINITY): LinePage {
  const lines = all[query.owner] ?? []
  const next = lines.length + 1
  const since = query.since ?? Number.NEGATIVE_INFINITY
  const start = lines.find(({ at }) => at >= since)?.number ?? next
  const { before = next, after, limit, streams, holds } = query
  const pattern = holds?.regex ? new RegExp(holds.text, 'iu') : undefined
  const passes = ({ stream, text }: Line) =>
    (!streams || streams.includes(stream)) &&
    (!holds || (pattern ? pattern.test(text) : text.toLowerCase().includes(holds.text.toLowerCase())))
  const back = after === undefined
  const asked = lines.filter(({ number }) => number >= start && (back ? number < before : number > after))
  const looked = back ? [...asked].reverse() : asked
  const found: Line[] = []
  let reached = back ? start : next - 1
  for (const [i, line] of looked.entries()) {
    if (passes(line)) found.push(line)
    if (found.length < limit && i + 1 < bound) continue
    reached = line.number
    break
  }
  const more = back ? reached > start : reached < next - 1
  return { lines: back ? found.reverse() : found, first: 1, next, start, reached, more }
}
