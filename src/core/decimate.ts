// Thins a series to what a chart can show, without losing a spike or a NaN. Points may come in
// chunk after chunk; repeated or backward steps (a resumed run) are allowed: the kept points come
// out sorted by x, points of the same x in order of arrival.
import type { Columns } from './columns.ts'
import { type Batch, createSlots, keptColumns, type Slots, scan } from './kept-points.ts'

/** What lies on the x axis: the step, Unix ms, or ms since the series began. */
export type Axis = 'step' | 'time' | 'relative'

/** Collects the points that a chart needs. */
export interface Decimator {
  /** Adds points of the series, in order of arrival. Those outside the range are left out. */
  push(columns: Columns): void
  /** The points kept so far, sorted by x; more may be pushed afterwards. */
  finish(): Columns
}

function shifted(times: Float64Array, origin: number): Float64Array {
  const out = new Float64Array(times.length)
  for (let i = 0; i < out.length; i++) out[i] = times[i]! - origin
  return out
}

function axisOf({ steps, times }: Columns, axis: Axis, origin: number): Float64Array {
  if (axis === 'time') return times
  if (axis === 'relative') return shifted(times, origin)
  return steps instanceof BigInt64Array ? Float64Array.from(steps, Number) : steps
}

/** Where the buckets begin, and behind the last of them the first x that is beyond xMax. */
function bucketEdges(xMin: number, xMax: number, buckets: number): Float64Array {
  const edges = Float64Array.from({ length: buckets + 1 }, (_, i) => xMin + (xMax - xMin) * (i / buckets))
  // Steps and times are whole numbers; beyond 2^52, where + 1 may be lost, one float step up.
  edges[buckets] = Math.max(Math.floor(xMax) + 1, xMax + Math.abs(xMax) * Number.EPSILON)
  return edges
}

/** The bucket of x by its edges, not by the rounded quotient; -1 outside. */
function bucketAt(edges: Float64Array, x: number): number {
  const buckets = edges.length - 1
  if (!(x >= edges[0]! && x < edges[buckets]!)) return -1
  const width = edges[1]! - edges[0]!
  let bucket = width > 0 ? Math.min(Math.floor((x - edges[0]!) / width), buckets - 1) : buckets - 1
  while (x < edges[bucket]!) bucket--
  while (x >= edges[bucket + 1]!) bucket++
  return bucket
}

function pushBatch(slots: Slots, edges: Float64Array, batch: Batch): void {
  for (let i = 0; i < batch.x.length; ) {
    const bucket = bucketAt(edges, batch.x[i]!)
    i = bucket < 0 ? i + 1 : scan(slots, bucket, batch, i, edges[bucket]!, edges[bucket + 1]!)
  }
}

/**
 * Splits [xMin, xMax] into `buckets` equal parts and keeps of each part the first, least, greatest
 * and last finite point (first and last by x) and the first non-finite one, and of all points the
 * very first and last: at most 5 * buckets + 2. `origin` is the Unix ms that `relative` counts
 * from, by default the time of the first point pushed. Throws RangeError for a bad range or count.
 */
export function createDecimator(
  xMin: number,
  xMax: number,
  buckets: number,
  axis: Axis,
  origin?: number,
): Decimator {
  if (!(Number.isFinite(xMax - xMin) && xMax >= xMin)) throw new RangeError(`no range: ${xMin} to ${xMax}`)
  if (!(Number.isInteger(buckets) && buckets > 0)) throw new RangeError(`no number of buckets: ${buckets}`)
  const slots = createSlots(buckets)
  const edges = bucketEdges(xMin, xMax, buckets)
  let before = 0
  let start = origin
  return {
    push(columns) {
      if (columns.times.length === 0) return
      start ??= columns.times[0]!
      if (columns.steps instanceof BigInt64Array) slots.wide ??= BigInt64Array.from(slots.steps, BigInt)
      pushBatch(slots, edges, { ...columns, x: axisOf(columns, axis, start), before })
      before += columns.times.length
    },
    finish: () => keptColumns(slots),
  }
}

/** Thins whole columns over their own range of x; see createDecimator. */
export function decimate(columns: Columns, buckets: number, axis: Axis): Columns {
  const origin = columns.times[0] ?? 0
  const x = axisOf(columns, axis === 'step' ? 'step' : 'time', 0)
  let xMin = x[0] ?? 0
  let xMax = xMin
  for (let i = 1; i < x.length; i++) {
    if (x[i]! < xMin) xMin = x[i]!
    if (x[i]! > xMax) xMax = x[i]!
  }
  const shift = axis === 'relative' ? origin : 0
  const decimator = createDecimator(xMin - shift, xMax - shift, buckets, axis, origin)
  decimator.push(columns)
  return decimator.finish()
}
