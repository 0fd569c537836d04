// Mann-Whitney and Cramer-von Mises: tests on the ranks of two sorted, not empty samples.
import { type Sample, walk } from './samples.ts'
import { besselQuarter, lnChoose, lnGamma, normalTail } from './special.ts'

/** A Mann-Whitney test. */
export interface MannWhitney {
  /** Pairs in which x is larger, ties half. */
  readonly u: number
  /** P-value of "x tends to be smaller": exact for a sample of at most 8 values without ties, else normal. */
  readonly less: number
  /** Two-sided p-value of the normal law. */
  readonly twoSided: number
}

/** Exact p-values are for a sample of at most so many values, without ties, as in scipy. */
const EXACT_RANKS = 8

/**
 * P(U <= at) without ties: the coefficients of the Gaussian binomial, by its product (Mann and Whitney 1947).
 * Sums stay whole numbers and positive.
 */
function exactBelow(at: number, n: number, m: number): number {
  const small = Math.min(n, m)
  const large = Math.max(n, m)
  if (at < 0) return 0
  // Symmetric: the lower half is cheaper and keeps its digits.
  if (at > (n * m) / 2) return 1 - exactBelow(n * m - at - 1, n, m)
  const ways = new Float64Array(Math.floor(at) + 1)
  ways[0] = 1
  for (let i = 1; i <= small; i++) {
    for (let u = ways.length - 1; u >= large + i; u--) ways[u]! -= ways[u - large - i]!
    for (let u = i; u < ways.length; u++) ways[u]! += ways[u - i]!
  }
  return ways.reduce((sum, value) => sum + value, 0) / Math.exp(lnChoose(small + large, small))
}

/**
 * U with p-values; the normal law is corrected for ties and continuity (Mann and Whitney 1947).
 */
export function mannWhitney(x: Sample, y: Sample): MannWhitney {
  const n = x.length
  const m = y.length
  let u = 0
  let ties = 0
  walk(x, y, (_, inX, inY, __, belowY) => {
    u += inX * (belowY + inY / 2)
    const tied = inX + inY
    ties += tied * (tied * tied - 1)
  })
  const spread = Math.sqrt(((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1))))
  const normal = (value: number): number => {
    const gap = value - (n * m) / 2 - 0.5
    if (!(spread > 0)) return gap <= 0 ? 1 : 0
    return normalTail(gap / spread)
  }
  const isExact = ties === 0 && Math.min(n, m) <= EXACT_RANKS
  const less = isExact ? exactBelow(u, n, m) : normal(n * m - u)
  return { u, less: Math.min(1, less), twoSided: Math.min(1, 2 * normal(Math.max(u, n * m - u))) }
}

/** A Cramer-von Mises test. */
export interface CramerVonMises {
  readonly statistic: number
  /** Of the limiting law. */
  readonly asymptotic: number
  /** Exact to 20 values each, else the limiting law's. */
  readonly p: number
}

/** Largest samples whose Cramer-von Mises p-value is exact. */
const EXACT_CVM = 20

/**
 * P(W2 <= w) of the limiting law (Csorgo and Faraway 1996, eq. 1.3). The series stops at terms below 1e-7, as in
 * scipy and Evidently, so p-values below 1e-6 are only known to be below 1e-6.
 */
function limitBelow(w: number): number {
  let sum = 0
  for (let k = 0; ; k++) {
    const y = 4 * k + 1
    const front = Math.exp(lnGamma(k + 0.5) - lnGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(w))
    const term = front * Math.sqrt(y) * besselQuarter((y * y) / (16 * w))
    sum += term
    if (Math.abs(term) < 1e-7) return sum
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** P(statistic >= u) over all orders of n and m values, by lattice paths (Xiao, Gordon and Yakovlev 2007). */
function exactTail(u: number, n: number, m: number): number {
  const lcm = (n * m) / gcd(n, m)
  const a = lcm / n
  const b = lcm / m
  const nm = n * m
  const zeta = Math.floor((lcm ** 2 * (n + m) * (6 * u - nm * (4 * nm - 1))) / (6 * nm ** 2))
  let column: Map<number, number>[] = []
  for (let i = 0; i <= m; i++) {
    const next: Map<number, number>[] = []
    for (let j = 0; j <= n; j++) {
      const ways = new Map<number, number>()
      const cost = (a * j - b * i) ** 2
      if (i === 0 && j === 0) ways.set(0, 1)
      for (const from of [column[j], next[j - 1]])
        for (const [value, count] of from ?? []) ways.set(value + cost, (ways.get(value + cost) ?? 0) + count)
      next.push(ways)
    }
    column = next
  }
  let more = 0
  for (const [value, count] of column[n]!) if (value >= zeta) more += count
  return more / Math.exp(lnChoose(n + m, n))
}

/** Two-sample statistic T (Anderson 1962) with midranks, and its p-values. */
export function cramerVonMises(x: Sample, y: Sample): CramerVonMises {
  const n = x.length
  const m = y.length
  let overX = 0
  let overY = 0
  walk(x, y, (_, inX, inY, belowX, belowY) => {
    const rank = belowX + belowY + (inX + inY + 1) / 2
    for (let i = 1; i <= inX; i++) overX += (rank - belowX - i) ** 2
    for (let j = 1; j <= inY; j++) overY += (rank - belowY - j) ** 2
  })
  const u = n * overX + m * overY
  const nm = n * m
  const all = n + m
  const statistic = u / (nm * all) - (4 * nm - 1) / (6 * all)
  const expected = (1 + 1 / all) / 6
  const variance = ((all + 1) * (4 * nm * all - 3 * (n * n + m * m) - 2 * nm)) / (45 * all * all * 4 * nm)
  const limit = 1 / 6 + (statistic - expected) / Math.sqrt(45 * variance)
  const asymptotic = !(limit >= 0.003) ? 1 : Math.max(0, 1 - limitBelow(limit))
  const p = Math.max(n, m) <= EXACT_CVM ? exactTail(u, n, m) : asymptotic
  return { statistic, asymptotic, p }
}
