// Two variants by their rates of success: tests and intervals of a fixed sample. Looked at again and again they promise
// too much; sequential.ts is for that.
import { normalTail } from '../drift/special.ts'
import { normalQuantile } from './normal-quantile.ts'

/** Successes among trials; 0 <= successes <= trials, trials at least 1. */
export interface Rate {
  readonly successes: number
  readonly trials: number
}

/** Both ends, as shares. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

const shareOf = ({ successes, trials }: Rate) => successes / trials

/** Throws RangeError for counts that are none. */
export function checkRate({ successes, trials }: Rate): void {
  if (!(trials >= 1 && successes >= 0 && successes <= trials && Number.isFinite(trials)))
    throw new RangeError(`${successes} of ${trials} is no rate`)
}

/**
 * Two-proportion z test with pooled variance: z = (a - b) / sqrt(p (1 - p) (1/n + 1/m)), two-sided p. Undefined when
 * all trials came out the same.
 */
export function twoProportionTest(a: Rate, b: Rate): { readonly z: number; readonly p: number } | undefined {
  checkRate(a)
  checkRate(b)
  const pooled = (a.successes + b.successes) / (a.trials + b.trials)
  const variance = pooled * (1 - pooled) * (1 / a.trials + 1 / b.trials)
  if (variance === 0) return undefined
  const z = (shareOf(a) - shareOf(b)) / Math.sqrt(variance)
  return { z, p: 2 * normalTail(Math.abs(z)) }
}

/** Wilson's score interval of a rate (1927). */
export function wilsonInterval(rate: Rate, confidence = 0.95): Interval {
  checkRate(rate)
  const z = normalQuantile((1 - confidence) / 2)
  const n = rate.trials
  const p = shareOf(rate)
  const center = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const reach = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return { lower: Math.max(0, center - reach), upper: Math.min(1, center + reach) }
}

/** Newcombe's hybrid score interval of b - a (1998, method 10): Wilson's intervals of both, squared and added. */
export function newcombeInterval(a: Rate, b: Rate, confidence = 0.95): Interval {
  const [ofA, ofB] = [wilsonInterval(a, confidence), wilsonInterval(b, confidence)]
  const [pA, pB] = [shareOf(a), shareOf(b)]
  return {
    lower: pB - pA - Math.hypot(pB - ofB.lower, ofA.upper - pA),
    upper: pB - pA + Math.hypot(ofB.upper - pB, pA - ofA.lower),
  }
}

/** Wald's interval of b - a: plain normal, too narrow for small counts; kept for comparison. */
export function waldInterval(a: Rate, b: Rate, confidence = 0.95): Interval {
  checkRate(a)
  checkRate(b)
  const [pA, pB] = [shareOf(a), shareOf(b)]
  const error = Math.sqrt((pA * (1 - pA)) / a.trials + (pB * (1 - pB)) / b.trials)
  const reach = normalQuantile((1 - confidence) / 2) * error
  return { lower: pB - pA - reach, upper: pB - pA + reach }
}
