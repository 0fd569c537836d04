// Rows that are patched for what changed stand as if all had been made anew.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createChanges } from '../../../src/core/changes.ts'
import { OwnerSeries } from '../../../src/core/owner-series.ts'
import type { Run } from '../../../src/core/state.ts'
import type { World } from '../../../src/core/world.ts'
import { createRows } from '../../../src/tui/app/rows.ts'
import { fakeHub, NOW } from '../../frames/world.ts'

const LIST = {
  resource: 'runs',
  filter: 'metrics.loss>0',
  sort: [
    { path: 'metrics.loss', falling: true },
    { path: 'status', falling: false },
  ],
}

const step = fc.record({
  run: fc.integer({ min: 0, max: 29 }),
  what: fc.constantFrom('point', 'status', 'gone', 'host'),
  value: fc.integer({ min: -3, max: 3 }),
})

function createWorld() {
  const { state, presence } = fakeHub(30).link.world()
  const series = new Map<string, OwnerSeries>()
  const changes = createChanges()
  let runs: ReadonlyMap<string, Run> = state.runs
  const ids = [...runs.keys()]
  return {
    now: (): World => ({ state: { ...state, runs }, series, presence, changes }),
    take({ run, what, value }: { run: number; what: string; value: number }) {
      const id = what === 'host' ? 'host0' : ids[run]!
      const next = new Map(runs)
      if (what === 'gone') next.delete(id)
      if (what === 'status' && next.has(id))
        next.set(id, { ...next.get(id)!, status: value > 0 ? 'failed' : 'running' })
      if (what === 'gone' || what === 'status') runs = next
      else {
        const mine = series.get(id) ?? new OwnerSeries()
        series.set(id, mine)
        mine.push('loss', { steps: [1], times: [NOW], values: [value] }, 0, 1)
        changes.touch(id)
      }
    },
  }
}

test('patched rows are those of a fresh look', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 20 }), (turns) => {
      const world = createWorld()
      const rows = createRows()
      for (const [version, steps] of turns.entries()) {
        for (const one of steps) world.take(one)
        const source = { world: world.now(), version, now: NOW }
        for (const list of [LIST, { ...LIST, filter: '' }, { ...LIST, filter: 'bert failed' }]) {
          const ids = rows(source, list).items.map(({ id }) => id)
          expect(ids).toEqual(createRows()(source, list).items.map(({ id }) => id))
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('points of a host make no row of a run anew', () => {
  const world = createWorld()
  const rows = createRows()
  const first = rows({ world: world.now(), version: 1, now: NOW }, LIST)
  world.take({ run: 0, what: 'host', value: 1 })
  expect(rows({ world: world.now(), version: 2, now: NOW }, LIST)).toBe(first)
  world.take({ run: 0, what: 'point', value: 1 })
  expect(rows({ world: world.now(), version: 3, now: NOW }, LIST)).not.toBe(first)
})
