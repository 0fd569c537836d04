// Profiles: exact, mergeable, bounded.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addNumber,
  counted,
  emptyProfile,
  merged,
  nextUp,
  numericBins,
  type Profile,
  quantile,
  wordAdder,
} from '../../../src/core/drift/profile.ts'

const filled = (profile: Profile, values: readonly number[]): Profile => {
  for (const value of values) addNumber(profile, value)
  return profile
}

const value = fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 }))
const finite = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 })

describe('a numeric profile', () => {
  test('of two halves added is the profile of the whole, to the last count', () => {
    fc.assert(
      fc.property(finite, fc.array(value), fc.array(value), (reference, a, b) => {
        const bins = numericBins(Float64Array.from(reference).sort())
        const whole = filled(emptyProfile(bins), [...a, ...b])
        expect(merged(filled(emptyProfile(bins), a), filled(emptyProfile(bins), b))).toEqual(whole)
        expect(counted(whole) + whole.missing + whole.infinite).toBe(a.length + b.length)
      }),
    )
  })

  test('has at most about 200 bins, whatever the reference', () => {
    fc.assert(
      fc.property(finite, (reference) => {
        const { edges } = numericBins(Float64Array.from(reference).sort())
        expect(edges.length).toBeLessThanOrEqual(201)
        expect([...edges]).toEqual([...new Set(edges)].sort((a, b) => a - b))
      }),
    )
  })

  test('keeps what is outside the reference, and a frequent value, in bins of their own', () => {
    const reference = Float64Array.from({ length: 1000 }, (_, i) => (i < 600 ? 0 : i)).sort()
    const bins = numericBins(reference)
    const { counts } = filled(emptyProfile(bins), [-1, 0, 0, 0.5, 999, 1000])
    expect([counts[0], counts[1], counts[2], counts.at(-2), counts.at(-1)]).toEqual([1, 2, 1, 1, 1])
  })

  test('knows its quantiles to the width of a bin', () => {
    const reference = Float64Array.from({ length: 5000 }, (_, i) => i)
    const profile = filled(emptyProfile(numericBins(reference)), [...reference])
    for (const share of [0, 0.25, 0.5, 0.99, 1])
      expect(Math.abs(quantile(profile, share)! - share * 4999)).toBeLessThan(50)
  })

  test('of other bins is refused', () => {
    const a = emptyProfile(numericBins(Float64Array.of(1, 2)))
    const b = emptyProfile(numericBins(Float64Array.of(1, 3)))
    expect(() => merged(a, b)).toThrow(TypeError)
    expect(() => merged(a, emptyProfile({ type: 'cat', words: [] }))).toThrow(TypeError)
  })
})

describe('a profile of words', () => {
  test('counts known words, others together, and missing cells', () => {
    const profile = emptyProfile({ type: 'cat', words: ['a', '__proto__'] })
    for (const word of ['a', 'b', '__proto__', 'a', null, 'constructor']) wordAdder(profile)(word)
    expect([[...profile.counts], profile.missing]).toEqual([[2, 1, 2], 1])
  })
})

test('the next double is the smallest that is larger', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, max: 1e300, min: -1e300 }), (x) => {
      const next = nextUp(x)
      expect(next).toBeGreaterThan(x)
      const middle = x + (next - x) / 2
      expect(middle === x || middle === next).toBe(true)
    }),
  )
})
