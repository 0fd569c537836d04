// Equal-width bins as NumPy makes them (numpy.histogram, numpy.histogram_bin_edges, version 1.24).
import { moments, type Sample } from './samples.ts'

/** `count + 1` edges from lo to hi; a value on an inner edge belongs to the bin on its right, the last bin has both. */
export function equalEdges(lo: number, hi: number, count: number): Sample {
  const from = lo === hi ? lo - 0.5 : lo
  const to = lo === hi ? hi + 0.5 : hi
  // Taken apart where the range itself is too large for a double.
  const step = Number.isFinite(to - from) ? (to - from) / count : to / count - from / count
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => i * step + from)
  edges[count] = to
  return edges
}

const binsOfWidth = (range: number, width: number) =>
  Number.isFinite(range) && width > 0 ? Math.max(1, Math.ceil(range / width)) : 1

/** Sturges: width = range / (log2 n + 1), bins = ceil(range / width). `n` defaults to the sample's size. */
export function sturgesEdges(lo: number, hi: number, n: number): Sample {
  const range = hi - lo
  return equalEdges(lo, hi, binsOfWidth(range, range / (Math.log2(n) + 1)))
}

/**
 * Doane: width = range / (1 + log2 n + log2(1 + |g| / s)), g the skewness, s = sqrt(6 (n-2) / ((n+1)(n+3))).
 * One bin for two values or fewer, or without spread. `values` in their own order, not empty.
 */
export function doaneEdges(values: Sample): Sample {
  const n = values.length
  let lo = Number.POSITIVE_INFINITY
  let hi = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < lo) lo = value
    if (value > hi) hi = value
  }
  const { mean, variance } = moments(values)
  const sigma = Math.sqrt(variance)
  if (n <= 2 || lo === hi || !(sigma > 0) || !Number.isFinite(sigma)) return equalEdges(lo, hi, 1)
  let skewness = 0
  for (const value of values) skewness += ((value - mean) / sigma) ** 3
  skewness /= n
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  const range = hi - lo
  const width = range / (1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread))
  return equalEdges(lo, hi, binsOfWidth(range, width))
}

/** Counts per bin of equal width; what lies outside the edges is not counted. */
export function countInBins(values: Sample, edges: Sample): Float64Array {
  const bins = edges.length - 1
  const lo = edges[0]!
  const hi = edges[bins]!
  const scale = bins / (hi - lo)
  const counts = new Float64Array(bins)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= lo && value <= hi)) continue
    let bin = Math.floor((value - lo) * scale)
    if (!(bin >= 0)) bin = 0
    if (bin >= bins) bin = bins - 1
    // The division may round to the neighbour: the edges decide.
    while (bin > 0 && value < edges[bin]!) bin--
    while (bin < bins - 1 && value >= edges[bin + 1]!) bin++
    counts[bin]!++
  }
  return counts
}
