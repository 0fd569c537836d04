// Which of two variants has the higher rate, as a probability: Beta posteriors of both rates.
import { lnGamma } from '../drift/special.ts'
import { checkRate, type Rate } from './proportions.ts'

const lnBeta = (a: number, b: number) => lnGamma(a) + lnGamma(b) - lnGamma(a + b)

/**
 * P(rate of b > rate of a) with Beta(1, 1) before any trial:
 * sum over i below bAlpha of B(aAlpha + i, aBeta + bBeta) / ((bBeta + i) B(1 + i, bBeta) B(aAlpha, aBeta))
 * (Miller, "Formulas for Bayesian A/B testing"). Takes as many steps as the smaller count of successes.
 */
export function probabilityBetter(a: Rate, b: Rate): number {
  checkRate(a)
  checkRate(b)
  if (a.successes < b.successes) return 1 - probabilityBetter(b, a)
  const [aAlpha, aBeta] = [1 + a.successes, 1 + a.trials - a.successes]
  const [bAlpha, bBeta] = [1 + b.successes, 1 + b.trials - b.successes]
  // Each term from the one before, in logarithms: the first ones may be below what a number holds.
  let ln = lnBeta(aAlpha, aBeta + bBeta) - Math.log(bBeta) - lnBeta(1, bBeta) - lnBeta(aAlpha, aBeta)
  let sum = 0
  for (let i = 0; i < bAlpha; i++) {
    sum += Math.exp(ln)
    ln += Math.log(((aAlpha + i) * (bBeta + i)) / ((aAlpha + i + aBeta + bBeta) * (1 + i)))
  }
  return Math.min(1, sum)
}
