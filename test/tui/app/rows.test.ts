// Rows of lists: made once a change, seldom when there are many.
import { describe, expect, test } from 'vitest'
import { createRows } from '../../../src/tui/app/rows.ts'
import { fakeHub, NOW } from '../../frames/world.ts'

const list = { resource: 'runs', filter: '', sort: [{ path: 'name', falling: false }] }

describe('rows', () => {
  test('the same data gives the same rows without work', () => {
    const rows = createRows()
    const world = fakeHub().link.world()
    const first = rows({ world, version: 1, now: NOW }, list)
    expect(rows({ world, version: 1, now: NOW + 5_000 }, { ...list })).toBe(first)
    expect(rows({ world, version: 2, now: NOW }, list)).not.toBe(first)
  })

  test('thousands are made anew at most twice a second', () => {
    const rows = createRows()
    const world = fakeHub(2_500).link.world()
    const first = rows({ world, version: 1, now: NOW }, list)
    expect(first.items).toHaveLength(2_500)
    expect(rows({ world, version: 2, now: NOW + 499 }, list)).toBe(first)
    expect(rows({ world, version: 2, now: NOW + 500 }, list)).not.toBe(first)
  })

  test('a filter that cannot be read shows all rows and says why', () => {
    const world = fakeHub().link.world()
    const { items, total, error } = createRows()({ world, version: 1, now: NOW }, { ...list, filter: 'a (' })
    expect([items.length, total]).toEqual([12, 12])
    expect(error).toMatch(/at character \d/)
  })

  test('free words look through the cells of the table', () => {
    const world = fakeHub().link.world()
    const rows = createRows()
    const found = (filter: string) => rows({ world, version: 1, now: NOW }, { ...list, filter }).items.length
    expect(found('GPU-B bert')).toBe(1)
    expect(found('!running')).toBe(6)
  })
})
