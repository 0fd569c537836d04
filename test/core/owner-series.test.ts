// Series of an owner whose summaries lie elsewhere tell the same as those that are all in memory.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { glanceOf } from '../../src/core/glance.ts'
import { OwnerSeries, type SummarySource } from '../../src/core/owner-series.ts'
import { type Summary, summarise } from '../../src/core/summary.ts'

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, Infinity))
const point = fc.record({
  key: fc.constantFrom('loss', 'val/loss', 'lr', 'acc'),
  step: fc.integer({ min: 0, max: 5 }),
  time: fc.integer({ min: 0, max: 5 }),
  value,
  late: fc.boolean(),
  /** Everything is sealed behind this point. */
  seal: fc.boolean(),
})

const columnsOf = ({ step, time, value: v }: { step: number; time: number; value: number }) => ({
  steps: [step],
  times: [time],
  values: [v],
})

describe('the series of an owner', () => {
  test('are the same whether their summaries are in memory or were let go in between', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const plain = new Map<string, Summary>()
        const stored = new Map<string, Summary>()
        const source: SummarySource = { one: (key) => stored.get(key), all: () => stored }
        let series = new OwnerSeries(undefined, source)
        for (const { key, late, seal, ...one } of points) {
          plain.set(key, summarise(plain.get(key), columnsOf(one), 0, 1, late))
          series.push(key, columnsOf(one), 0, 1, late)
          if (!seal) continue
          for (const [name, summary] of [...series]) stored.set(name, summary)
          const saved = series.saved()
          series = new OwnerSeries({ ...saved, lasts: saved.lasts.slice() }, source)
        }
        const { main, updated, step, bad } = glanceOf(series)
        const expected = glanceOf(plain)
        expect({ main, updated, step }).toEqual({
          main: expected.main,
          updated: expected.updated,
          step: expected.step,
        })
        expect(new Map([...bad].sort())).toEqual(new Map([...expected.bad].sort()))
        for (const [key, { last }] of plain) expect(Object.is(series.last(key), last.value)).toBe(true)
        expect([...series]).toEqual([...plain])
        for (const key of plain.keys()) expect(series.get(key)).toEqual(plain.get(key))
      }),
      { numRuns: 500 },
    )
  })
})
