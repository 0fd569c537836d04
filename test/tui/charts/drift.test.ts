// The painters of drift: values by feature and window, and two histograms over the same bins.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HeatMapData, heatMap } from '../../../src/tui/charts/heat-map.ts'
import { binsOf, histogramPair } from '../../../src/tui/charts/histogram-pair.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, numbers, plain, sizes, texts, themes } from '../panels/exact.ts'

const drift: HeatMapData = {
  title: 'drift (PSI)',
  rows: ['age', 'income', 'tenure'],
  columns: ['mon', 'tue', 'wed', 'thu'],
  values: [
    [0, 0.1, 0.2, 0.9],
    [0.05, null, 0.45, Number.NaN],
    [0.9, 0.8, 0.7, 0.6],
  ],
}

describe('heatMap', () => {
  it('says sizes with characters where there are no colours', () => {
    expect(bare(heatMap(drift, 39, 6, plain))).toEqual([
      'drift (PSI)',
      'age            ........::::::::@@@@@@@@',
      'income ........   ?    ++++++++   !',
      'tenure @@@@@@@@%%%%%%%%########********',
      '       mon     tue     wed     thu',
      '0  .:-=+*#%@ 0.9',
    ])
  })

  it('paints the least value darkest and the greatest brightest', () => {
    const theme = createTheme({ depth: 24, unicode: true })
    const [, age = ''] = heatMap(drift, 39, 6, theme)
    const colours = [...age.matchAll(/48;2;(\d+);(\d+);(\d+)/g)].map(([, r, g, b]) => [
      Number(r),
      Number(g),
      Number(b),
    ])
    expect(colours[0]).toEqual([0, 34, 78])
    expect(colours.at(-1)).toEqual([254, 232, 56])
    expect(heatMap(drift, 39, 6, createTheme({ depth: 8, unicode: true }))[1]).toContain('\u001b[48;5;17m')
  })

  it('has colours that grow brighter step by step, so that no hue needs to be seen', () => {
    const row = Array.from({ length: 8 }, (_, i) => i)
    const theme = createTheme({ depth: 24, unicode: true })
    const lines = heatMap({ title: '', rows: ['a'], columns: row.map(String), values: [row] }, 30, 3, theme)
    const light = [...lines[1]!.matchAll(/48;2;(\d+);(\d+);(\d+)/g)].map(
      ([, r, g, b]) => 0.2126 * Number(r) + 0.7152 * Number(g) + 0.0722 * Number(b),
    )
    expect(light).toHaveLength(8)
    expect(light).toEqual([...light].sort((a, b) => a - b))
    expect(Math.min(...light.slice(1).map((value, i) => value - light[i]!))).toBeGreaterThan(15)
  })

  it('keeps the newest columns and the first rows, and says what is left out', () => {
    const columns = Array.from({ length: 100 }, (_, i) => `w${i}`)
    const values = drift.rows.map(() => columns.map((_, i) => i))
    const [head = '', row = ''] = bare(heatMap({ ...drift, columns, values }, 60, 4, plain))
    expect(head).toMatch(/^drift \(PSI\) +1 more rows, newest 53 of 100$/)
    expect(row.endsWith('@')).toBe(true)
  })

  it('takes a scale from outside, and clips what is beyond it', () => {
    const lines = bare(heatMap({ ...drift, min: 0, max: 0.2 }, 39, 6, plain))
    expect(lines[3]).toBe('tenure @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@')
    expect(lines[5]).toBe('0  .:-=+*#%@ 0.2')
  })

  it('has exactly the size for any data, ragged rows among them', () => {
    const values = fc.array(fc.array(fc.option(numbers), { maxLength: 40 }), { maxLength: 12 })
    const labels = fc.array(texts, { maxLength: 40 })
    fc.assert(
      fc.property(
        values,
        labels,
        labels,
        texts,
        sizes,
        themes,
        (cells, rows, columns, title, [width, height], theme) => {
          expectExact(heatMap({ title, rows, columns, values: cells }, width, height, theme), width, height)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('histogramPair', () => {
  const bins = binsOf([0, 10, 20, 30, 40], [10, 40, 40, 10], [0, 500, 250, 250])

  it('draws both samples facing each other, as shares in percent', () => {
    expect(bare(histogramPair({ title: 'age', bins, drawn: 'facing' }, 38, 6, plain))).toEqual([
      'age',
      '█ reference, left  █ current, right',
      ' 0   10%          ██│               0%',
      '10   40%  ██████████│████████████  50%',
      '20   40%  ██████████│██████        25%',
      '30   10%          ██│██████        25%',
    ])
    expect(bare(histogramPair({ title: 'age', bins, drawn: 'facing' }, 30, 6, plain))[1]).toBe('█ ref █ cur')
  })

  it('draws the current sample with the reference marked in it', () => {
    expect(bare(histogramPair({ title: 'age', bins, drawn: 'overlaid' }, 34, 6, plain))).toEqual([
      'age',
      '█ current  ┃ reference',
      ' 0    ┃                   10%   0%',
      '10 ████████████████┃████  40%  50%',
      '20 ███████████     ┃      40%  25%',
      '30 ███┃███████            10%  25%',
    ])
  })

  it('joins neighbours where there are more bins than lines, and keeps the sum', () => {
    const lines = bare(histogramPair({ title: 'age', bins, drawn: 'facing' }, 40, 4, plain))
    expect(lines[2]).toMatch(/^ 0 +50%.* 50%$/)
    expect(lines[3]).toMatch(/^20 +50%.* 50%$/)
  })

  it('shows an empty sample as 0 and impossible counts as none', () => {
    const odd = [
      { label: 'a', reference: 0, current: Number.NaN },
      { label: 'b', reference: 0, current: 1.7e308 },
      { label: 'c', reference: 0, current: 1.7e308 },
    ]
    const lines = bare(histogramPair({ title: '', bins: odd, drawn: 'facing' }, 40, 5, plain))
    expect(lines.slice(2).map((line) => line.match(/\d+%/g))).toEqual([
      ['0%', '0%'],
      ['0%', '50%'],
      ['0%', '50%'],
    ])
  })

  it('has exactly the size for any data', () => {
    const bin = fc.record({ label: texts, reference: numbers, current: numbers })
    const drawn = fc.constantFrom('facing' as const, 'overlaid' as const)
    fc.assert(
      fc.property(
        fc.array(bin, { maxLength: 60 }),
        drawn,
        texts,
        sizes,
        themes,
        (some, how, title, [width, height], theme) => {
          expectExact(histogramPair({ title, bins: some, drawn: how }, width, height, theme), width, height)
        },
      ),
      { numRuns: 150 },
    )
  })
})
