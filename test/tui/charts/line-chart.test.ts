import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Columns, noColumns } from '../../../src/core/columns.ts'
import { type LineChartData, lineChart } from '../../../src/tui/charts/line-chart.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, numbers, plain, sizes, texts, themes } from '../panels/exact.ts'

const HOUR = Date.parse('2026-11-23T12:00Z')

function columns(values: readonly number[], steps?: readonly number[] | readonly bigint[]): Columns {
  const given = steps ?? values.map((_, i) => i)
  return {
    steps:
      typeof given[0] === 'bigint'
        ? BigInt64Array.from(given as bigint[])
        : Float64Array.from(given as number[]),
    times: Float64Array.from(values, (_, i) => HOUR + i * 60_000),
    values: Float64Array.from(values),
  }
}

const line = (values: readonly number[], steps?: readonly number[] | readonly bigint[]) => ({
  label: 'a',
  colour: 0,
  columns: columns(values, steps),
})

const chart = (more: Partial<LineChartData>): LineChartData => ({
  title: 'loss',
  lines: [],
  x: 'step',
  log: false,
  smooth: 0,
  ...more,
})

const draw = (more: Partial<LineChartData>, width = 34, height = 7) =>
  bare(lineChart(chart(more), width, height, plain))
const ramp = Array.from({ length: 11 }, (_, i) => i)

describe('lineChart', () => {
  it('draws a line with its axes and last value', () => {
    expect(draw({ lines: [line(ramp)] }, 34, 9)).toEqual([
      'loss 10                       step',
      '10┤                          ⢀⡠⠔⠒⠉',
      '  │                     ⣀⡠⠤⠒⠊⠁',
      '  │                ⢀⡠⠔⠊⠉',
      ' 5┤          ⣀⡠⠤⠒⠒⠉⠁',
      '  │     ⣀⠤⠒⠊⠉',
      ' 0┤⣀⠤⠔⠒⠉',
      '  └┬──────────────┬──────────────┬',
      '   0              5             10',
    ])
  })

  it('draws it without unicode and colour', () => {
    const ascii = createTheme({ depth: 0, unicode: false })
    expect(bare(lineChart(chart({ lines: [line(ramp)] }), 24, 6, ascii))).toEqual([
      'loss 10             step',
      "10+                .:--'",
      "  |           .:--''",
      " 5+     ..--'''",
      " 0+.:--''",
      '   0         5        10',
    ])
  })

  it('says that there are no points yet', () => {
    const lines = draw({ lines: [{ label: 'a', colour: 0, columns: noColumns }] })
    expect(lines.join('\n')).toContain('no points yet')
    expect(draw({ empty: 'waiting' }).join('\n')).toContain('waiting')
  })

  it('shows a single point and a constant line in the middle', () => {
    const single = draw({ lines: [line([3])] }, 34, 6)
    expect(single.findIndex((text) => text.includes('•'))).toBe(3)
    const constant = draw({ lines: [line([3, 3, 3])] }, 34, 5)
    expect(constant[2]).toMatch(/^3┤[⠒⠤⠉]+$/u)
  })

  it('keeps every spike, however many points there are', () => {
    const values = Array.from({ length: 200_000 }, (_, i) => (i === 77_777 ? 100 : 0))
    const lines = draw({ lines: [line(values)] }, 44, 10)
    expect(lines[1]).toMatch(/^100┤ +[⡇⢸] *$/u)
  })

  it('makes a diverged loss impossible to miss', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const values = [3, 2, 1, Number.NaN, Number.NaN]
    const lines = lineChart(chart({ lines: [line(values)] }), 44, 7, theme)
    expect(lines[0]).toContain(theme.paint('danger', ' NaN since step 3 '))
    const text = bare(lines)
    expect(text.filter((row) => row.includes('┊'))).toHaveLength(4)
    expect(text[5]?.match(/×/g)).toHaveLength(2)
    expect(lines[5]).toContain(theme.paint('bad', '×'))
  })

  it('marks infinities at the edge and joins nothing across them', () => {
    const text = draw(
      { lines: [line([1, 1, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 1, 1])] },
      30,
      6,
    )
    expect(text[0]).toContain('2 values not finite')
    expect(text[1]).toContain('▲')
    expect(text[4]).toContain('▼')
    // The point between the two stands alone; before and behind there are lines.
    expect(text.join('\n')).toMatch(/1┤⠉+ +┊ +• +┊ +⠉+\n/u)
  })

  it('counts steps beyond 2^53 exactly', () => {
    const start = 2n ** 60n
    const steps = [start, start + 1n, start + 2n, start + 3n]
    const text = draw({ lines: [line([0, 1, 2, 3], steps)], cursor: start + 2n }, 60, 9)
    expect(text[0]).toContain(`step ${start + 2n}`)
    expect(text[0]).toMatch(/^loss 2 /)
    expect(text.at(-1)?.trim().split(/ +/)).toEqual(['+0', '+1', '+2', '+3'])
    expect(new Set(text.slice(1, 7)).size).toBeGreaterThan(3)
  })

  it('falls back from log to linear for values that are not positive, and says so', () => {
    expect(draw({ lines: [line([1, 10, 100])], log: true }, 60)[0]).toMatch(/ log step$/)
    expect(draw({ lines: [line([0, 10, 100])], log: true }, 60)[0]).toMatch(
      / linear: log needs values above 0 step$/,
    )
  })

  it('lays several lines over each other, with a legend', () => {
    const lines = [line(ramp), { ...line([...ramp].reverse()), label: 'b', colour: 1 }]
    const text = draw({ lines }, 40, 8)
    expect(text[1]).toBe('a a 10  b b 0')
    const theme = createTheme({ depth: 4, unicode: true })
    const coloured = lineChart(chart({ lines }), 40, 8, theme)
    expect(coloured[1]).toContain(`${theme.series(0, '━')} a ${theme.series(0, '10')}`)
    expect(draw({ lines: Array.from({ length: 9 }, () => line(ramp)) }, 40, 8)[1]).toMatch(/ {2}\+\d$/)
  })

  it('reads out the nearest point at the cross-hair', () => {
    const text = draw({ lines: [line(ramp)], cursor: 4.2, smooth: 0.5 }, 50, 8)
    expect(text[0]).toMatch(/^loss 4 ~3\.\d+ .*step 4\.2$/)
    expect(text.slice(1, 7).filter((row) => /[│◆]/u.test(row.slice(3))).length).toBeGreaterThan(4)
    expect(text.join('')).toContain('◆')
  })

  it('draws the smoothed line bright over the faint raw one', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const values = Array.from({ length: 60 }, (_, i) => (i % 2) * 10)
    const all = lineChart(chart({ lines: [line(values)], smooth: 0.9 }), 60, 12, theme).join('\n')
    const dim = /\u001b\[2m\u001b\[96m[⠀-⣿]+\u001b\[0m/u
    expect(all).toMatch(dim)
    expect(all.replaceAll(new RegExp(dim, 'gu'), '')).toMatch(/\u001b\[96m[⠀-⣿]+/u)
    expect(all).toContain('ema 0.9')
  })

  it('shows a range of x only', () => {
    const text = draw({ lines: [line(ramp)], xRange: [2, 4] }, 40, 9)
    expect(text.at(-1)?.trim().split(/ +/)).toEqual(['2', '3', '4'])
    expect(text[1]).toMatch(/^ *4┤/)
  })

  it('counts time from the clock or from the start of the line', () => {
    expect(draw({ lines: [line(ramp)], x: 'time' }, 50, 6).at(-1)).toMatch(/12:00 +12:0\d.* +12:10/)
    expect(
      draw({ lines: [line(ramp)], x: 'relative' }, 50, 6)
        .at(-1)
        ?.trim(),
    ).toMatch(/^0s .*10m$/)
  })

  it('draws a resumed run in order of its steps', () => {
    const text = draw({ lines: [line([0, 1, 2, 1, 2, 3], [0, 1, 2, 1, 2, 3])] }, 40, 6)
    expect(text[1]).toMatch(/[⠀-⣿]$/u)
  })

  it('has exactly the size for any data', () => {
    const step = fc.oneof(fc.integer({ min: -5, max: 500 }), fc.maxSafeInteger())
    const some = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 4e12 }), numbers), { maxLength: 40 }).map(
      (points): Columns => ({
        steps: Float64Array.from(points, ([at]) => at),
        times: Float64Array.from(points, ([, time]) => time),
        values: Float64Array.from(points, ([, , value]) => value),
      }),
    )
    const wide = fc
      .array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 5 })
      .map((steps) => columns(steps.map(Number), steps.length > 0 ? steps : undefined))
    const lines = fc.array(
      fc.record({ label: texts, columns: fc.oneof(some, wide), colour: fc.nat(20), faint: fc.boolean() }),
      { maxLength: 4 },
    )
    const charts = fc.record(
      {
        title: texts,
        lines,
        x: fc.constantFrom('step', 'time', 'relative'),
        log: fc.boolean(),
        smooth: fc.constantFrom(0, 0.6, 1),
        xRange: fc.tuple(numbers, numbers),
        cursor: fc.oneof(numbers, fc.bigInt({ min: 0n, max: 2n ** 62n })),
      },
      { requiredKeys: ['title', 'lines', 'x', 'log', 'smooth'] },
    )
    fc.assert(
      fc.property(charts, sizes, themes, (data, [width, height], theme) => {
        expectExact(lineChart(data, width, height, theme), width, height)
      }),
      { numRuns: 400 },
    )
  })
})
