// Corrections for many tests at once.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { benjaminiHochberg, holm } from '../../../src/core/drift/multiple-tests.ts'

const round = (p: readonly number[]) => p.map((value) => Number(value.toFixed(6)))

test('Benjamini and Hochberg, by hand', () => {
  // Sorted: .01 * 4/1, .02 * 4/2, .03 * 4/3, .5; then the least from the right.
  expect(round(benjaminiHochberg([0.03, 0.01, 0.5, 0.02]))).toEqual([0.04, 0.04, 0.5, 0.04])
})

test('Holm, by hand', () => {
  expect(round(holm([0.03, 0.01, 0.5, 0.02]))).toEqual([0.06, 0.04, 0.5, 0.06])
})

test('adjusted p-values keep their order, are never smaller and never above 1', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
      const bh = benjaminiHochberg(p)
      const strict = holm(p)
      for (const [i, value] of p.entries()) {
        expect(bh[i]).toBeGreaterThanOrEqual(value)
        expect(strict[i]! + 1e-12).toBeGreaterThanOrEqual(bh[i]!)
        expect(strict[i]).toBeLessThanOrEqual(1)
        for (const [k, other] of p.entries()) if (value < other) expect(bh[i]).toBeLessThanOrEqual(bh[k]!)
      }
    }),
  )
})
