// The smoothed line agrees with its definition and is not broken by one NaN.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ema } from '../../src/core/ema.ts'

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const weight = fc.double({ min: 0, max: 0.999, noNaN: true })

describe('ema', () => {
  it('is the weighted mean of all values so far, newest heaviest', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 60 }), weight, (values, w) => {
        const smooth = ema(values, w)
        for (const i of values.keys()) {
          const weights = values.slice(0, i + 1).map((_, k) => w ** (i - k))
          const total = weights.reduce((sum, one) => sum + one, 0)
          const mean = weights.reduce((sum, one, k) => sum + one * values[k]!, 0) / total
          expect(Math.abs(smooth[i]! - mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(mean)))
        }
      }),
    )
  })

  it('matches figures worked by hand at weight 0.6', () => {
    const smooth = ema([1, 2, 4], 0.6)
    expect(smooth[0]).toBeCloseTo(1, 12)
    expect(smooth[1]).toBeCloseTo(1.625, 12)
    expect(smooth[2]).toBeCloseTo(2.836734693877551, 12)
  })

  it('shows NaN and infinities where they are and goes on as if they had not come', () => {
    const smooth = ema([1, Number.NaN, 2, Infinity, -Infinity, 4], 0.6)
    expect([smooth[1], smooth[3], smooth[4]]).toEqual([Number.NaN, Infinity, -Infinity])
    expect([smooth[0], smooth[2], smooth[5]]).toEqual([...ema([1, 2, 4], 0.6)])
  })

  it('leaves values as they are at weight 0', () => {
    expect([...ema([3, -1, 0.5], 0)]).toEqual([3, -1, 0.5])
  })

  it.each([1, -0.1, Number.NaN])('refuses the weight %s', (bad) => {
    expect(() => ema([1], bad)).toThrow(RangeError)
  })
})
