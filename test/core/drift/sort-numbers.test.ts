// Sorting by bits gives what sorting by comparison gives.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/drift/random.ts'
import { sortedNumbers } from '../../../src/core/drift/sort-numbers.ts'

const random = seededRandom(9)

test('many numbers of any size and sign come out as a comparison sort gives them', () => {
  const number = fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constantFrom(0, -0, 1e308, -5e-324))
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 60 }), (some) => {
      const many = Float64Array.from({ length: 5000 }, () => some[Math.floor(random() * some.length)]!)
      expect(Buffer.from(sortedNumbers(many).buffer).equals(Buffer.from(many.toSorted().buffer))).toBe(true)
    }),
    { numRuns: 50 },
  )
  for (const scale of [1, 1e-300, 1e300]) {
    const many = Float64Array.from({ length: 9000 }, () => (random() - 0.5) * scale)
    expect(sortedNumbers(many)).toEqual(many.toSorted())
  }
})

test('what was given stays as it was', () => {
  const values = Float64Array.from({ length: 5000 }, random)
  const before = values.slice()
  sortedNumbers(values)
  expect(values).toEqual(before)
})
