// Tests that may be looked at after every result: Wald's SPRT for one rate, and the mixture SPRT for the difference of
// two, whose p-value stays valid whenever one stops.

/** Where a sequential test stands. */
export type Standing = 'go on' | 'h0' | 'h1'

/** Settings of the SPRT: two rates, and how often it may be wrong under either. */
export interface SprtSettings {
  readonly p0: number
  readonly p1: number
  /** Chance to say h1 though h0 holds. */
  readonly alpha: number
  /** Chance to say h0 though h1 holds. */
  readonly beta: number
}

/** State of an SPRT: plain JSON. */
export interface Sprt {
  readonly trials: number
  /** Sum of ln of the likelihood ratios, h1 over h0. */
  readonly logRatio: number
  readonly standing: Standing
  /** The trial with which it stopped, counted from 1. */
  readonly stoppedAt: number | undefined
}

/** Before any trial. */
export const newSprt: Sprt = { trials: 0, logRatio: 0, standing: 'go on', stoppedAt: undefined }

/** Where it stops: ln((1 - beta) / alpha) above, ln(beta / (1 - alpha)) below (Wald 1945). */
export const sprtBounds = ({ alpha, beta }: SprtSettings) => ({
  upper: Math.log((1 - beta) / alpha),
  lower: Math.log(beta / (1 - alpha)),
})

/** Takes one trial in. After it has stopped it counts on and stays with what it said. */
export function sprtStep(state: Sprt, isSuccess: boolean, settings: SprtSettings): Sprt {
  const { p0, p1 } = settings
  const logRatio = state.logRatio + Math.log(isSuccess ? p1 / p0 : (1 - p1) / (1 - p0))
  const trials = state.trials + 1
  if (state.standing !== 'go on') return { ...state, trials, logRatio }
  const { upper, lower } = sprtBounds(settings)
  const standing: Standing = logRatio >= upper ? 'h1' : logRatio <= lower ? 'h0' : 'go on'
  return { trials, logRatio, standing, stoppedAt: standing === 'go on' ? undefined : trials }
}

/** State of a mixture SPRT of two rates: plain JSON. */
export interface Mixture {
  /** Pairs: one trial of each variant. */
  readonly pairs: number
  readonly successesA: number
  readonly successesB: number
  /** Valid at any time: the least of all so far. */
  readonly p: number
}

/** Before any trial. */
export const newMixture: Mixture = { pairs: 0, successesA: 0, successesB: 0, p: 1 }

/**
 * Takes results in, a pair or many at once: equally many trials of each variant. With V = a(1-a) + b(1-b),
 * Lambda = sqrt(V / (V + n tau2)) exp(n^2 tau2 (b-a)^2 / (2 V (V + n tau2))) and p = min(p before, 1 / Lambda); while V
 * is 0 nothing is said (Johari et al., "Peeking at A/B tests", KDD 2017). `tau2` is the variance of the differences
 * that are expected; each look counts, so p after many pairs at once may be greater than after each.
 */
export function mixtureStep(
  state: Mixture,
  added: { readonly pairs: number; readonly successesA: number; readonly successesB: number },
  tau2: number,
): Mixture {
  const pairs = state.pairs + added.pairs
  const successesA = state.successesA + added.successesA
  const successesB = state.successesB + added.successesB
  const [a, b] = [successesA / pairs, successesB / pairs]
  const v = a * (1 - a) + b * (1 - b)
  if (!(v > 0)) return { ...state, pairs, successesA, successesB }
  const reach = v + pairs * tau2
  const lnLambda = Math.log(v / reach) / 2 + (pairs ** 2 * tau2 * (b - a) ** 2) / (2 * v * reach)
  return { pairs, successesA, successesB, p: Math.min(state.p, Math.exp(-lnLambda)) }
}
