// Chunks part every row with a time, by calendar or count; labels find their predictions in any order.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarKey, chunksOf } from '../../../src/core/monitor/chunks.ts'
import { joinLabels } from '../../../src/core/monitor/label-join.ts'

describe('chunks', () => {
  it('are called as calendars call them', () => {
    const friday = Date.UTC(2021, 0, 1, 23, 59)
    expect(calendarKey('day', friday)).toBe('2021-01-01')
    expect(calendarKey('month', friday)).toBe('2021-01')
    expect(calendarKey('week', friday)).toBe('2020-12-28/2021-01-03')
    expect(calendarKey('week', Date.UTC(1969, 11, 29))).toBe('1969-12-29/1970-01-04')
  })

  it('hold every row with a time once, in order of the calendar', () => {
    const times = fc.array(fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.constant(Number.NaN)), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(times, fc.constantFrom('day' as const, 'week' as const, 'month' as const), (list, by) => {
        const chunks = chunksOf(list.length, { by }, Float64Array.from(list))
        const rows = chunks.flatMap((chunk) => [...chunk.rows])
        const dated = list.flatMap((time, i) => (Number.isNaN(time) ? [] : [i]))
        expect([...rows].sort((a, b) => a - b)).toEqual(dated)
        expect(chunks.map(({ key }) => key)).toEqual([...new Set(chunks.map(({ key }) => key))].sort())
        for (const { key, rows: own } of chunks)
          for (const i of own) expect(calendarKey(by, list[i]!)).toBe(key)
      }),
    )
  })

  it('by rows are of one size, the last one shorter', () => {
    const chunks = chunksOf(7, { by: 'rows', size: 3 }, new Float64Array(0))
    expect(chunks.map(({ key }) => key)).toEqual(['0:2', '3:5', '6:6'])
    expect(chunksOf(0, { by: 'rows', size: 3 }, new Float64Array(0))).toEqual([])
  })
})

describe('labels', () => {
  it('are joined the same in whatever order they come', () => {
    const label = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'x'), fc.constantFrom(0, 1, Number.NaN))
    fc.assert(
      fc.property(
        fc
          .array(label, { maxLength: 12 })
          .chain((rows) =>
            fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
          ),
        ([rows, shuffled]) => {
          const [one, other] = [rows, shuffled].map((list) => joinLabels(['a', 'b', 'c', 'd', 'b'], list))
          expect(one!.labels).toEqual(other!.labels)
          expect([...one!.unknown]).toEqual([...other!.unknown])
          expect([...one!.contradicted].sort()).toEqual([...other!.contradicted].sort())
        },
      ),
    )
  })

  it('name ids that come twice, that nobody has, and that contradict themselves', () => {
    const join = joinLabels(
      ['a', 'b', 'a', 'c', '', ''],
      [
        ['a', 1],
        ['b', 0],
        ['b', 1],
        ['zz', 1],
        ['zz', 0],
        ['a', 1],
      ],
    )
    expect([...join.labels]).toEqual([1, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(join.repeated).toEqual([2])
    expect(join.unknown).toEqual(['zz'])
    expect(join.contradicted).toEqual(['b'])
  })
})
