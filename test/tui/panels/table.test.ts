import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellTone, Heading, Item } from '../../../src/resources/define.ts'
import { keepInSight, type TableData, tablePanel } from '../../../src/tui/panels/table.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'
import { bare, expectExact, plain, sizes, texts, themes } from './exact.ts'

type Cells = Readonly<Record<string, string>>

function item(id: string, cells: Cells, tone: CellTone = 'text'): Item {
  return {
    id,
    text: (key) => cells[key] ?? '-',
    tone: () => tone,
    field: (path) => cells[path],
    record: () => cells,
    openFilter: () => '',
  }
}

const heading = (key: string, more: Partial<Heading> = {}): Heading => ({
  key,
  title: key.toUpperCase(),
  doc: '',
  align: 'left',
  table: 'always',
  max: 40,
  ...more,
})

const headings = [
  heading('name'),
  heading('status'),
  heading('step', { align: 'right' }),
  heading('path', { table: 'wide' }),
]

const items = [
  item('1', { name: 'resnet', status: 'running', step: '1200', path: '/data/a', 'metrics.loss': '0.1' }),
  item('2', { name: 'bert', status: 'failed', step: '7', path: '/data/b', 'metrics.loss': 'NaN' }, 'bad'),
]

const data = (more: Partial<TableData> = {}): TableData => ({
  headings,
  items,
  columns: ['name', 'status', 'step', 'path'],
  offset: 0,
  selected: -1,
  marked: new Set(),
  sort: [],
  now: 0,
  empty: 'no runs',
  ...more,
})

const many = Array.from({ length: 10_000 }, (_, i) => item(String(i), { name: `run-${i}` }))

describe('tablePanel', () => {
  it('aligns columns to what is in sight', () => {
    expect(bare(tablePanel(data(), 44, 4, plain))).toEqual([
      ' NAME    STATUS   STEP  PATH',
      ' resnet  running  1200  /data/a',
      ' bert    failed      7  /data/b',
      '',
    ])
  })

  it('leaves wide columns out first, then cuts the widest', () => {
    expect(bare(tablePanel(data(), 26, 3, plain))).toEqual([
      ' NAME    STATUS   STEP',
      ' resnet  running  1200',
      ' bert    failed      7',
    ])
    const long = data({
      items: [item('1', { name: 'a-very-long-name-of-a-run', status: 'running', step: '1' })],
    })
    expect(bare(tablePanel(long, 26, 2, plain))).toEqual([
      ' NAME        STATUS   STEP',
      ' a-very-lo…  running     1',
    ])
  })

  it('drops columns at the right when nothing else helps and keeps the first', () => {
    expect(bare(tablePanel(data(), 12, 3, plain))).toEqual([' NAME', ' resnet', ' bert'])
  })

  it('shows dotted paths', () => {
    expect(bare(tablePanel(data({ columns: ['name', 'metrics.loss'] }), 40, 3, plain))).toEqual([
      ' NAME    LOSS',
      ' resnet   0.1',
      ' bert     NaN',
    ])
  })

  it('shows the order in the header', () => {
    const sort = [{ path: 'step', falling: true }]
    expect(bare(tablePanel(data({ sort }), 44, 1, plain))).toEqual([' NAME  STATUS  STEP▼  PATH'])
    const two = [...sort, { path: 'name', falling: false }]
    expect(bare(tablePanel(data({ sort: two }), 44, 1, createTheme({ depth: 0, unicode: false })))).toEqual([
      ' NAME^2  STATUS  STEPv1  PATH',
    ])
  })

  it('reverses the selected row over the full width and marks marked ones', () => {
    const lines = tablePanel(data({ selected: 0, marked: new Set(['1', '2']) }), 44, 3, plain)
    expect(lines[1]).toBe(`\u001b[7m●resnet  running  1200  /data/a${' '.repeat(13)}\u001b[0m`)
    expect(bare(lines)[2]).toBe('●bert    failed      7  /data/b')
  })

  it('gives cells their tone, but not the blanks', () => {
    const theme = createTheme({ depth: 4, unicode: true })
    const line = tablePanel(data({ columns: ['status', 'name'] }), 20, 3, theme)[2]
    expect(line).toContain(`${theme.paint('bad', 'failed')}   ${theme.paint('bad', 'bert')}`)
  })

  it('shows where one is in a long list', () => {
    const lines = bare(
      tablePanel(data({ items: many, columns: ['name'], offset: 5000, selected: -1 }), 40, 5, plain),
    )
    expect(lines[0]).toBe(` NAME${' '.repeat(20)}5001-5004/10000`)
    expect(lines.slice(1).map((line) => line.trim().replace(/ +/, ' '))).toEqual([
      'run-5000 │',
      'run-5001 │',
      'run-5002 █',
      'run-5003 │',
    ])
  })

  it('asks only the rows in sight', () => {
    let asked = 0
    const text = () => String(asked++)
    const counted = many.map((one) => ({ ...one, text }))
    tablePanel(data({ items: counted, columns: ['name'], offset: 20 }), 80, 11, plain)
    expect(asked).toBe(20)
  })

  it('says why it is empty', () => {
    expect(bare(tablePanel(data({ items: [] }), 30, 4, plain)).join('\n')).toContain('no runs')
  })

  it('has exactly the size, whatever it shows', () => {
    const rows = fc.array(fc.tuple(texts, texts, texts), { maxLength: 30 })
    fc.assert(
      fc.property(
        rows,
        sizes,
        themes,
        fc.integer({ min: -3, max: 40 }),
        fc.boolean(),
        (cells, [width, height], theme, at, wide) => {
          const shown = data({
            headings: wide ? headings.map((one) => ({ ...one, table: 'wide' })) : headings,
            items: cells.map(([name, status, step], i) => item(String(i), { name, status, step }, 'warn')),
            offset: at,
            selected: at,
            marked: new Set(['0', '3']),
          })
          expectExact(tablePanel(shown, width, height, theme), width, height)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('keepInSight', () => {
  it('moves no more than needed', () => {
    expect(keepInSight(0, 5, 10, 100)).toBe(0)
    expect(keepInSight(0, 10, 10, 100)).toBe(1)
    expect(keepInSight(50, 20, 10, 100)).toBe(20)
    expect(keepInSight(95, 99, 10, 100)).toBe(90)
    expect(keepInSight(5, 2, 10, 4)).toBe(0)
  })
})
