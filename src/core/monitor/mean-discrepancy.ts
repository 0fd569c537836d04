// Maximum mean discrepancy: how far apart two samples lie for a Gaussian kernel. Gretton et al., "A kernel two-sample
// test", JMLR 13 (2012); kernel width as in Evidently's embedding drift.

/** Rows as points: a list of numbers each, all of one length. */
export type Points = readonly Float64Array[]

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Mean kernel of all pairs of one sample, a point with itself left out. */
function within(points: Points, gamma: number): number {
  let sum = 0
  for (let i = 0; i < points.length; i++)
    for (let j = 0; j < i; j++) sum += Math.exp(-gamma * squaredDistance(points[i]!, points[j]!))
  return (2 * sum) / (points.length * (points.length - 1))
}

/**
 * Unbiased MMD^2 (0 where it would be below): mean k(x, x') + mean k(y, y') - 2 mean k(x, y), with
 * k = exp(-|a - b|^2 / (median distance between the samples)^2). Undefined below two points, or when half of all pairs
 * are the same point. Costs the square of the number of points: take a few hundred.
 */
export function meanDiscrepancy(x: Points, y: Points): number | undefined {
  if (x.length < 2 || y.length < 2) return undefined
  const between = Float64Array.from({ length: x.length * y.length }, (_, k) =>
    squaredDistance(x[Math.floor(k / y.length)]!, y[k % y.length]!),
  )
  const width = median(between.map(Math.sqrt))
  if (!(width > 0 && Number.isFinite(width))) return undefined
  const gamma = 1 / (width * width)
  const cross = between.reduce((sum, distance) => sum + Math.exp(-gamma * distance), 0) / between.length
  return Math.max(0, within(x, gamma) + within(y, gamma) - 2 * cross)
}
