// Reads a range of a series: chunks and head together, every point or thinned to what a chart shows.
import { type Columns, concat, noColumns, toColumns } from '../../core/columns.ts'
import { createDecimator } from '../../core/decimate.ts'
import type { SeriesQuery } from '../../core/world.ts'
import type { Chunks, Range } from './chunks.ts'
import type { Head, Heads } from './heads.ts'

/** Bounds of a query as steps or Unix ms; `origin` is what `relative` counts from. */
function rangeOf({ x, from = -Infinity, to = Infinity }: SeriesQuery, origin: number): Range {
  if (x === 'relative') return { by: 'time', from: from + origin, to: to + origin }
  return { by: x, from, to }
}

function headColumns(head: Head | undefined): Columns {
  return head ? toColumns(head.steps, head.times, head.values, 0, head.values.length) : noColumns
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
  const head = within(headColumns(heads.get(query.owner, query.key)), range)
  if (query.points === 0) {
    const sealed = [...chunks.read(query.owner, query.key, range)].map((part) => within(part, range))
    return concat([...sealed, head])
  }
  const bounds = extent(chunks, head, query, range)
  if (!bounds) return noColumns
  const shift = query.x === 'relative' ? origin : 0
  const decimator = createDecimator(bounds[0] - shift, bounds[1] - shift, query.points, query.x, origin)
  for (const part of chunks.read(query.owner, query.key, range)) decimator.push(part)
  decimator.push(head)
  return decimator.finish()
}
