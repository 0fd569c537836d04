// A profile of one feature over a window: exact counts in bins that a reference fixed. Its size does not grow with
// the rows, and two profiles of the same bins add up to the profile of both windows, to the last count.
import { distinct, type Sample } from './samples.ts'

/** Bins of a numeric feature: bin i holds values with edges[i - 1] <= value < edges[i]; the outer two are open. */
export interface NumericBins {
  readonly type: 'num'
  /** Rising, at least one. */
  readonly edges: Sample
  /** Every value of the reference's sample has its own bin. */
  readonly isSingle?: boolean
}

/** Bins of a categorical feature: one a word, then one for all other words. */
export interface WordBins {
  readonly type: 'cat'
  readonly words: readonly string[]
}

/** The bins of one feature. */
export type FeatureBins = NumericBins | WordBins

/** Counts of a window. Everything is a whole number but the two extremes. */
export interface Profile {
  readonly bins: FeatureBins
  readonly counts: Float64Array
  /** Cells without a value (or, in a numeric feature, with a word). */
  missing: number
  /** Infinite numbers; they are in no bin. */
  infinite: number
  /** Extremes of the finite values; +-Infinity of none. */
  least: number
  most: number
}

/** Bins that quantiles of a reference fix: each holds about a percent of it. */
const QUANTILES = 100
/** Up to so many distinct values each has a bin of its own. */
const SINGLE_VALUES = 64

/** The next larger double. */
export function nextUp(x: number): number {
  if (!Number.isFinite(x)) return x
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x === 0 ? 0 : x)
  const bits = view.getBigInt64(0)
  view.setBigInt64(0, bits >= 0n ? bits + 1n : bits - 1n)
  return view.getFloat64(0)
}

/**
 * Bins of a numeric feature from a sorted sample of the reference (finite, not empty): its percentiles; a value that
 * fills more than one of them, and each of up to 64 distinct values, is alone in its bin. What lies outside of the
 * sample has bins of its own.
 */
export function numericBins(sorted: Sample): NumericBins {
  const values = distinct(sorted)
  const n = sorted.length
  const edges = new Set<number>()
  if (values.length <= SINGLE_VALUES) for (const value of values) edges.add(value)
  else {
    for (let i = 0; i < QUANTILES; i++) {
      const value = sorted[Math.floor((i * n) / QUANTILES)]!
      if (edges.has(value)) edges.add(nextUp(value))
      edges.add(value)
    }
  }
  edges.add(nextUp(values.at(-1)!))
  const isSingle = values.length <= SINGLE_VALUES
  return { type: 'num', edges: Float64Array.from(edges).sort(), isSingle }
}

/** An empty profile. */
export function emptyProfile(bins: FeatureBins): Profile {
  const size = (bins.type === 'num' ? bins.edges.length : bins.words.length) + 1
  return {
    bins,
    counts: new Float64Array(size),
    missing: 0,
    infinite: 0,
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  }
}

/** The bin of a number: how many edges are at most the value. */
function binOf(edges: Sample, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Adds one number to a numeric profile; NaN is a missing cell. */
export function addNumber(profile: Profile, value: number): void {
  if (profile.bins.type !== 'num') throw new TypeError('a number in a profile of words')
  if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) profile.missing++
    else profile.infinite++
    return
  }
  profile.counts[binOf(profile.bins.edges, value)]!++
  if (value < profile.least) profile.least = value
  if (value > profile.most) profile.most = value
}

/** Returns what adds words to a categorical profile; null is a missing cell. */
export function wordAdder(profile: Profile): (word: string | null) => void {
  const { bins, counts } = profile
  if (bins.type !== 'cat') throw new TypeError('a word in a profile of numbers')
  const places = new Map(bins.words.map((word, i) => [word, i]))
  return (word) => {
    if (word === null) profile.missing++
    else counts[places.get(word) ?? bins.words.length]!++
  }
}

const sameBins = (a: FeatureBins, b: FeatureBins): boolean => {
  if (a === b) return true
  if (a.type === 'num')
    return (
      b.type === 'num' && a.edges.length === b.edges.length && a.edges.every((edge, i) => edge === b.edges[i])
    )
  return (
    b.type === 'cat' && a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i])
  )
}

/** The profile of both windows. Throws TypeError where the bins differ. */
export function merged(a: Profile, b: Profile): Profile {
  if (!sameBins(a.bins, b.bins)) throw new TypeError('profiles of different bins cannot be added')
  return {
    bins: a.bins,
    counts: a.counts.map((count, i) => count + b.counts[i]!),
    missing: a.missing + b.missing,
    infinite: a.infinite + b.infinite,
    least: Math.min(a.least, b.least),
    most: Math.max(a.most, b.most),
  }
}

/** Values that are in bins. */
export function counted({ counts }: Profile): number {
  let sum = 0
  for (const count of counts) sum += count
  return sum
}

/** A quantile of a numeric profile, linear within its bin (the value itself where bins hold one); undefined without values. `share` 0 to 1. */
export function quantile(profile: Profile, share: number): number | undefined {
  const { bins, counts, least, most } = profile
  const n = counted(profile)
  if (n === 0 || bins.type !== 'num') return undefined
  let left = share * n
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue
    if (left > count) {
      left -= count
      continue
    }
    const from = Math.max(least, i === 0 ? least : bins.edges[i - 1]!)
    if (bins.isSingle && i > 0) return from
    const to = Math.min(most, i === bins.edges.length ? most : bins.edges[i]!)
    return from + (to - from) * (left / count)
  }
  return most
}
