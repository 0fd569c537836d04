// The two-sample Kolmogorov-Smirnov test.
import { kolmogorovTail } from './kolmogorov.ts'
import type { Sample } from './samples.ts'

/** Largest sample whose p-value is computed exactly, as in scipy.stats.ks_2samp. */
const EXACT_UP_TO = 10_000

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The largest |i m - j n| over the pooled order: the statistic times n m, a whole number. */
function largestGap(x: Sample, y: Sample): number {
  const n = x.length
  const m = y.length
  let i = 0
  let j = 0
  let most = 0
  while (i < n && j < m) {
    const a = x[i]!
    const b = y[j]!
    const value = Math.min(a, b)
    while (i < n && x[i] === value) i++
    while (j < m && y[j] === value) j++
    const gap = i * m - j * n
    if (gap > most) most = gap
    else if (-gap > most) most = -gap
  }
  return most
}

/** D = max |F - G| of two sorted samples, 0 to 1. */
export const smirnovStatistic = (x: Sample, y: Sample): number => largestGap(x, y) / (x.length * y.length)

/** P(D >= h / n) for equal sizes n: Gnedenko and Korolyuk 1951, nested so that every term is positive. */
function equalSizes(n: number, h: number): number {
  let p = 0
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let product = 1
    for (let j = 0; j < h; j++) product = ((n - k * h - j) * product) / (n + k * h + j + 1)
    p = product * (1 - p)
  }
  return 2 * p
}

/**
 * P(D >= h / lcm) for sizes m >= n with greatest common divisor g: the chance that a random lattice path to (m, n)
 * leaves the band |n x - m y| < g h, column by column (Hodges 1957). Only sums of positive terms, so small chances
 * keep their digits.
 */
function leavesBand(m: number, n: number, g: number, h: number): number {
  const mg = m / g
  const ng = n / g
  let low = 0
  let high = Math.min(Math.ceil(h / mg), n + 1)
  // Beyond the band the path has left it for certain.
  const chance = new Float64Array(n + 2).fill(1)
  chance.fill(0, 0, high)
  for (let i = 1; i <= m; i++) {
    const lastHigh = high
    low = Math.min(n, Math.max(0, Math.floor((ng * i - h) / mg) + 1))
    high = Math.min(Math.ceil((ng * i + h) / mg), n + 1)
    if (high <= low) return 1
    let before = low === 0 ? 0 : 1
    for (let j = low; j < high; j++) {
      const left = j < lastHigh ? chance[j]! : 1
      before = (left * i + before * j) / (i + j)
      chance[j] = before
    }
  }
  return chance[high - 1]!
}

/** A KS test: D and its two-sided p-value. */
export interface Smirnov {
  readonly statistic: number
  readonly p: number
}

/** P(D >= d) by the one-sample law at n m / (n + m) values (scipy's `kstwo`). */
export const smirnovAsymptotic = (d: number, n: number, m: number): number =>
  kolmogorovTail(Math.max(1, roundHalfEven((n * m) / (n + m))), d)

function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Two-sided test of two sorted, not empty samples: exact to 10,000 values each, else by the asymptotic law. */
export function smirnovTest(x: Sample, y: Sample): Smirnov {
  const n = x.length
  const m = y.length
  const gap = largestGap(x, y)
  const statistic = gap / (n * m)
  if (Math.max(n, m) > EXACT_UP_TO) return { statistic, p: smirnovAsymptotic(statistic, n, m) }
  const g = gcd(n, m)
  const h = gap / g
  if (h === 0) return { statistic, p: 1 }
  const p = n === m ? equalSizes(n, h) : leavesBand(Math.max(n, m), Math.min(n, m), g, h)
  return { statistic, p: Math.min(1, Math.max(0, p)) }
}
