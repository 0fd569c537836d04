// Columns of a table as standardized numbers, learned from a reference: gaps filled (mean, most frequent), a category
// by its share in the reference (unseen: 0), then mean 0 and deviation 1. As NannyML prepares its PCA.

/** A column: numbers (NaN is missing) or words (null is missing). */
export type Feature =
  | { readonly kind: 'numeric'; readonly values: Float64Array }
  | { readonly kind: 'categorical'; readonly values: readonly (string | null)[] }

/** What was learned of one column: plain JSON. */
export type FeatureCode = {
  readonly mean: number
  readonly scale: number
} & (
  | { readonly kind: 'numeric'; readonly fill: number }
  | { readonly kind: 'categorical'; readonly fill: string; readonly shares: Readonly<Record<string, number>> }
)

/** Mean and population deviation; a constant column is not scaled. */
function scaleOf(values: Float64Array): { mean: number; scale: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  // What is left of a constant column is rounding.
  const isConstant = !(deviation > 10 * Number.EPSILON * Math.abs(mean))
  return { mean, scale: isConstant ? 1 : deviation }
}

function countsOf(words: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** The most frequent word; of equals the first by code units. */
const modeOf = (counts: Map<string, number>): string =>
  [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a), ['', 0] as const)[0]

const numbers = (values: Float64Array, fill: number) =>
  values.map((value) => (Number.isFinite(value) ? value : fill))

function shareNumbers(
  values: readonly (string | null)[],
  fill: string,
  shares: Readonly<Record<string, number>>,
) {
  return Float64Array.from(values, (word) => {
    const name = word ?? fill
    return Object.hasOwn(shares, name) ? shares[name]! : 0
  })
}

/** Learns how to encode a column. Infinite numbers count as missing. Throws RangeError for a column without rows. */
export function learnFeature(feature: Feature): FeatureCode {
  if (feature.values.length === 0) throw new RangeError('a column without rows teaches nothing')
  if (feature.kind === 'numeric') {
    const known = feature.values.filter(Number.isFinite)
    const fill = known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
    return { kind: 'numeric', fill, ...scaleOf(numbers(feature.values, fill)) }
  }
  const counts = countsOf(feature.values)
  const fill = modeOf(counts)
  const missing = feature.values.length - [...counts.values()].reduce((sum, count) => sum + count, 0)
  counts.set(fill, (counts.get(fill) ?? 0) + missing)
  const shares = Object.fromEntries([...counts].map(([word, count]) => [word, count / feature.values.length]))
  return { kind: 'categorical', fill, shares, ...scaleOf(shareNumbers(feature.values, fill, shares)) }
}

/** A column as standardized numbers. Throws RangeError when its kind is not the one that was learned. */
export function encodeFeature(code: FeatureCode, feature: Feature): Float64Array {
  const { mean, scale } = code
  if (code.kind === 'numeric' && feature.kind === 'numeric')
    return numbers(feature.values, code.fill).map((value) => (value - mean) / scale)
  if (code.kind === 'categorical' && feature.kind === 'categorical')
    return shareNumbers(feature.values, code.fill, code.shares).map((value) => (value - mean) / scale)
  throw new RangeError(`a ${code.kind} column was learned, this one is ${feature.kind}`)
}
