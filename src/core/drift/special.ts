// Special functions behind the tests: gamma, beta and normal tails in double precision.
// Sources: NIST Digital Library of Mathematical Functions (DLMF); the sections stand at each function.

const TINY = 1e-300
const CLOSE = 1e-16
/** Steps are about the square root of the largest parameter; this serves 1e9 degrees of freedom. */
const MOST_STEPS = 200_000

/** Factors of Stirling's series, B(2k) / (2k (2k - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156]

/** Natural logarithm of the gamma function, x > 0; about 1e-15 relative. Stirling's series (DLMF 5.11.1). */
export function lnGamma(x: number): number {
  let shift = 1
  let at = x
  while (at < 15) shift *= at++
  const square = at * at
  let power = at
  let sum = (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI)
  for (const factor of STIRLING) {
    sum += factor / power
    power *= square
  }
  return sum - Math.log(shift)
}

/** ln C(n, k) for real n >= k >= 0. */
export const lnChoose = (n: number, k: number): number =>
  k === 0 || k === n ? 0 : lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1)

/** A continued fraction b0 + a1/(b1 + a2/(b2 + ...)) by Lentz's method (DLMF 3.10). */
function continuedFraction(b0: number, term: (i: number) => readonly [a: number, b: number]): number {
  let f = b0 === 0 ? TINY : b0
  let c = f
  let d = 0
  for (let i = 1; i < MOST_STEPS; i++) {
    const [a, b] = term(i)
    d = b + a * d
    if (d === 0) d = TINY
    c = b + a / c
    if (c === 0) c = TINY
    d = 1 / d
    f *= c * d
    if (Math.abs(c * d - 1) < CLOSE) break
  }
  return f
}

/** Regularised upper incomplete gamma Q(a, x), a > 0, x >= 0. Series DLMF 8.7.1, fraction DLMF 8.9.2. */
export function gammaQ(a: number, x: number): number {
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a))
  if (x >= a + 1) return front / continuedFraction(x + 1 - a, (i) => [-i * (i - a), x + 2 * i + 1 - a])
  let term = 1 / a
  let sum = term
  for (let i = 1; i < MOST_STEPS; i++) {
    term *= x / (a + i)
    sum += term
    if (term < sum * CLOSE) break
  }
  return 1 - sum * front
}

/** P(chi-square with `df` degrees of freedom >= x). */
export const chiSquareTail = (x: number, df: number): number => gammaQ(df / 2, x / 2)

/** P(standard normal >= z). */
export const normalTail = (z: number): number =>
  z < 0 ? 1 - normalTail(-z) : z === 0 ? 0.5 : 0.5 * gammaQ(0.5, (z * z) / 2)

function betaFraction(a: number, b: number, x: number): number {
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const fraction = continuedFraction(1, (i) => {
    const m = i >> 1
    if (i % 2 === 1) return [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1]
    return [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1]
  })
  return front / (a * fraction)
}

/** Regularised incomplete beta I_x(a, b), a, b > 0, 0 <= x <= 1. Fraction DLMF 8.17.22. */
export function betaI(a: number, b: number, x: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  return x < (a + 1) / (a + b + 2) ? betaFraction(a, b, x) : 1 - betaFraction(b, a, 1 - x)
}

/** P(|Student's t with `df` degrees of freedom| >= |t|). */
export const studentTails = (t: number, df: number): number =>
  Number.isFinite(t) ? betaI(df / 2, 0.5, df / (df + t * t)) : 0

/** The x with P(chi-square >= x) = p, 0 < p < 1, by bisection to 1e-12 relative. */
export function chiSquareAt(p: number, df: number): number {
  let low = 0
  let high = df + 10
  while (chiSquareTail(high, df) > p) high *= 2
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2
    if (chiSquareTail(middle, df) > p) low = middle
    else high = middle
  }
  return high
}

/**
 * Modified Bessel function K of order 1/4, times e^-q, q > 0: the integral of e^(-q cosh t - q) cosh(t/4) over t >= 0
 * (DLMF 10.32.9) by the trapezoidal rule, which converges exponentially here. About 1e-15.
 */
export function besselQuarter(q: number): number {
  const step = 1 / 32
  let sum = 0.5 * Math.exp(-2 * q)
  for (let t = step; ; t += step) {
    const term = Math.exp(-q * (Math.cosh(t) + 1)) * Math.cosh(t / 4)
    sum += term
    if (term < sum * 1e-18) return sum * step
  }
}
