import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromWireStep, parseStep, type Step, toWireStep } from '../../src/protocol/numbers.ts'
import {
  BadPoints,
  fromWirePoints,
  MAX_POINTS,
  PointBuffer,
  toWirePoints,
} from '../../src/protocol/points.ts'
import { cleanText } from '../../src/protocol/text.ts'

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 9007199254740993n, max: 9223372036854775807n }),
  fc.bigInt({ min: -9223372036854775808n, max: -9007199254740993n }),
)
const value = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 5e-324, 1.7976931348623157e308),
)
const time = fc.integer({ min: -8e14, max: 8e14 })
const name = fc.string({ minLength: 1, maxLength: 40 }).map((text) => cleanText(text, 512))
const point = fc.record({ owner: name, key: name, step, time, value })

describe('points on the wire', () => {
  test('come back the same, NaN, infinities and 64-bit steps included, in order within each series', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 80 }), (points) => {
        const buffer = new PointBuffer()
        for (const { owner, key, step, time, value } of points) buffer.add(owner, key, step, time, value)
        const sent = buffer.take()
        const got = fromWirePoints(JSON.parse(JSON.stringify(toWirePoints(sent))))
        // JSON writes -0 as 0; nothing else changes
        expect({ ...got, values: got.values.map((v) => v + 0) }).toEqual({
          ...sent,
          values: sent.values.map((v) => v + 0),
        })
        expect(buffer.size).toBe(0)
      }),
    )
  })

  test('any JSON is either points or BadPoints', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          const { counts, values } = fromWirePoints(json)
          expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length)
        } catch (error) {
          expect(error).toBeInstanceOf(BadPoints)
        }
      }),
    )
  })

  const good = { series: [['run', 'loss']], counts: [1], steps: [1], times: [1], values: [1] }
  test.each([
    ['a null value', { ...good, values: [null] }, 'points.values[0]'],
    ['a fractional step', { ...good, steps: [1.5] }, 'points.steps[0]'],
    ['a step beyond int64', { ...good, steps: ['9223372036854775808'] }, 'points.steps[0]'],
    ['a fractional time', { ...good, times: [1.5] }, 'points.times[0]'],
    ['columns of different length', { ...good, times: [1, 2] }, 'points.times must hold 1'],
    ['a count of zero', { ...good, counts: [0] }, 'points.counts[0]'],
    ['an empty owner', { ...good, series: [['', 'loss']] }, 'points.series[0]'],
    ['a count that would allocate', { ...good, counts: [1e12] }, `at most ${MAX_POINTS}`],
  ])('refuses %s and names it', (_, wire, reason) => {
    expect(() => fromWirePoints(wire)).toThrow(reason)
  })

  test('keys pass the door for remote text', () => {
    const points = fromWirePoints({ ...good, series: [['run', 'a\u001b[31mb\u202ec']] })
    expect(points.series[0]).toEqual(['run', 'a␛[31mb<U+202E>c'])
  })
})

describe('steps', () => {
  test('any int64 survives as text and as JSON', () => {
    fc.assert(
      fc.property(step, (wide) => {
        expect(parseStep(String(wide))).toBe(wide)
        expect(fromWireStep(JSON.parse(JSON.stringify(toWireStep(wide))))).toBe(wide)
      }),
    )
  })

  test.each(['', '1.5', '1e3', '0x10', '9223372036854775808', '-9223372036854775809', ' 1'])(
    '%j is no step',
    (text) => {
      expect(parseStep(text)).toBeUndefined()
    },
  )
})

describe('remote text', () => {
  const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/

  test('is safe, well formed and bounded after the door, and the door is idempotent', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 8, max: 400 }),
        (text, limit) => {
          const clean = cleanText(text, limit)
          expect(clean).not.toMatch(unsafe)
          expect(clean.isWellFormed()).toBe(true)
          expect(cleanText(clean, 10_000)).toBe(clean)
        },
      ),
    )
  })

  test('keeps names apart that differ in what was unsafe', () => {
    const names = ['a\u001bb', 'a\u0007b', 'a\u009bb', 'a\u202eb', 'ab', 'a\nb', 'a\rb']
    expect(new Set(names.map((text) => cleanText(text))).size).toBe(names.length)
  })
})
