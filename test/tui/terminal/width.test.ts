import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellWidth, eachGrapheme, fit as fitText } from '../../../src/tui/terminal/width.ts'

describe('cellWidth', () => {
  it.each([
    ['', 0],
    ['loss 0.031', 10],
    ['é', 1],
    ['e\u0301', 1],
    ['░▒▓█⣿─│', 7],
    ['漢字', 4],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝ', 2],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['🙂', 2],
    ['⌚', 2],
    ['❤', 1],
    ['❤\ufe0f', 2],
    ['👩‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['🇳🇴', 2],
    ['🇳🇴🇸🇪', 4],
    ['1\ufe0f\u20e3', 2],
    ['±…●', 3],
    ['\u0301', 0],
    ['\u200b\u200e\u202e', 0],
    ['\u0000\u001b\u007f\u009b', 0],
  ])('%j takes %i cells', (text, width) => {
    expect(cellWidth(text)).toBe(width)
  })

  it('is the sum over its graphemes, which join to the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let total = 0
        let joined = ''
        eachGrapheme(text, (grapheme, width) => {
          total += width
          joined += grapheme
        })
        expect(joined).toBe(text)
        expect(cellWidth(text)).toBe(total)
      }),
    )
  })
})

describe('fit', () => {
  it.each([
    ['run', 6, 'left', 'run   '],
    ['run', 6, 'right', '   run'],
    ['run', 6, 'center', ' run  '],
    ['resnet-50', 6, 'left', 'resne…'],
    ['漢字漢字', 6, 'left', '漢字… '],
    ['漢字漢字', 6, 'right', ' 漢字…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, 'left', '👩‍👩‍👧‍👦…'],
    ['abc', 1, 'left', '…'],
    ['abc', 0, 'left', ''],
    ['abc', Number.NaN, 'left', ''],
    ['abc', -4, 'left', ''],
  ] as const)('%j in %d cells, %s, is %j', (text, width, align, expected) => {
    expect(fitText(text, width, align)).toBe(expected)
  })

  it('leaves out an ellipsis that does not fit', () => {
    expect(fitText('abcdef', 2, 'left', '...')).toBe('ab')
  })

  it('always takes exactly the width and never splits a grapheme', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    const align = fc.constantFrom('left', 'right', 'center')
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), align, (whole, width, side) => {
        const cut = fitText(whole, width, side)
        expect(cellWidth(cut)).toBe(width)
        const parts: string[] = []
        eachGrapheme(whole, (grapheme) => parts.push(grapheme))
        const kept = cut.replace(/^ *| *$/g, '').replace(/…$/, '')
        expect(parts.join('').trimStart().startsWith(kept) || whole.includes(kept)).toBe(true)
      }),
    )
  })
})
