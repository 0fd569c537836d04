import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ranges } from '../../src/protocol/ranges.ts'

const numbers = fc.array(fc.integer({ min: 1, max: 40 }))

describe('a set of sequence numbers', () => {
  it('holds what was added, and nothing else', () => {
    fc.assert(
      fc.property(fc.nat(5), numbers, (high, added) => {
        const ranges = new Ranges({ high, beyond: [] })
        const model = new Set(Array.from({ length: high }, (_, i) => i + 1))
        for (const seq of added) {
          expect(ranges.add(seq)).toBe(!model.has(seq))
          model.add(seq)
        }
        for (let seq = 1; seq <= 42; seq++) expect(ranges.has(seq)).toBe(model.has(seq))
        expect(ranges.top).toBe(Math.max(0, ...model))
      }),
    )
  })

  it('keeps its ranges apart, in order, and comes back from its mark', () => {
    fc.assert(
      fc.property(numbers, (added) => {
        const ranges = new Ranges()
        for (const seq of added) ranges.add(seq)
        const mark = ranges.mark()
        const bounds = [[0, mark.high] as const, ...mark.beyond]
        for (const [i, [from, to]] of bounds.entries()) {
          expect(from).toBeLessThanOrEqual(to)
          if (i > 0) expect(from).toBeGreaterThan(bounds[i - 1]![1] + 1)
        }
        expect(new Ranges(mark).mark()).toEqual(mark)
        expect(ranges.low).toBe(mark.high)
      }),
    )
  })
})
