// What keys do to charts.
import { describe, expect, test } from 'vitest'
import { metricKeys } from '../../../src/tui/app/facts.ts'
import { gridOf } from '../../../src/tui/app/layout.ts'
import { chartsOf, drive } from './driving.ts'

function opened(columns = 80, rows = 24) {
  const console = drive(12, columns, rows)
  console.press('enter')
  return console
}

describe('the grid', () => {
  test('shows the main metric first', () => {
    const console = opened()
    expect(metricKeys(console.facts().world, chartsOf(console))[0]).toBe('val/loss')
  })

  test('arrows move the focus over it and stop at its ends', () => {
    const console = opened()
    console.press('l')
    expect(chartsOf(console).focus).toBe('train/loss')
    console.press('j')
    expect(chartsOf(console).focus).toBe('train/grad_norm')
    console.press('G', 'l')
    expect(chartsOf(console).focus).toBe('perf/samples_per_second')
    console.press('g', 'h')
    expect(chartsOf(console).focus).toBe('val/loss')
  })

  test('charts are never smaller than 36 by 9 where there is room, nor more than asked for', () => {
    for (const [width, height] of [
      [36, 9],
      [80, 20],
      [120, 37],
      [200, 47],
      [300, 90],
      [20, 5],
    ] as const)
      for (const count of [1, 2, 3, 5, 8, 30]) {
        const { columns, rows } = gridOf(width, height, count)
        expect(columns * rows).toBeGreaterThanOrEqual(1)
        if (width >= 36) expect(width / columns).toBeGreaterThanOrEqual(36)
        if (height >= 9) expect(height / rows).toBeGreaterThanOrEqual(9)
        expect((columns - 1) * rows).toBeLessThan(count)
      }
  })
})

describe('one chart', () => {
  test('x, y and s go through their values', () => {
    const console = opened()
    const axes = [1, 2, 3].map(() => {
      console.press('x')
      return chartsOf(console).x
    })
    expect(axes).toEqual(['time', 'relative', 'step'])
    const weights = [1, 2, 3, 4].map(() => {
      console.press('s')
      return chartsOf(console).smooth
    })
    expect(weights).toEqual([0.6, 0.9, 0.99, 0])
    console.press('y')
    expect(chartsOf(console).log).toBe(true)
  })

  test('the cross-hair starts at the newest end and stays on the axis', () => {
    const console = opened()
    console.press('enter', 'G')
    expect(chartsOf(console).cursor).toBe(3990)
    console.press('l')
    expect(chartsOf(console).cursor).toBe(3990)
    console.press('h')
    expect(chartsOf(console).cursor).toBeLessThan(3990)
    console.press('g', 'h')
    expect(chartsOf(console).cursor).toBe(0)
  })

  test('+ and - zoom about the cross-hair, 0 shows all', () => {
    const console = opened()
    console.press('enter', 'g', 'L', 'L', '+')
    const { zoom, cursor } = chartsOf(console)
    expect(zoom![0]).toBeLessThan(cursor!)
    expect(zoom![1]).toBeGreaterThan(cursor!)
    expect(zoom![1] - zoom![0]).toBeCloseTo(3990 / 2)
    console.press('-')
    expect(chartsOf(console).zoom).toBeNull()
    console.press('+', '0')
    expect(chartsOf(console)).toMatchObject({ zoom: null, cursor: null })
    for (let i = 0; i < 40; i++) console.press('+')
    const [from, to] = chartsOf(console).zoom!
    expect(to - from).toBeGreaterThan(1)
  })
})
