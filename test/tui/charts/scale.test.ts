import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  durationTicks,
  linearScale,
  linearTicks,
  logScale,
  tickLabel,
  timeTicks,
} from '../../../src/tui/charts/scale.ts'

const labels = (ticks: readonly { label: string }[]) => ticks.map(({ label }) => label)
const at = (text: string) => Date.parse(`${text}Z`)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('linear axis', () => {
  it('has round values', () => {
    expect(labels(linearTicks(0, 1, 5))).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1'])
    expect(labels(linearTicks(-3, 3, 6))).toEqual(['-3', '-2', '-1', '0', '1', '2', '3'])
    expect(labels(linearTicks(0, 2400, 5))).toEqual(['0', '500', '1k', '1.5k', '2k'])
    expect(labels(linearTicks(1e6, 1e6 + 5, 5, 1))).toEqual([
      '1M',
      '1.000001M',
      '1.000002M',
      '1.000003M',
      '1.000004M',
      '1.000005M',
    ])
    expect(labels(linearTicks(0, 3e-7, 3))).toEqual(['0', '1e-7', '2e-7', '3e-7'])
  })

  it('keeps to whole numbers where asked', () => {
    expect(labels(linearTicks(0, 2, 10, 1))).toEqual(['0', '1', '2'])
  })

  it('puts the least value at 0, the greatest at 1, and a constant in the middle', () => {
    const scale = linearScale(-10, 30)
    expect([scale.position(-10), scale.position(10), scale.position(30)]).toEqual([0, 0.5, 1])
    expect(linearScale(7, 7).position(7)).toBe(0.5)
    expect(labels(linearScale(7, 7).ticks(5))).toEqual(['7'])
  })

  it('spans all doubles', () => {
    const scale = linearScale(-Number.MAX_VALUE, Number.MAX_VALUE)
    expect(scale.position(0)).toBe(0.5)
    expect(scale.position(Number.MAX_VALUE)).toBe(1)
  })

  it('has few rising ticks in range for any range', () => {
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 1, max: 20 }), (a, b, count) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)]
        const ticks = linearScale(min, max)
          .ticks(count)
          .map(({ value }) => value)
        expect(ticks.length).toBeLessThanOrEqual(count + 2)
        expect(ticks).toEqual([...new Set(ticks)].sort((x, y) => x - y))
        // Ranges below the least step give what lies beside them.
        const slack = Math.max(1e-300, (max / 2 - min / 2) * 1e-6)
        for (const value of ticks) expect(value >= min - slack && value <= max + slack).toBe(true)
      }),
    )
  })
})

describe('log axis', () => {
  it('has powers of ten', () => {
    const scale = logScale(1e-4, 1)!
    expect(labels(scale.ticks(8))).toEqual(['0.0001', '0.001', '0.01', '0.1', '1'])
    expect(scale.position(1e-2)).toBeCloseTo(0.5)
  })

  it('skips powers when there are many and adds 2 and 5 when there are few', () => {
    expect(labels(logScale(1e-12, 1)!.ticks(4))).toEqual(['1e-12', '1e-9', '1e-6', '0.001', '1'])
    expect(labels(logScale(1, 10)!.ticks(4))).toEqual(['1', '2', '5', '10'])
    expect(labels(logScale(2.1, 2.9)!.ticks(4))).toEqual(['2.2', '2.4', '2.6', '2.8'])
  })

  it('is for values above 0 only', () => {
    expect(logScale(0, 1)).toBeUndefined()
    expect(logScale(-1, 1)).toBeUndefined()
    expect(logScale(3, 3)!.position(3)).toBe(0.5)
  })
})

describe('time axis', () => {
  it('has round times in UTC', () => {
    expect(labels(timeTicks(at('2026-11-23T12:01'), at('2026-11-23T14:05'), 5))).toEqual([
      '12:30',
      '13:00',
      '13:30',
      '14:00',
    ])
    expect(labels(timeTicks(at('2026-11-23T12:00:00'), at('2026-11-23T12:00:20'), 5))).toEqual([
      '12:00:00',
      '12:00:05',
      '12:00:10',
      '12:00:15',
      '12:00:20',
    ])
  })

  it('shows the date at midnight and for long spans', () => {
    expect(labels(timeTicks(at('2026-11-22T18:00'), at('2026-11-23T12:00'), 4))).toEqual([
      '18:00',
      '11-23',
      '06:00',
      '12:00',
    ])
    expect(labels(timeTicks(at('2026-11-20T00:00'), at('2026-11-23T00:00'), 4))).toEqual([
      '11-20',
      '11-21',
      '11-22',
      '11-23',
    ])
  })

  it('survives times that are no dates', () => {
    expect(timeTicks(-1e300, 1e300, 4).length).toBeGreaterThan(0)
    expect(timeTicks(8.64e15, 8.65e15, 4).length).toBeGreaterThan(0)
  })
})

it('a relative axis has durations', () => {
  expect(labels(durationTicks(0, 3_600_000 * 2, 4))).toEqual(['0s', '30m', '1h', '1h30m', '2h'])
  expect(labels(durationTicks(0, 3 * 86_400_000, 4))).toEqual(['0s', '1d', '2d', '3d'])
  expect(labels(durationTicks(-1000, 1000, 4))).toEqual(['-1s', '-500ms', '0s', '500ms', '1s'])
})

it('tick labels are short for any value', () => {
  expect(tickLabel(1200, 200)).toBe('1.2k')
  expect(tickLabel(-0.25, 0.05)).toBe('-0.25')
  fc.assert(
    fc.property(finite, (value) => {
      expect(tickLabel(value, Math.abs(value) / 10).length).toBeLessThanOrEqual(9)
    }),
  )
})
