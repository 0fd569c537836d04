// Isotonic regression is monotone, keeps the mean, and agrees with scikit-learn.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitIsotonic, isotonicAt } from '../../../src/core/monitor/isotonic.ts'

const oracle = JSON.parse(
  readFileSync(new URL('../../../fixtures/drift/performance.json', import.meta.url), 'utf8'),
) as { chunks: { scores: number[]; labels: number[] }[]; knots: [number[], number[]] }

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const points = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), number), { minLength: 1, maxLength: 80 })

describe('isotonic regression', () => {
  it("finds scikit-learn's knots", () => {
    const reference = oracle.chunks.slice(0, 4)
    const knots = fitIsotonic(
      reference.flatMap(({ scores }) => scores),
      reference.flatMap(({ labels }) => labels),
    )
    expect(knots.x).toEqual(oracle.knots[0])
    for (const [i, y] of knots.y.entries()) expect(y).toBeCloseTo(oracle.knots[1][i]!, 12)
  })

  it('never falls, in its knots or between them', () => {
    fc.assert(
      fc.property(points, fc.array(number, { maxLength: 20 }), (pairs, places) => {
        const knots = fitIsotonic(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        )
        expect(knots.y).toEqual([...knots.y].sort((a, b) => a - b))
        expect(knots.x).toEqual([...new Set(knots.x)].sort((a, b) => a - b))
        const at = [...places].sort((a, b) => a - b).map((x) => isotonicAt(knots, x))
        for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeGreaterThanOrEqual(-1e-6)
      }),
    )
  })

  it('keeps the mean, whatever the order of the points', () => {
    fc.assert(
      fc.property(points, (pairs) => {
        const fit = (some: typeof pairs) =>
          fitIsotonic(
            some.map(([x]) => x),
            some.map(([, y]) => y),
          )
        const knots = fit(pairs)
        const fitted = pairs.reduce((sum, [x]) => sum + isotonicAt(knots, x), 0) / pairs.length
        const mean = pairs.reduce((sum, [, y]) => sum + y, 0) / pairs.length
        expect(Math.abs(fitted - mean)).toBeLessThan(1e-6)
        const turned = fit([...pairs].reverse())
        for (const [x] of pairs) expect(isotonicAt(turned, x)).toBeCloseTo(isotonicAt(knots, x), 6)
      }),
    )
  })

  it('leaves rising points as they are, and is flat beyond them', () => {
    const knots = fitIsotonic([3, 1, 2], [30, 10, 20])
    expect([0, 1, 1.5, 2, 3, 9].map((x) => isotonicAt(knots, x))).toEqual([10, 10, 15, 20, 30, 30])
    expect(isotonicAt(knots, Number.NaN)).toBeNaN()
  })

  it('refuses no points and numbers that are not finite', () => {
    expect(() => fitIsotonic([], [])).toThrow(RangeError)
    expect(() => fitIsotonic([1, Number.NaN], [0, 1])).toThrow(RangeError)
    expect(() => fitIsotonic([1, 2], [0, Number.POSITIVE_INFINITY])).toThrow(RangeError)
  })
})
