// Model cards as a terminal shows them.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headline, isCard, linesOfText } from '../../../src/core/card.ts'
import { cleanText } from '../../../src/protocol/text.ts'
import { detailsPanel } from '../../../src/tui/panels/details.ts'
import { linearDetails } from '../../../src/tui/panels/linear.ts'
import { markdownLines } from '../../../src/tui/panels/markdown.ts'
import { paintedWidth } from '../../../src/tui/panels/painted.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, plain, themes } from './exact.ts'

const shown = (text: string, width = 40) => bare(markdownLines(text.split('\n'), width, plain))

describe('markdownLines', () => {
  test.each([
    ['a heading of the first level with a rule', '# Churn #\ntext', ['Churn', '─────', 'text']],
    ['others without', '### Data', ['Data']],
    ['lines of a paragraph as one, wrapped', 'one two\nthree four', ['one two three four']],
    ['one blank line where there are several', 'a\n\n\n\nb\n\n', ['a', '', 'b']],
    ['lists with their levels and numbers', '- a\n  - b\n3. c', ['• a', '  • b', '3. c']],
    ['tasks', '- [x] done\n- [ ] open', ['[x] done', '[ ] open']],
    [
      'code as it is',
      '```py\nx  = [1]\n\n# no heading\n```\nafter',
      ['  x  = [1]', '', '  # no heading', 'after'],
    ],
    ['code that nobody closed', '~~~\na', ['  a']],
    ['settings that a card begins with', '---\nlicense: mit\n---\n# A', ['  license: mit', 'A', '─']],
    ['a rule', 'a\n\n***', ['a', '', '─'.repeat(40)]],
    ['quotes', '> said', ['│ said']],
    ['links with their address, bold, code', '[a b](http://x) **c** `d`.', ['a b (http://x) c d.']],
    ['images as words', '![plot](p.png)', ['image: plot (p.png)']],
    ['tables in columns', '| a | bb |\n|---|:--|\n| ccc | d |', ['a    bb', 'ccc  d']],
    ['no comments', '<!-- secret -->\na', ['a']],
    ['what is no mark as it is', '2 * 3 * 4 and snake_case_name', ['2 * 3 * 4 and snake_case_name']],
  ])('shows %s', (_, text, lines) => {
    expect(shown(text)).toEqual(lines)
  })

  test('goes on below the text of a list item, not below its mark', () => {
    expect(shown('- one two three', 9)).toEqual(['• one two', '  three'])
  })

  test('paints headings, code and bold', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const [line] = markdownLines(['a **b** `c`'], 40, theme)
    expect(line).toBe(`a ${theme.paint('bold', 'b')} ${theme.paint('accent', 'c')}`)
  })

  test('draws in ASCII where that is all there is', () => {
    const theme = createTheme({ depth: 0, unicode: false })
    expect(bare(markdownLines(['# A', '- b', '> c'], 20, theme))).toEqual(['A', '-', '- b', '| c'])
  })

  const pieces = fc.constantFrom(
    '# ',
    '- ',
    '1. ',
    '> ',
    '```',
    '---',
    '|',
    '**',
    '*',
    '_',
    '`',
    '[',
    '](',
    ')',
    '\n',
    ' ',
    'word',
    '漢字',
    '👩‍👩‍👧',
  )
  test('never is wider than asked, whatever the text', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(pieces, { maxLength: 80 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(texts, fc.integer({ min: 24, max: 80 }), themes, (text, width, theme) => {
        const lines = linesOfText(cleanText(text))
        const drawn = markdownLines(lines, width, theme)
        for (const line of drawn) expect(paintedWidth(line)).toBeLessThanOrEqual(width)
        const sections = [{ title: 'card', rows: [], markdown: lines }]
        expectExact(detailsPanel({ sections, offset: 0 }, width, 10, theme), width, 10)
      }),
    )
  })

  test.each([
    ['marks', '#'.repeat(50_000)],
    ['blanks behind a mark', `# ${' '.repeat(50_000)}x`],
    ['stars', '*'.repeat(50_000)],
    ['open brackets', '['.repeat(50_000)],
    ['open links', '[a]('.repeat(20_000)],
    ['pipes', '| '.repeat(50_000)],
    ['short lines', 'a\n\n'.repeat(30_000)],
    ['open comments', '<!-- -->x'.repeat(10_000)],
  ])('is done with %s in a moment', (_, text) => {
    const begun = performance.now()
    markdownLines(text.split('\n'), 80, plain)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})

describe('a description', () => {
  test('is a card where it has lines or marks', () => {
    expect(['# A', '- a', 'a\u240ab', '> q'].every(isCard)).toBe(true)
    expect(['', 'Who leaves', '3 days', 'a - b', 'end\u240a'].some(isCard)).toBe(false)
  })

  test('has a headline: its first words', () => {
    expect(headline('\u240a## Churn\u240atext')).toBe('Churn')
    expect(headline('')).toBe('')
  })

  test('is said line by line without a screen', () => {
    expect(linearDetails([{ title: 'description', rows: [], markdown: ['# A', '', 'b'] }])).toEqual([
      expect.stringContaining('2 lines'),
      '# A',
      'b',
    ])
  })
})
