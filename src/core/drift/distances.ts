// Distances of two discrete distributions, given as counts (or shares) of the same bins. r: reference, c: current.

/** Counts or shares per bin. */
export type Bins = ArrayLike<number>

/** Shares of counts; all 0 where nothing was counted. */
export function shares(counts: Bins): Float64Array {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]!
  return Float64Array.from(counts, (count) => (total === 0 ? 0 : count / total))
}

/**
 * Empty bins filled as Evidently does: with a millionth of the smallest share above 0 where that is <= 1e-4, else
 * with 1e-4. Nothing is rescaled.
 */
function filled(share: Float64Array): Float64Array {
  let least = Number.POSITIVE_INFINITY
  for (const value of share) if (value > 0 && value < least) least = value
  const fill = least <= 1e-4 ? least / 1e6 : 1e-4
  return share.map((value) => (value === 0 ? fill : value))
}

/** p ln(p / q), 0 where p is 0. */
const relative = (p: number, q: number) => (p === 0 ? 0 : p * Math.log(p / q))

function sumOver(p: Bins, q: Bins, term: (p: number, q: number) => number): number {
  let sum = 0
  for (let i = 0; i < p.length; i++) sum += term(p[i]!, q[i]!)
  return sum
}

/** Population stability index, sum of (r - c) ln(r / c), nats; empty bins filled as Evidently does. 0 is equal. */
export function psi(reference: Bins, current: Bins): number {
  return sumOver(filled(shares(reference)), filled(shares(current)), (p, q) => (p - q) * Math.log(p / q))
}

/** Kullback-Leibler divergence KL(r || c), nats; empty bins filled as Evidently does, then scaled to sum 1. */
export function klDivergence(reference: Bins, current: Bins): number {
  return sumOver(shares(filled(shares(reference))), shares(filled(shares(current))), relative)
}

/**
 * Jensen-Shannon distance sqrt(KL(p || m) / 2 + KL(q || m) / 2), m the middle (Endres and Schindelin 2003).
 * Base e: 0 to sqrt(ln 2); base 2: 0 to 1.
 */
export function jensenShannon(reference: Bins, current: Bins, base: 'e' | 2): number {
  const divergence = sumOver(shares(reference), shares(current), (p, q) => {
    const middle = (p + q) / 2
    return relative(p, middle) + relative(q, middle)
  })
  return Math.sqrt(Math.max(0, divergence) / 2 / (base === 2 ? Math.LN2 : 1))
}

/** Hellinger distance sqrt(1 - sum sqrt(p q)), 0 to 1, in the form that Evidently computes. */
export function hellingerOfOverlap(reference: Bins, current: Bins): number {
  const overlap = sumOver(shares(reference), shares(current), (p, q) => Math.sqrt(p * q))
  return Math.sqrt(1 - Math.min(1, Math.max(0, overlap)))
}

/** The same distance as sqrt(sum (sqrt p - sqrt q)^2) / sqrt 2, which keeps its digits where both are alike. */
export function hellinger(reference: Bins, current: Bins): number {
  return (
    Math.sqrt(sumOver(shares(reference), shares(current), (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2)) /
    Math.SQRT2
  )
}

/** Total variation distance, half the sum of |p - q|: the share that would have to move. 0 to 1. */
export const totalVariation = (reference: Bins, current: Bins): number =>
  0.5 * sumOver(shares(reference), shares(current), (p, q) => Math.abs(p - q))

/** L-infinity distance, the largest |p - q| of one bin. 0 to 1. */
export function largestDifference(reference: Bins, current: Bins): number {
  const p = shares(reference)
  const q = shares(current)
  return p.reduce((most, share, i) => Math.max(most, Math.abs(share - q[i]!)), 0)
}
