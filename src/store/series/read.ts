// Reads a range of a series: chunks and head together, every point or thinned to what a chart shows.
import { type Columns, concat, noColumns } from '../../core/columns.ts'
import { createDecimator } from '../../core/decimate.ts'
import { type Summary, summarise } from '../../core/summary.ts'
import type { SeriesQuery } from '../../core/world.ts'
import type { Chunks, Range } from './chunks.ts'
import type { Heads } from './heads.ts'

/** Bounds of a query as steps or Unix ms; `origin` is what `relative` counts from. */
function rangeOf({ x, from = -Infinity, to = Infinity }: SeriesQuery, origin: number): Range {
  if (x === 'relative') return { by: 'time', from: from + origin, to: to + origin }
  return { by: x, from, to }
}

/** Points of `columns` that lie within the range, in their order. */
function within(columns: Columns, { by, from, to }: Range): Columns {
  if (from === -Infinity && to === Infinity) return columns
  const axis = by === 'step' ? columns.steps : columns.times
  const kept: number[] = []
  for (let i = 0; i < columns.times.length; i++) if (axis[i]! >= from && axis[i]! <= to) kept.push(i)
  if (kept.length === columns.times.length) return columns
  return {
    steps: pick(columns.steps, kept),
    times: Float64Array.from(kept, (i) => columns.times[i]!),
    values: Float64Array.from(kept, (i) => columns.values[i]!),
  }
}

function pick(steps: Columns['steps'], kept: readonly number[]): Columns['steps'] {
  if (steps instanceof Float64Array) return Float64Array.from(kept, (i) => steps[i]!)
  return BigInt64Array.from(kept, (i) => steps[i]!)
}

/** Least and greatest x within the range, from the chunks' bounds and the head's points. */
function extent(
  chunks: Chunks,
  head: Columns,
  query: SeriesQuery,
  range: Range,
): [number, number] | undefined {
  const axis = range.by === 'step' ? head.steps : head.times
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < axis.length; i++) {
    const x = Number(axis[i]!)
    if (x < low) low = x
    if (x > high) high = x
  }
  for (const bounds of chunks.bounds(query.owner, query.key, range)) {
    if (bounds.min_time > (query.until ?? Infinity)) continue
    low = Math.min(low, range.by === 'step' ? bounds.min_step : bounds.min_time)
    high = Math.max(high, range.by === 'step' ? bounds.max_step : bounds.max_time)
  }
  low = Math.max(low, range.from)
  high = Math.min(high, range.to)
  return low <= high ? [low, high] : undefined
}

/** The points of a series that a query asks for; empty columns for a series that is not there. */
export function readSeries(chunks: Chunks, heads: Heads, query: SeriesQuery): Columns {
  const summary = heads.index.get(query.owner)?.get(query.key)
  if (!summary) return noColumns
  const origin = summary.first.time
  const range = rangeOf(query, origin)
  const past: Range = { by: 'time', from: -Infinity, to: query.until ?? Infinity }
  const head = within(within(heads.tail(query.owner, query.key), past), range)
  if (query.points === 0) {
    const sealed = chunks.read(query.owner, query.key, range)
    return concat([...Array.from(sealed, (part) => within(within(part, past), range)), head])
  }
  const bounds = extent(chunks, head, query, range)
  if (!bounds) return noColumns
  const shift = query.x === 'relative' ? origin : 0
  const decimator = createDecimator(bounds[0] - shift, bounds[1] - shift, query.points, query.x, origin)
  for (const part of chunks.read(query.owner, query.key, range)) decimator.push(within(part, past))
  decimator.push(head)
  return decimator.finish()
}

/** True when no point, sealed or not, is later than `to`. */
function endsBy(chunks: Chunks, head: Columns, { owner, key }: { owner: string; key: string }, to: number) {
  const later: Range = { by: 'time', from: to + 1, to: Infinity }
  return head.times.every((time) => time <= to) && chunks.bounds(owner, key, later).length === 0
}

/**
 * Summary of the points with times in [from, to], Unix ms, in their order of arrival; undefined without any.
 * Yields between chunks. Head and chunks are those of the first step, so that sealing meanwhile doubles nothing.
 */
export function* summaryWithin(
  chunks: Chunks,
  heads: Heads,
  owner: string,
  key: string,
  from: number,
  to: number,
): Generator<void, Summary | undefined> {
  const whole = heads.index.get(owner)?.get(key)
  if (!whole) return undefined
  const head = heads.tail(owner, key)
  if (from === -Infinity && endsBy(chunks, head, { owner, key }, to)) return whole
  const range: Range = { by: 'time', from, to }
  let summary: Summary | undefined
  const add = (part: Columns) => {
    const kept = within(part, range)
    if (kept.times.length > 0) summary = summarise(summary, kept, 0, kept.times.length)
  }
  for (const part of chunks.read(owner, key, range)) {
    add(part)
    yield
  }
  add(head)
  return summary
}
