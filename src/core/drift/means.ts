// Tests of means and of shares.
import { moments, type Sample } from './samples.ts'
import { normalTail, studentTails } from './special.ts'

/** A statistic and its p-value; null where it is undefined. */
export interface TestResult {
  readonly statistic: number
  readonly p: number
}

function student(difference: number, error: number, df: number): TestResult | null {
  if (error === 0 && difference === 0) return null
  const statistic = difference / error
  return { statistic, p: studentTails(statistic, df) }
}

function parts(values: Sample) {
  const n = values.length
  const { mean, variance } = moments(values)
  return { n, mean, variance: (variance * n) / (n - 1) }
}

/** Student's t with equal variances, two-sided. Samples in their own order; null below two values or without spread. */
export function tTest(x: Sample, y: Sample): TestResult | null {
  if (x.length < 2 || y.length < 2) return null
  const a = parts(x)
  const b = parts(y)
  const df = a.n + b.n - 2
  const pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / df
  return finite(student(a.mean - b.mean, Math.sqrt(pooled * (1 / a.n + 1 / b.n)), df))
}

/** Welch's t (unequal variances, Welch-Satterthwaite degrees of freedom), two-sided; null as in tTest. */
export function welchTest(x: Sample, y: Sample): TestResult | null {
  if (x.length < 2 || y.length < 2) return null
  const a = parts(x)
  const b = parts(y)
  const u = a.variance / a.n
  const v = b.variance / b.n
  const df = (u + v) ** 2 / (u ** 2 / (a.n - 1) + v ** 2 / (b.n - 1))
  return finite(student(a.mean - b.mean, Math.sqrt(u + v), Number.isNaN(df) ? 1 : df))
}

/** Numbers near the end of the range overflow in squares: then there is no answer. */
const finite = (result: TestResult | null) => (result && !Number.isNaN(result.p) ? result : null)

/**
 * Two shares a / n and b / m, pooled z, two-sided: p = 2 (1 - Phi(|z|)), rounded as there (so never below 1e-16).
 * Null where both shares are 0 or both 1.
 */
export function shareTest(a: number, n: number, b: number, m: number): TestResult | null {
  const pooled = (a + b) / (n + m)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
  if (!(error > 0)) return null
  const statistic = (a / n - b / m) / error
  return { statistic, p: 2 * (1 - (1 - normalTail(Math.abs(statistic)))) }
}
