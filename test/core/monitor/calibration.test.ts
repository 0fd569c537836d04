// Seeded splits are scikit-learn's; calibration is asked for where it helps and only there.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calibrationError,
  learnCalibration,
  needsCalibration,
} from '../../../src/core/monitor/calibration.ts'
import { randomState } from '../../../src/core/monitor/mersenne.ts'
import { numpyOrder } from '../../../src/core/monitor/numpy-order.ts'
import { stratifiedSplits } from '../../../src/core/monitor/stratified-split.ts'

/** Labels whose chance of 1 is `chance(score)`. */
function sample(n: number, chance: (score: number) => number) {
  const random = randomState(1)
  const draw = () => random.upTo(999_999) / 1_000_000
  const scores = Array.from({ length: n }, draw)
  return { scores, labels: scores.map((score) => (draw() < chance(score) ? 1 : 0)) }
}

describe('seeded splits', () => {
  it("shuffle as numpy's RandomState(42)", () => {
    const random = randomState(42)
    expect([...random.permutation(10)]).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6])
    expect([...random.permutation(7)]).toEqual([4, 1, 0, 3, 5, 6, 2])
  })

  it("are StratifiedShuffleSplit's", () => {
    // scikit-learn 1.9.1: n_splits=2, test_size=0.1, random_state=42, labels 0, 1, 0, 1, ... (50).
    const labels = Array.from({ length: 50 }, (_, i) => i % 2)
    const splits = [...stratifiedSplits(labels, 0.1, 2, 42)!]
    expect(splits.map(({ test }) => [...test])).toEqual([
      [28, 23, 38, 43, 20],
      [32, 5, 1, 14, 4],
    ])
    expect([...splits[0]!.train.subarray(0, 6)]).toEqual([29, 27, 0, 25, 16, 35])
  })

  it('take every row once at most, and keep the shares of the classes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 30, maxLength: 200 }), (labels) => {
        fc.pre(labels.filter((label) => label === 1).length > 1 && labels.includes(0))
        fc.pre(labels.filter((label) => label === 0).length > 1)
        for (const { train, test } of stratifiedSplits(labels, 0.1, 3, 5)!) {
          expect(new Set([...train, ...test]).size).toBe(labels.length)
          const share = (rows: Uint32Array) => rows.reduce((sum, i) => sum + labels[i]!, 0)
          const wanted = (labels.filter((label) => label === 1).length / labels.length) * test.length
          expect(Math.abs(share(test) - wanted)).toBeLessThan(1.0001)
        }
      }),
    )
  })

  it('are none where a class has a single row', () => {
    expect(stratifiedSplits([0, 0, 0, 1], 0.1, 1, 42)).toBeUndefined()
  })
})

describe('calibration', () => {
  it('is wanted for scores that are too sure, and not for true probabilities', () => {
    const skewed = sample(2000, (score) => score ** 3)
    const honest = sample(2000, (score) => score)
    expect(needsCalibration(skewed.labels, skewed.scores)).toBe(true)
    expect(learnCalibration(skewed.labels, skewed.scores)).toBeDefined()
    expect(needsCalibration(honest.labels, honest.scores)).toBe(false)
  })

  it('is left alone with one class, a perfect ranking, or few rows', () => {
    expect(needsCalibration([1, 1, 1], [0.1, 0.2, 0.3])).toBe(false)
    const perfect = Array.from({ length: 100 }, (_, i) => i / 100)
    expect(
      needsCalibration(
        perfect.map((score) => (score > 0.5 ? 1 : 0)),
        perfect,
      ),
    ).toBe(false)
    expect(needsCalibration([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4])).toBe(false)
  })

  it('error is the mean gap between score and truth', () => {
    expect(calibrationError([0, 0, 1, 1], [0.25, 0.25, 0.75, 0.75])).toBeCloseTo(0.25, 12)
    expect(calibrationError([1], [0.5])).toBeUndefined()
  })
})

describe("numpy's order", () => {
  it('sorts any numbers, and holds every index once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 300 }), (values) => {
        const order = [...numpyOrder(values)]
        expect(order.map((i) => values[i]!)).toEqual([...values].sort((a, b) => a - b))
        expect([...order].sort((a, b) => a - b)).toEqual(values.map((_, i) => i))
      }),
    )
  })
})
