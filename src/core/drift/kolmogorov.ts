// The distribution of the one-sample Kolmogorov-Smirnov statistic, P(D_n >= d), and through it the asymptotic
// two-sample one. Methods chosen as in Simard and L'Ecuyer 2011 (Journal of Statistical Software 39/11).
import { lnChoose, lnGamma } from './special.ts'

/** Nodes and weights of Gauss and Legendre's rule of eight points, one half (DLMF 3.5.v). */
const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363]
const WEIGHTS = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763]

/** Terms that are added one by one at each end of a long sum. */
const SINGLE = 256

function integral(f: (x: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2
  const half = (to - from) / 2
  return (
    half * NODES.reduce((sum, x, i) => sum + WEIGHTS[i]! * (f(middle - half * x) + f(middle + half * x)), 0)
  )
}

/**
 * The sum of f(0) to f(last) of a smooth f: its ends one by one, the rest as an integral over ever longer pieces with
 * Euler and Maclaurin's first two corrections (DLMF 2.10.1). About 1e-10.
 */
function smoothSum(f: (j: number) => number, last: number): number {
  let sum = 0
  if (last < 8 * SINGLE) {
    for (let j = 0; j <= last; j++) sum += f(j)
    return sum
  }
  const end = last - SINGLE
  for (let j = 0; j < SINGLE; j++) sum += f(j) + f(last - j)
  const slope = (j: number) => (f(j + 1) - f(j - 1)) / 2
  sum += (f(SINGLE) + f(end)) / 2 + (slope(end) - slope(SINGLE)) / 12
  const middle = last / 2
  for (let from = SINGLE; from < middle; ) {
    const to = Math.min(middle, from * 1.25, from + last / 32)
    sum += integral(f, from, to) + integral(f, last - to, last - from)
    from = to
  }
  return sum
}

/**
 * One-sided tail P(D+ >= d), 0 < d < 1: d sum C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j) (Birnbaum and Tingey 1951).
 */
function oneSidedTail(n: number, d: number): number {
  const term = (j: number) => {
    const rest = 1 - d - j / n
    if (rest <= 0) return 0
    return Math.exp(lnChoose(n, j) + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest))
  }
  return d * smoothSum(term, Math.floor(n * (1 - d)))
}

function multiply(a: Float64Array, b: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m)
  for (let i = 0; i < m; i++)
    for (let k = 0; k < m; k++) {
      const factor = a[i * m + k]!
      if (factor !== 0) for (let j = 0; j < m; j++) out[i * m + j]! += factor * b[k * m + j]!
    }
  return out
}

/** P(D_n < d) exactly: Durbin's matrix (Marsaglia, Tsang and Wang 2003). */
function matrixCdf(n: number, d: number): number {
  const k = Math.floor(n * d) + 1
  const m = 2 * k - 1
  const h = k - n * d
  const base = new Float64Array(m * m)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) base[i * m + j] = i - j + 1 < 0 ? 0 : 1
  }
  for (let i = 0; i < m; i++) {
    base[i * m]! -= h ** (i + 1)
    base[(m - 1) * m + i]! -= h ** (m - i)
  }
  if (2 * h - 1 > 0) base[(m - 1) * m]! += (2 * h - 1) ** m
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= Math.min(i, m - 1); j++) base[i * m + j]! /= Math.exp(lnGamma(i - j + 2))
  // n! / n^n is spread over the factors: none leaves the range of a double.
  const scale = Math.exp((lnGamma(n + 1) - n * Math.log(n)) / n)
  const scaled = base.map((value) => value * scale)
  let power: Float64Array | undefined
  let square: Float64Array = scaled
  for (let left = n; left > 0; left >>= 1) {
    if (left % 2 === 1) power = power ? multiply(power, square, m) : square
    if (left > 1) square = multiply(square, square, m)
  }
  return power![(k - 1) * m + k - 1]!
}

/** P(sqrt(n) D_n < z) by the series of Pelz and Good 1976, to n^-3/2. For n above 140. */
function seriesCdf(n: number, d: number): number {
  const z = Math.sqrt(n) * d
  const z2 = z * z
  const root = Math.sqrt(Math.PI / 2)
  const sums = [0, 0, 0, 0]
  for (let k = 0; k < 40; k++) {
    const a = Math.PI * Math.PI * (k + 0.5) ** 2
    const b = Math.PI * Math.PI * k * k
    // Both signs of k + 1/2 and of k: twice.
    const half = 2 * Math.exp(-a / (2 * z2))
    const whole = 2 * Math.exp(-b / (2 * z2))
    sums[0]! += half
    sums[1]! += (a - z2) * half
    sums[2]! += (6 * z2 ** 3 + 2 * z2 ** 2 + (2 * z2 ** 2 - 5 * z2) * a + (1 - 2 * z2) * a * a) * half
    sums[2]! -= 2 * z2 ** 2 * b * whole
    sums[3]! +=
      ((5 - 30 * z2) * a ** 3 +
        (-60 * z2 + 212 * z2 ** 2) * a * a +
        (135 * z2 ** 2 - 96 * z2 ** 3) * a -
        (30 * z2 ** 3 + 90 * z2 ** 4)) *
      half
    sums[3]! += 30 * z2 ** 2 * (3 * b * z2 - b * b) * whole
    if (half === 0) break
  }
  const terms = [sums[0]! / z, sums[1]! / (6 * z ** 4), sums[2]! / (72 * z ** 7), sums[3]! / (6480 * z ** 10)]
  return root * terms.reduce((sum, term, i) => sum + term / n ** (i / 2), 0)
}

/** P(D_n >= d) for n >= 1 values of a continuous distribution; about 1e-9 relative, d in 0 to 1. */
export function kolmogorovTail(n: number, d: number): number {
  const t = n * d
  if (d >= 1) return 0
  if (t <= 0.5) return 1
  if (t <= 1) return 1 - Math.exp(lnGamma(n + 1) - n * Math.log(n) + n * Math.log(2 * t - 1))
  const z2 = t * d
  if (z2 >= 370) return 0
  if (d >= 0.5 || t >= n - 1 || z2 > (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * oneSidedTail(n, d))
  // Far below its mean the series is off by 1e-6; there the matrix is small for any n.
  const isLow = n <= 10_000 && n * d ** 1.5 <= 1.4
  const below = n <= 140 || isLow ? matrixCdf(n, d) : seriesCdf(n, d)
  return Math.min(1, Math.max(0, 1 - below))
}
