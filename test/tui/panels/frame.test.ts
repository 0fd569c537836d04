import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beside, frame, notice, overlay, overlayCentred, stack } from '../../../src/tui/panels/frame.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, plain, sizes, texts, themes } from './exact.ts'

const ascii = createTheme({ depth: 0, unicode: false })

describe('frame', () => {
  it('draws a border with title and note', () => {
    expect(bare(frame(['one', 'two'], { title: 'runs', note: '1/2' }, 16, 4, plain))).toEqual([
      '┌ runs ─── 1/2 ┐',
      '│one           │',
      '│two           │',
      '└──────────────┘',
    ])
  })

  it('draws it in ASCII and leaves the note out where there is no room', () => {
    expect(bare(frame([], { title: 'a long title', note: '1/2' }, 10, 3, ascii))).toEqual([
      '+ a long~+',
      '|        |',
      '+--------+',
    ])
  })

  it('has exactly the size', () => {
    fc.assert(
      fc.property(
        fc.array(texts),
        texts,
        texts,
        sizes,
        themes,
        (lines, title, note, [width, height], theme) => {
          expectExact(frame(lines, { title, note }, width, height, theme), width, height)
          expectExact(notice(title, width, height, theme), width, height)
        },
      ),
    )
  })
})

describe('overlay', () => {
  const base = ['......', '......', '......']

  it('lays a box over lines and cuts what hangs out', () => {
    expect(overlay(base, ['ab', 'cd'], 1, 2)).toEqual(['......', '..ab..', '..cd..'])
    expect(overlay(base, ['abc', 'def'], 2, 4)).toEqual(['......', '......', '....ab'])
    expect(overlay(base, ['abc', 'def'], -1, -1)).toEqual(['ef....', '......', '......'])
    expect(overlayCentred(base, ['ab'])).toEqual(['......', '..ab..', '......'])
  })

  it('keeps the size of what lies below', () => {
    fc.assert(
      fc.property(
        texts,
        texts,
        sizes,
        themes,
        fc.integer({ min: -5, max: 60 }),
        (below, above, [width, height], theme, at) => {
          const under = frame([theme.paint('good', below)], {}, width, height, theme)
          const box = frame([theme.paint('bad', above)], {}, 9, 3, theme)
          expectExact(overlay(under, box, at, at), width, height)
        },
      ),
    )
  })
})

it('stack and beside keep exact sizes', () => {
  const left = ['ab', 'cd']
  expect(stack(left, ['ef'])).toEqual(['ab', 'cd', 'ef'])
  expect(beside(left, ['xyz'])).toEqual(['abxyz', 'cd   '])
})
