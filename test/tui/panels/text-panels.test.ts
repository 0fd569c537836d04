import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crumbsPanel } from '../../../src/tui/panels/crumbs.ts'
import { detailsLines, detailsPanel } from '../../../src/tui/panels/details.ts'
import { footerPanel } from '../../../src/tui/panels/footer.ts'
import { type HeaderData, headerPanel } from '../../../src/tui/panels/header.ts'
import { type LogData, logPanel, textFinder } from '../../../src/tui/panels/log.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, plain, sizes, texts, themes } from './exact.ts'

const offsets = fc.integer({ min: -5, max: 60 })

describe('detailsPanel', () => {
  const sections = [
    {
      title: 'Run',
      rows: [
        ['name', 'resnet'],
        ['command', 'python train.py --lr 0.1'],
      ] as const,
    },
    { title: 'Tags', rows: [['team', 'vision', 'good']] as const },
  ]

  it('aligns keys and wraps values', () => {
    expect(bare(detailsPanel({ sections, offset: 0 }, 24, 8, plain))).toEqual([
      'Run',
      'name     resnet',
      'command  python train.py',
      '         --lr 0.1',
      '',
      'Tags',
      'team     vision',
      '',
    ])
  })

  it('scrolls to the end and not beyond', () => {
    expect(detailsLines(sections, 24, plain)).toHaveLength(7)
    expect(bare(detailsPanel({ sections, offset: 99 }, 24, 2, plain))).toEqual(['Tags', 'team     vision'])
  })

  it('has exactly the size', () => {
    const rows = fc.array(fc.tuple(texts, texts), { maxLength: 10 })
    fc.assert(
      fc.property(
        fc.array(fc.record({ title: texts, rows }), { maxLength: 4 }),
        offsets,
        sizes,
        themes,
        (all, offset, [width, height], theme) => {
          expectExact(detailsPanel({ sections: all, offset }, width, height, theme), width, height)
        },
      ),
    )
  })
})

describe('logPanel', () => {
  const lines = ['first', 'second line is long', 'third', 'fourth'].map((text) => ({ text }))
  const log = (more: Partial<LogData>): LogData => ({
    lines,
    offset: 0,
    follow: false,
    wrap: false,
    empty: 'no lines',
    ...more,
  })

  it('shows lines from the offset, cut or wrapped', () => {
    expect(bare(logPanel(log({ offset: 1 }), 10, 2, plain))).toEqual(['second lin', 'third'])
    expect(bare(logPanel(log({ offset: 1, wrap: true }), 10, 3, plain))).toEqual([
      'second lin',
      'e is long',
      'third',
    ])
    expect(bare(logPanel(log({ offset: 1, left: 7 }), 10, 1, plain))).toEqual(['line is lo'])
  })

  it('follows the end', () => {
    expect(bare(logPanel(log({ follow: true }), 10, 2, plain))).toEqual(['third', 'fourth'])
    expect(bare(logPanel(log({ follow: true, wrap: true, lines: lines.slice(0, 2) }), 10, 2, plain))).toEqual(
      ['second lin', 'e is long'],
    )
  })

  it('marks what was searched for, also across a wrap', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const hit = (text: string) => theme.paint('match', text)
    const find = textFinder('LIN')!
    expect(logPanel(log({ offset: 1, wrap: true, find }), 9, 3, theme)).toEqual([
      `second ${hit('li')}`,
      `${hit('n')}e is lon`,
      'g        ',
    ])
    const current = logPanel(log({ offset: 1, find, current: 1 }), 12, 1, theme)
    expect(current[0]).toBe(`second ${theme.paint('selected', 'lin')}e `)
  })

  it('searches for text, not for patterns', () => {
    expect(textFinder('')).toBeUndefined()
    expect(textFinder('a.(b')!('xa.(bA.(B')).toEqual([
      [1, 5],
      [5, 9],
    ])
  })

  it('has exactly the size', () => {
    fc.assert(
      fc.property(
        fc.array(texts),
        offsets,
        fc.boolean(),
        fc.boolean(),
        texts,
        sizes,
        themes,
        (all, offset, follow, wrap, needle, [width, height], theme) => {
          const shown = log({
            lines: all.map((text) => ({ text, tone: 'warn' })),
            offset,
            follow,
            wrap,
            left: 3,
            find: textFinder(needle.slice(0, 2)),
            current: 1,
          })
          expectExact(logPanel(shown, width, height, theme), width, height)
        },
      ),
      { numRuns: 200 },
    )
  })
})

const header: HeaderData = {
  product: 'mlops',
  hub: { name: 'hub-1', status: 'connected' },
  hosts: { online: 3, total: 4 },
  running: 2,
  alerts: { critical: 1, warning: 2 },
  ageMs: 14_000,
}

describe('headerPanel', () => {
  it('says what matters first and drops the rest', () => {
    const all = 'mlops  hub-1 connected   1 critical  2 warnings  3/4 hosts  2 running  data 14s old'
    expect(bare(headerPanel(header, 100, 1, plain))).toEqual([all])
    expect(bare(headerPanel(header, 50, 1, plain))).toEqual([
      'mlops  hub-1 connected   1 critical  2 warnings',
    ])
    expect(bare(headerPanel(header, 50, 2, plain))[1]).toBe('3/4 hosts  2 running  data 14s old')
  })

  it('raises its voice for what is wrong', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const [line] = headerPanel(
      { ...header, hub: { name: 'hub-1', status: 'offline' }, ageMs: 60_000 },
      100,
      1,
      theme,
    )
    expect(line).toContain(theme.paint('danger', 'hub-1 offline'))
    expect(line).toContain(theme.paint('danger', ' 1 critical '))
    expect(line).toContain(theme.paint('warn', '3/4 hosts'))
    expect(line).toContain(theme.paint('warn', 'data 1m old'))
    const [quiet] = headerPanel(
      { ...header, alerts: { critical: 0, warning: 0 }, ageMs: null },
      100,
      1,
      theme,
    )
    expect(quiet).toContain(theme.paint('good', 'no alerts'))
    expect(quiet).toContain('no data yet')
  })
})

describe('footerPanel', () => {
  const hints = [
    { key: 'enter', does: 'open' },
    { key: '/', does: 'filter' },
    { key: ':', does: 'go to' },
  ]
  const last = { key: '?', does: 'help' }

  it('shows the hints that fit and keeps the last one', () => {
    expect(bare(footerPanel({ hints }, 80, 1, plain))).toEqual(['<enter> open  </> filter  <:> go to'])
    expect(bare(footerPanel({ hints, last }, 36, 1, plain))).toEqual(['<enter> open  </> filter    <?> help'])
    expect(bare(footerPanel({ hints, last }, 8, 1, plain))).toEqual([''])
  })

  it('puts the answer to the last key first', () => {
    const message = { text: 'copied', tone: 'good' } as const
    expect(bare(footerPanel({ hints, message }, 24, 1, plain))).toEqual(['copied  <enter> open'])
    expect(bare(footerPanel({ hints, message: { ...message, text: 'a long answer' } }, 6, 1, plain))).toEqual(
      ['a long'],
    )
  })
})

describe('crumbsPanel', () => {
  const path = ['hosts', 'gpu-1', 'runs', 'resnet']

  it('shows the way, the count and the filter', () => {
    const data = { path, filter: 'loss<1', count: { shown: 3, total: 40 } }
    expect(bare(crumbsPanel(data, 60, 1, plain))).toEqual(['hosts › gpu-1 › runs › resnet [3/40] /loss<1'])
    expect(bare(crumbsPanel(data, 31, 1, plain))).toEqual(['… › resnet [3/40] /loss<1'])
    expect(bare(crumbsPanel({ path, count: { shown: 4, total: 4 } }, 60, 1, plain))).toEqual([
      'hosts › gpu-1 › runs › resnet [4]',
    ])
  })
})

it('header, footer and crumbs have exactly the size', () => {
  fc.assert(
    fc.property(texts, fc.array(texts), sizes, themes, (text, path, [width, height], theme) => {
      const hint = { key: text, does: text }
      const message = { text, tone: 'bad' } as const
      expectExact(
        headerPanel({ ...header, product: text, note: { text, tone: 'warn' } }, width, height, theme),
        width,
        height,
      )
      expectExact(
        footerPanel({ hints: [hint, hint], last: hint, message }, width, height, theme),
        width,
        height,
      )
      expectExact(
        crumbsPanel({ path, filter: text, count: { shown: 1, total: 2 } }, width, height, theme),
        width,
        height,
      )
    }),
  )
})
