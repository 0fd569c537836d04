import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Columns } from '../../../src/core/columns.ts'
import { busiestHost, collectWall, fleetLoad, runStates, shownRuns } from '../../../src/tui/wall/wall-data.ts'
import { LEAST_WALL, wallLayout } from '../../../src/tui/wall/wall-layout.ts'
import { lossChart } from '../../../src/tui/wall/wall-losses.ts'
import { fleet, linkTo, NOW, worldOf } from '../../cli/world.ts'
import { numbers } from '../panels/exact.ts'

const columnsOf = (values: readonly number[], first = 0): Columns => ({
  steps: Float64Array.from(values, (_, i) => first + i),
  times: Float64Array.from(values, (_, i) => NOW + i * 1000),
  values: Float64Array.from(values),
})
const one = (values: readonly number[]) => lossChart([{ label: 'a', columns: columnsOf(values) }], 40)

describe('lossChart', () => {
  it('keeps the finite values of a run that went wrong, and says how many are missing', () => {
    const { lines, min, max } = one([2, 1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(lines[0]).toMatchObject({ last: Number.POSITIVE_INFINITY, nonFinite: 2 })
    expect(lines[0]!.values[0]).toBe(2)
    expect(lines[0]!.values.at(-1)).toBe(1)
    expect({ min, max }).toEqual({ min: 1, max: 2 })
  })

  it('has no line, but a name, for a run without any finite value', () => {
    expect(one([Number.NaN]).lines[0]).toMatchObject({ label: 'a', values: [], nonFinite: 1 })
    expect(one([]).lines[0]).toMatchObject({ values: [], last: undefined })
  })

  it('takes negative values and a flat line', () => {
    expect(one([-3, -1])).toMatchObject({ min: -3, max: -1, unit: 1 })
    expect(one([7, 7])).toMatchObject({ min: 6.5, max: 7.5 })
  })

  it('divides small and large values by a power of ten, so that labels of two decimals say something', () => {
    expect(one([3e-5, 1e-5])).toMatchObject({ unit: 1e-5, max: expect.closeTo(3, 9) })
    expect(one([3e9, 2e9])).toMatchObject({ unit: 1e9, max: 3 })
  })

  it('begins each run at its first step, and ends a shorter one earlier', () => {
    const short = columnsOf([5, 5, 5, 4], 1000)
    const { lines, x } = lossChart(
      [
        { label: 'long', columns: columnsOf(Array(101).fill(1)) },
        { label: 'short', columns: short },
      ],
      40,
    )
    expect(lines[0]!.values).toHaveLength(x.length)
    expect(lines[1]!.values[0]).toBe(5)
    expect(lines[1]!.values.length).toBeLessThan(5)
    expect(x.at(-1)).toBe('100')
  })

  it('is finite, within its range and at most two places a cell, whatever was logged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(numbers, { maxLength: 300 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        (all, width) => {
          const chart = lossChart(
            all.map((values, i) => ({ label: `${i}`, columns: columnsOf(values) })),
            width,
          )
          expect(chart.max).toBeGreaterThan(chart.min)
          expect(chart.x.length).toBeLessThanOrEqual(Math.max(2, width * 2))
          for (const { values } of chart.lines) {
            expect(values.length).toBeLessThanOrEqual(chart.x.length)
            for (const value of values) {
              expect(Number.isFinite(value)).toBe(true)
              expect(value).toBeGreaterThanOrEqual(chart.min - 1e-6)
              expect(value).toBeLessThanOrEqual(chart.max + 1e-6)
            }
          }
        },
      ),
    )
  })
})

describe('what the wallboard knows of a fleet', () => {
  const world = worldOf(fleet)

  it('is the mean load of the hosts online, null where nothing was measured', () => {
    expect(fleetLoad(world)).toEqual({ cpu: 40, memory: null, gpu: 97 })
    expect(busiestHost(world)).toMatchObject({ id: 'h-train', name: 'gpu-1' })
  })

  it('counts the states of runs and draws those that run', () => {
    expect(Object.fromEntries(runStates(world))).toEqual({ running: 2, failed: 1, finished: 1, idle: 1 })
    expect(
      shownRuns(world)
        .map(({ run, key }) => `${run.id} ${key}`)
        .sort(),
    ).toEqual(['aa01 val/loss', 'bb02 loss'])
  })

  it('draws the freshest runs of all where none runs', () => {
    const runs = fleet.runs!.map((run) => ({ ...run, status: 'finished' as const }))
    expect(shownRuns(worldOf({ ...fleet, runs })).length).toBe(3)
  })

  it('is there without points while the hub does not answer', async () => {
    const link = { ...linkTo(fleet), points: () => Promise.reject(new Error('the hub is away')) }
    const data = await collectWall(link, [], 80, NOW)
    expect(data.losses).toHaveLength(2)
    expect(data.losses[0]!.columns.values).toHaveLength(0)
    expect(data.alerts.length).toBeGreaterThan(0)
  })
})

describe('wallLayout', () => {
  it('gives every cell to exactly one part, at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 250 }), fc.integer({ min: 18, max: 80 }), (columns, rows) => {
        const layout = wallLayout(columns, rows)!
        const cells = new Uint8Array(columns * rows)
        for (const { left, top, width, height } of Object.values(layout))
          for (let y = top; y < top + height; y++)
            for (let x = left; x < left + width; x++) cells[y * columns + x]!++
        expect(cells.every((count) => count === 1)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('has none for a terminal that is too small', () => {
    expect(wallLayout(LEAST_WALL.columns - 1, 50)).toBeUndefined()
    expect(wallLayout(200, LEAST_WALL.rows - 1)).toBeUndefined()
  })
})
