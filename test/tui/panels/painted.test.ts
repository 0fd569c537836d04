import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  exactLines,
  fitPainted,
  flow,
  paintedWidth,
  plainText,
  sliceCells,
  wrapHard,
  wrapWords,
} from '../../../src/tui/panels/painted.ts'
import { createLineReader } from '../../../src/tui/terminal/cells.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { cellWidth } from '../../../src/tui/terminal/width.ts'
import { expectExact, texts } from './exact.ts'

const theme = createTheme({ depth: 4, unicode: true })
const [bad, good] = [(text: string) => theme.paint('bad', text), (text: string) => theme.paint('good', text)]

describe('sliceCells', () => {
  it('opens the colour that holds at the cut and closes it at the end', () => {
    expect(sliceCells(`ab${good('cdef')}gh`, 3, 5)).toBe(good('de'))
    expect(sliceCells(`ab${good('cdef')}gh`, 3, 7)).toBe(`${good('def')}g`)
    expect(sliceCells(`ab${good('cdef')}gh`, 6, 8)).toBe('gh')
  })

  it('keeps nested tones', () => {
    const line = theme.paint('selected', `a${good('bc')}d`)
    expect(sliceCells(line, 2, 4)).toBe(`\u001b[7m\u001b[32mc\u001b[0m\u001b[7md\u001b[0m`)
  })

  it('puts blanks for wide characters that are cut through and for what is missing', () => {
    expect(sliceCells('日本語', 1, 5)).toBe(' 本 ')
    expect(sliceCells('ab', 1, 4)).toBe('b  ')
    expect(sliceCells('ab', 5, 7)).toBe('  ')
    expect(sliceCells('ab', 2, 2)).toBe('')
  })

  it('shows each cell as the terminal would have shown it', () => {
    const read = createLineReader()
    const lines = fc
      .array(fc.tuple(fc.constantFrom(bad, good, String), texts))
      .map((parts) => parts.map(([paint, text]) => paint(text)).join(''))
    fc.assert(
      fc.property(lines, fc.nat(40), fc.nat(40), (line, from, length) => {
        const part = sliceCells(line, from, from + length)
        expectExact([part], length, 1)
        const whole = read(line, 200)
        const row = read(part, length)
        for (let i = 0; i < length; i++) {
          if (row.glyphs[i] === ' ' || row.glyphs[i] === '') continue
          expect(row.glyphs[i]).toBe(whole.glyphs[from + i])
          expect(row.styles[i]).toEqual(whole.styles[from + i])
        }
      }),
    )
  })
})

describe('wrapHard', () => {
  it('loses nothing and keeps to the width', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const pieces = wrapHard(text, width)
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) expect(cellWidth(piece)).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('wrapWords', () => {
  it('breaks at spaces', () => {
    expect(wrapWords('the quick brown fox', 10)).toEqual(['the quick', 'brown fox'])
  })

  it('cuts words that are longer than a line', () => {
    expect(wrapWords('a 123456789012 b', 5)).toEqual(['a', '12345', '67890', '12 b'])
  })

  it('keeps every character that is no space', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = wrapWords(text, width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('flow', () => {
  it('takes the pieces that fit, in order', () => {
    expect(flow(['ab', bad('cd'), 'efgh'], 9)).toEqual({ line: `ab  ${bad('cd')}   `, count: 2 })
    expect(flow(['abcdef'], 3)).toEqual({ line: '   ', count: 0 })
  })
})

it('exactLines cuts and pads', () => {
  expect(exactLines(['abc', good('d')], 2, 3)).toEqual(['ab', `${good('d')} `, '  '])
  expect(fitPainted(good('abc'), 0)).toBe('')
  expect(plainText(good('a'))).toBe('a')
  expect(paintedWidth(good('日'))).toBe(2)
})
