import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printTable } from '../../../src/tui/panels/print-table.tsx'
import { cellWidth } from '../../../src/tui/terminal/width.ts'
import { texts } from './exact.ts'

describe('printTable', () => {
  it('draws a small table', () => {
    const rows = [
      { run: 'resnet', loss: '0.12' },
      { run: 'bert', loss: 'NaN' },
    ]
    expect(printTable(rows, ['run', 'loss'], 80).split('\n')).toEqual([
      '┌────────┬──────┐',
      '│ run    │ loss │',
      '├────────┼──────┤',
      '│ resnet │ 0.12 │',
      '├────────┼──────┤',
      '│ bert   │ NaN  │',
      '└────────┴──────┘',
    ])
  })

  it('measures wide characters by cells and keeps joined ones whole', () => {
    const lines = printTable(
      [{ name: '日本語' }, { name: '👩‍🔬 e\u0301' }, { name: 'x' }],
      ['name'],
      80,
    ).split('\n')
    expect(lines[3]).toBe('│ 日本語 │')
    expect(lines[5]).toBe('│ 👩‍🔬 e\u0301   │')
    expect(lines[7]).toBe('│ x      │')
  })

  it('draws ASCII for poor terminals', () => {
    expect(printTable([{ a: '1' }], ['a'], 80, { unicode: false })).toBe('+---+\n| a |\n+---+\n| 1 |\n+---+')
  })

  it('cuts long cells and names the columns that have no room', () => {
    const row = { name: 'a-long-name-of-a-run', first: '1111111111', second: '2222222222' }
    const lines = printTable([row], ['name', 'first', 'second'], 24).split('\n')
    expect(lines[3]).toBe('│ a-long-… │ 11111111… │')
    expect(lines.at(-1)).toBe('+1 columns: second')
  })

  it('has lines of one width within the room, whatever the text', () => {
    const rows = fc.array(fc.record({ a: texts, b: texts }), { maxLength: 4 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 12, max: 120 }), (data, width) => {
        const lines = printTable(data, ['a', 'b'], width).split('\n')
        const widths = lines.filter((line) => /^[┌│├└]/.test(line)).map(cellWidth)
        expect(new Set(widths).size).toBe(1)
        expect(widths[0]).toBeLessThanOrEqual(width)
        expect(widths).toHaveLength(3 + data.length * 2)
      }),
      { numRuns: 40 },
    )
  })
})
