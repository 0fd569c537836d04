// The univariate set of NannyML 0.13: the reference is binned once, thresholds are learned from its own chunks.
import { countInBins, doaneEdges, equalEdges } from './binning.ts'
import { countWords, pairWords } from './categories.ts'
import { homogeneity } from './chi-square.ts'
import type { CategoricalColumn, Column, NumericColumn, Statistic, Statistics } from './column.ts'
import { hellinger, jensenShannon, largestDifference } from './distances.ts'
import { moments, type Sample, sortedFinite } from './samples.ts'
import { smirnovStatistic } from './smirnov.ts'
import { sortedNumbers } from './sort-numbers.ts'
import { wasserstein } from './transport.ts'

/** From so many reference rows on, KS and Wasserstein are computed on bins, and how many. */
const MANY_ROWS = 10_000
const MANY_BINS = 10_000
/** Width of the learned band, standard deviations. */
const BAND = 3

type Measured = Readonly<Record<string, number | null>>

/** Measures a chunk against the reference it was made for; null where a chunk has no values. */
export type Measure<C extends Column> = (chunk: C) => Measured

const NOTHING_NUMERIC: Measured = {
  jensen_shannon_base2: null,
  kolmogorov_smirnov: null,
  wasserstein: null,
  hellinger: null,
}
const NOTHING_CATEGORICAL: Measured = {
  jensen_shannon_base2: null,
  chi2: null,
  hellinger: null,
  l_infinity: null,
}

/** Thresholds that are cut to the largest value possible. NannyML does so for one statistic only. */
const LIMIT: Readonly<Record<string, number>> = { kolmogorov_smirnov: 1 }

/** Appends a bin for what is outside of all others. */
function withRest(counts: Float64Array, total: number): Float64Array {
  const rest = total - counts.reduce((sum, count) => sum + count, 0)
  return rest > 0 ? Float64Array.of(...counts, rest) : counts
}

function fitted(counts: Float64Array, chunk: Float64Array, total: number): [Float64Array, Float64Array] {
  const wide = withRest(chunk, total)
  return [wide.length > counts.length ? Float64Array.of(...counts, 0) : counts, wide]
}

interface Fine {
  readonly edges: Sample
  readonly below: Float64Array
}

/** The reference's distribution function at the right edges of many equal bins. */
function fineBins(sorted: Sample): Fine {
  const edges = equalEdges(sorted[0]!, sorted.at(-1)!, MANY_BINS)
  return { edges, below: running(countInBins(sorted, edges), sorted.length) }
}

function running(counts: Float64Array, total: number): Float64Array {
  let sum = 0
  return counts.map((count) => (sum += count / total))
}

function binnedKs({ edges, below }: Fine, chunk: Sample): number {
  const under = chunk.filter((value) => value < edges[0]!).length / chunk.length
  return running(countInBins(chunk, edges), chunk.length).reduce(
    (most, share, i) => Math.max(most, Math.abs(below[i]! - share - under)),
    0,
  )
}

/**
 * Area under the distribution function of what lies outside the reference, with NannyML's weights: the boundary
 * itself counts as one more value, so n values weigh (n + 1) / rows.
 */
function outside(values: Sample, rows: number, boundary: number, side: 'below' | 'above'): number {
  const all = side === 'below' ? Float64Array.of(...values, boundary) : Float64Array.of(boundary, ...values)
  let area = 0
  for (let i = 1; i < all.length; i++) {
    const share = side === 'below' ? i / all.length : 1 - i / all.length
    area += share * (all[i]! - all[i - 1]!)
  }
  return (area * all.length) / rows
}

function binnedWasserstein({ edges, below }: Fine, chunk: Sample): number {
  const lo = edges[0]!
  const hi = edges.at(-1)!
  const under = chunk.filter((value) => value < lo)
  const over = chunk.filter((value) => value > hi)
  const weight = under.length > 0 ? (under.length + 1) / chunk.length : 0
  const width = edges[1]! - lo
  const within = running(countInBins(chunk, edges), chunk.length).reduce(
    (sum, share, i) => sum + Math.abs(below[i]! - share - weight) * width,
    0,
  )
  const left = under.length > 0 ? outside(under, chunk.length, lo, 'below') : 0
  const right = over.length > 0 ? outside(over, chunk.length, hi, 'above') : 0
  return within + left + right
}

/**
 * Measures numeric chunks: Jensen-Shannon (base 2) and Hellinger on Doane's bins of the reference with one more bin
 * for what is outside, KS statistic, Wasserstein. Undefined for a reference without finite numbers.
 */
export function numericMeasure(reference: NumericColumn): Measure<NumericColumn> | undefined {
  const raw = reference.values.filter(Number.isFinite)
  if (raw.length === 0) return undefined
  const sorted = sortedNumbers(raw)
  const edges = doaneEdges(raw)
  const counts = countInBins(sorted, edges)
  const fine = sorted.length >= MANY_ROWS ? fineBins(sorted) : undefined
  return ({ values }) => {
    const chunk = sortedFinite(values)
    if (chunk.length === 0) return NOTHING_NUMERIC
    const [p, q] = fitted(counts, countInBins(chunk, edges), chunk.length)
    return {
      jensen_shannon_base2: jensenShannon(p, q, 2),
      kolmogorov_smirnov: fine ? binnedKs(fine, chunk) : smirnovStatistic(sorted, chunk),
      wasserstein: fine ? binnedWasserstein(fine, chunk) : wasserstein(sorted, chunk),
      hellinger: hellinger(p, q),
    }
  }
}

/** Measures categorical chunks: Jensen-Shannon, Hellinger (unseen words in one bin), L-infinity, chi-square with Yates. */
export function categoricalMeasure(reference: CategoricalColumn): Measure<CategoricalColumn> | undefined {
  const words = countWords(reference)
  if (words.size === 0) return undefined
  const known = [...words.keys()]
  const counts = Float64Array.from(words.values())
  return (column) => {
    const chunk = countWords(column)
    const rows = [...chunk.values()].reduce((sum, count) => sum + count, 0)
    if (rows === 0) return NOTHING_CATEGORICAL
    const [p, q] = fitted(
      counts,
      Float64Array.from(known, (word) => chunk.get(word) ?? 0),
      rows,
    )
    const union = pairWords(words, chunk)
    const chi2 = homogeneity([union.reference, union.current], true)
    return {
      jensen_shannon_base2: jensenShannon(p, q, 2),
      chi2: chi2?.statistic ?? 0,
      chi2_p: chi2?.p ?? 1,
      hellinger: hellinger(p, q),
      l_infinity: largestDifference(union.reference, union.current),
    }
  }
}

/** Rows of a column. */
function slice<C extends Column>(column: C, from: number, to: number): C {
  return { ...column, values: column.values.slice(from, to) }
}

/** Starts of the reference's chunks: `size` rows each, what is left over is a chunk of its own. */
function chunksOf<C extends Column>(column: C, size: number): C[] {
  const rows = column.values.length
  const step = Math.max(1, size)
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => slice(column, i * step, (i + 1) * step))
}

/** Mean plus three standard deviations over the chunks that have values; null without any, or beyond all numbers. */
function upperThreshold(name: string, measured: readonly Measured[]): number | null {
  const values = measured.map((chunk) => chunk[name]).filter((value) => typeof value === 'number')
  if (values.length === 0) return null
  const { mean, variance } = moments(Float64Array.from(values))
  const upper = Math.min(LIMIT[name] ?? Number.POSITIVE_INFINITY, mean + BAND * Math.sqrt(variance))
  return Number.isFinite(upper) ? upper : null
}

function answer(name: string, measured: Measured, threshold: number | null): Statistic {
  const value = measured[name] ?? null
  if (value === null || !Number.isFinite(value))
    return { value: null, threshold, drifted: null, why: 'no values' }
  if (name === 'chi2') {
    const p = measured.chi2_p!
    return { value, threshold: null, drifted: p < 0.05, p_value: p }
  }
  return { value, threshold, drifted: threshold === null ? null : value > threshold }
}

function compared<C extends Column>(measure: Measure<C>, reference: C, current: C, size: number): Statistics {
  const own = chunksOf(reference, size).map(measure)
  const measured = measure(current)
  return Object.fromEntries(
    Object.keys(measured)
      .filter((name) => name !== 'chi2_p')
      .map((name) => [name, answer(name, measured, name === 'chi2' ? null : upperThreshold(name, own))]),
  )
}

/**
 * The set for a column, with thresholds learned from chunks of the reference. `chunkRows` defaults to a tenth of the
 * reference, what is left over being one more, short chunk, as NannyML does. No statistics without values.
 */
export function nannymlColumn(reference: Column, current: Column, chunkRows?: number): Statistics {
  const size = chunkRows ?? Math.floor(reference.values.length / 10)
  if (reference.type === 'num' && current.type === 'num') {
    const measure = numericMeasure(reference)
    return measure ? compared(measure, reference, current, size) : {}
  }
  if (reference.type === 'num' || current.type === 'num') throw new TypeError('columns of different types')
  const measure = categoricalMeasure(reference)
  return measure ? compared(measure, reference, current, size) : {}
}
