import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gaugeBar } from '../../../src/tui/charts/bar.ts'
import { sparkline } from '../../../src/tui/charts/sparkline.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, numbers, plain, themes } from '../panels/exact.ts'

const ascii = createTheme({ depth: 0, unicode: false })
const values = fc.array(fc.option(numbers), { maxLength: 60 })

describe('sparkline', () => {
  it('draws values from least to greatest, the newest at the right', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, plain)).toBe('▁▂▃▄▅▆▇█')
    expect(sparkline([0, 1, 2, 3, 4], 6, ascii)).toBe(' _.-=^')
  })

  it('leaves missing values blank and crosses out those that are not finite', () => {
    expect(bare([sparkline([0, null, undefined, 7, Number.NaN], 5, plain)])).toEqual(['▁  █×'])
    expect(bare([sparkline([Number.POSITIVE_INFINITY], 1, ascii)])).toEqual(['x'])
  })

  it('keeps the peak of the values that share a cell', () => {
    const many = Array.from({ length: 1000 }, (_, i) => (i === 501 ? 9 : 0))
    expect(sparkline(many, 10, plain)).toBe('▁▁▁▁▁█▁▁▁▁')
  })

  it('draws against a fixed range', () => {
    expect(sparkline([50, 200, -5], 3, plain, { min: 0, max: 100 })).toBe('▅█▁')
    expect(sparkline([5, 5], 2, plain)).toBe('▅▅')
  })

  it('has exactly the width', () => {
    fc.assert(
      fc.property(values, fc.nat(250), themes, (all, width, theme) =>
        expectExact([sparkline(all, width, theme)], width, 1),
      ),
    )
  })
})

describe('gaugeBar', () => {
  it('fills its part', () => {
    expect(bare([gaugeBar(50, 17, ascii)])).toEqual(['[#####     ]  50%'])
    expect(bare([gaugeBar(100, 17, plain)])).toEqual(['[██████████] 100%'])
    expect(bare([gaugeBar(25, 17, plain)])).toEqual(['[██▌       ]  25%'])
  })

  it('says when there is no value, and keeps the number when there is no room', () => {
    expect(bare([gaugeBar(null, 12, ascii)])).toEqual(['[     ]    -'])
    expect(bare([gaugeBar(42, 4, ascii)])).toEqual([' 42%'])
  })

  it('has exactly the width', () => {
    const percents = fc.option(numbers)
    fc.assert(
      fc.property(percents, fc.nat(250), themes, (percent, width, theme) =>
        expectExact([gaugeBar(percent, width, theme)], width, 1),
      ),
    )
  })
})
