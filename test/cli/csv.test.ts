// CSV flattens records, reads back cell by cell, and runs nothing in a spreadsheet.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvCell, csvLine, csvTable } from '../../src/cli/csv.ts'
import type { Raw } from '../../src/resources/define.ts'
import { csvRecords, readCsv } from './csv-reader.ts'

const table = (records: { [key: string]: Raw }[], fields?: string[]) =>
  [...csvTable(records, fields)].join('')

describe('CSV', () => {
  it('reads back cell by cell, but for the apostrophe before formulas', () => {
    const cells = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 4 }), (rows) => {
        const read = readCsv(rows.map(csvLine).join(''))
        const plain = read.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')))
        expect(plain).toEqual(rows)
      }),
    )
  })

  it('never lets a text that is no number begin as a formula', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string(), (first, rest) => {
        const cell = readCsv(csvLine([first + rest, 'x']))[0]![0]!
        expect(cell.startsWith("'") || /^[+-][\d.eE+-]+$|^[+-]Infinity$/i.test(cell)).toBe(true)
      }),
    )
  })

  it.each<[string | number, string]>([
    ['=1+1', "'=1+1"],
    ['-1+cmd|x', "'-1+cmd|x"],
    ['@SUM(a)', "'@SUM(a)"],
    ['\t=1', "'\t=1"],
    ['-', "'-"],
    ['-1.5e-3', '-1.5e-3'],
    ['+2', '+2'],
    [-3, '-3'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [Number.NaN, 'NaN'],
    [-0, '-0'],
    ['=a,"b"', `"'=a,""b"""`],
    ['plain', 'plain'],
  ])('writes %j as %s', (value, cell) => {
    expect(csvCell(value)).toBe(cell)
  })

  it('flattens params, the last value of metrics, and lists', () => {
    const summary = { count: 2, last: { step: 1, time: new Date(0), value: 0.5 }, min: 0 }
    const text = table([{ id: 'a', params: { lr: '1' }, metrics: { loss: summary }, gpus: [{ use: 9 }] }])
    expect(csvRecords(text)).toEqual([
      { id: 'a', 'params.lr': '1', 'metrics.loss': '0.5', 'gpus.0.use': '9' },
    ])
  })

  it('has the same columns in whatever order the records come', () => {
    const a = { id: 1, params: { z: '1', a10: '2' }, end: null }
    const b = { id: 2, params: { a9: '3' }, end: 5n }
    const header = 'id,params.a9,params.a10,params.z,end'
    expect(table([a, b]).split('\r\n')[0]).toBe(header)
    expect(table([b, a]).split('\r\n')[0]).toBe(header)
  })

  it('leaves missing cells empty', () => {
    expect(
      csvRecords(
        table([
          { a: null, b: { x: 1 } },
          { a: 2, b: {} },
        ]),
      ),
    ).toEqual([
      { a: '', 'b.x': '1' },
      { a: '2', 'b.x': '' },
    ])
  })

  it('keeps the header where there are no records', () => {
    expect(table([], ['id', 'name'])).toBe('id,name\r\n')
  })
})
