import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromWireSummary, latestOf, type Summary, summarise, toWireSummary } from '../../src/core/summary.ts'

type Row = readonly [step: number, time: number, value: number]

const columns = (rows: readonly Row[]) => ({
  steps: rows.map(([step]) => step),
  times: rows.map(([, time]) => time),
  values: rows.map(([, , value]) => value),
})
const add = (before: Summary | undefined, rows: readonly Row[], late = false) =>
  summarise(before, columns(rows), 0, rows.length, late)

describe('the latest point of a series', () => {
  it('is the one with the highest step, then time, then value, however they arrive', () => {
    const row = fc.tuple(fc.nat(5), fc.nat(3), fc.integer({ min: -3, max: 3 }))
    fc.assert(
      fc.property(fc.array(fc.array(row, { minLength: 1 }), { minLength: 1 }), (batches) => {
        const summary = batches.reduce<Summary | undefined>((before, rows) => add(before, rows), undefined)!
        const [step, time, value] = batches
          .flat()
          .sort((a, b) => b[0] - a[0] || b[1] - a[1] || b[2] - a[2])[0]!
        expect(latestOf(summary)).toEqual({ step, time, value })
        expect(fromWireSummary(JSON.parse(JSON.stringify(toWireSummary(summary))))).toEqual(summary)
      }),
    )
  })
})

describe('points that arrive late', () => {
  it('count, and leave the last point as it is', () => {
    const live = add(undefined, [[10, 1000, 1]])
    const both = add(
      live,
      [
        [1, 100, 5],
        [2, 200, Number.NaN],
      ],
      true,
    )
    expect(both).toMatchObject({ count: 3, nonFinite: 1, max: 5, badSince: null })
    expect(both.last).toEqual({ step: 10, time: 1000, value: 1 })
    expect(both.first).toEqual({ step: 1, time: 100, value: 5 })
  })
})
