// Statistics of two variants agree with scipy and with figures worked by hand; sequential ones may be looked at always.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benjaminiYekutieli, bonferroni } from '../../../src/core/ab/adjusted-p.ts'
import { probabilityBetter } from '../../../src/core/ab/beta-binomial.ts'
import { normalQuantile } from '../../../src/core/ab/normal-quantile.ts'
import {
  newcombeInterval,
  twoProportionTest,
  waldInterval,
  wilsonInterval,
} from '../../../src/core/ab/proportions.ts'
import { mixtureStep, newMixture, newSprt, sprtBounds, sprtStep } from '../../../src/core/ab/sequential.ts'
import { randomState } from '../../../src/core/monitor/mersenne.ts'

const a = { successes: 37, trials: 410 }
const b = { successes: 61, trials: 395 }

const rate = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.nat())
  .map(([trials, draw]) => ({ trials, successes: draw % (trials + 1) }))

describe('normal quantile', () => {
  it("is scipy's norm.isf", () => {
    expect(normalQuantile(0.025)).toBeCloseTo(1.959963984540054, 12)
    expect(normalQuantile(1e-9)).toBeCloseTo(5.9978070150076865, 9)
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12)
    expect(() => normalQuantile(0)).toThrow(RangeError)
  })
})

describe('two rates', () => {
  it('are tested with pooled variance', () => {
    const { z, p } = twoProportionTest(a, b)!
    const pooled = 98 / 805
    const by = (37 / 410 - 61 / 395) / Math.sqrt(pooled * (1 - pooled) * (1 / 410 + 1 / 395))
    expect(z).toBeCloseTo(by, 12)
    expect(p).toBeCloseTo(0.005365061902738124, 12)
    expect(twoProportionTest({ successes: 0, trials: 9 }, { successes: 0, trials: 5 })).toBeUndefined()
  })

  it("have Wilson's intervals, as scipy's binomtest gives them", () => {
    expect(wilsonInterval(a).lower).toBeCloseTo(0.06618070763320931, 12)
    expect(wilsonInterval(a).upper).toBeCloseTo(0.12191417063857023, 12)
    expect(wilsonInterval({ successes: 0, trials: 10 }).lower).toBe(0)
    expect(wilsonInterval({ successes: 0, trials: 10 }).upper).toBeCloseTo(0.27753279986288926, 12)
  })

  it("have Newcombe's interval: within -1 and 1, the difference inside, and turned round with the variants", () => {
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const { lower, upper } = newcombeInterval(one, other)
        const gap = other.successes / other.trials - one.successes / one.trials
        expect(lower).toBeGreaterThanOrEqual(-1 - 1e-12)
        expect(upper).toBeLessThanOrEqual(1 + 1e-12)
        expect(lower <= gap + 1e-12 && gap <= upper + 1e-12).toBe(true)
        expect(newcombeInterval(other, one).lower).toBeCloseTo(-upper, 12)
      }),
    )
  })

  it("have Wald's interval around the difference", () => {
    const { lower, upper } = waldInterval(a, b)
    expect((lower + upper) / 2).toBeCloseTo(61 / 395 - 37 / 410, 12)
  })

  it('are refused where they are none', () => {
    for (const bad of [
      { successes: 2, trials: 1 },
      { successes: -1, trials: 1 },
      { successes: 0, trials: 0 },
      { successes: Number.NaN, trials: 4 },
    ])
      expect(() => wilsonInterval(bad)).toThrow(RangeError)
  })
})

describe('the probability to be better', () => {
  it('is the integral over both posteriors', () => {
    // scipy.integrate.quad over Beta densities.
    expect(probabilityBetter(a, b)).toBeCloseTo(0.9972988553698697, 10)
    expect(probabilityBetter({ successes: 3, trials: 10 }, { successes: 5, trials: 10 })).toBeCloseTo(
      0.8065015479876159,
      10,
    )
  })

  it('adds up to 1 with the other way round, and is 1/2 for the same counts', () => {
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        expect(probabilityBetter(one, other) + probabilityBetter(other, one)).toBeCloseTo(1, 9)
        expect(probabilityBetter(one, one)).toBeCloseTo(0.5, 9)
      }),
    )
  })
})

describe('SPRT', () => {
  const settings = { p0: 0.1, p1: 0.3, alpha: 0.05, beta: 0.2 }

  it('stops for h1 after successes, for h0 after failures, and stays with it', () => {
    const run = (bits: readonly boolean[]) =>
      bits.reduce((state, bit) => sprtStep(state, bit, settings), newSprt)
    // ln 16 / ln 3: three successes; ln(0.2 / 0.95) / ln(0.7 / 0.9): seven failures.
    expect(run([true, true])).toMatchObject({ standing: 'go on', stoppedAt: undefined })
    expect(run([true, true, true])).toMatchObject({ standing: 'h1', stoppedAt: 3 })
    expect(run(new Array(6).fill(false))).toMatchObject({ standing: 'go on' })
    expect(run(new Array(9).fill(false))).toMatchObject({ standing: 'h0', stoppedAt: 7, trials: 9 })
    expect(sprtBounds(settings).upper).toBeCloseTo(Math.log(16), 12)
  })
})

describe('the mixture SPRT', () => {
  it('has the p-value of its formula', () => {
    const { p } = mixtureStep(newMixture, { pairs: 100, successesA: 10, successesB: 30 }, 0.01)
    const v = 0.1 * 0.9 + 0.3 * 0.7
    const lambda = Math.sqrt(v / (v + 1)) * Math.exp((100 ** 2 * 0.01 * 0.2 ** 2) / (2 * v * (v + 1)))
    expect(p).toBeCloseTo(1 / lambda, 12)
  })

  it('never takes back what it said, and says nothing while there is no variance', () => {
    const none = mixtureStep(newMixture, { pairs: 5, successesA: 0, successesB: 0 }, 0.01)
    expect(none.p).toBe(1)
    const strong = mixtureStep(none, { pairs: 95, successesA: 10, successesB: 60 }, 0.01)
    expect(strong.p).toBeLessThan(0.001)
    expect(mixtureStep(strong, { pairs: 100, successesA: 90, successesB: 40 }, 0.01).p).toBe(strong.p)
  })

  it('declares a winner between equal variants in 5 of 100 tests at most, looked at after every pair', () => {
    const random = randomState(7)
    const bit = () => (random.upTo(99) < 20 ? 1 : 0)
    let wrong = 0
    for (let test = 0; test < 200; test++) {
      let state = newMixture
      for (let i = 0; i < 500; i++)
        state = mixtureStep(state, { pairs: 1, successesA: bit(), successesB: bit() }, 0.01)
      if (state.p <= 0.05) wrong++
    }
    expect(wrong).toBeLessThanOrEqual(10)
  })
})

describe('p-values of several tests', () => {
  it('are corrected after Bonferroni and Benjamini-Yekutieli', () => {
    expect(bonferroni([0.01, 0.4])).toEqual([0.02, 0.8])
    expect(bonferroni([0.9, 0.9])).toEqual([1, 1])
    // scipy.stats.false_discovery_control(method='by')
    for (const [i, p] of benjaminiYekutieli([0.001, 0.02, 0.03, 0.5]).entries())
      expect(p).toBeCloseTo([1 / 120, 1 / 12, 1 / 12, 1][i]!, 12)
    expect(benjaminiYekutieli([])).toEqual([])
  })
})
