// The CSV reader: real files, any cut, hostile content.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { isMissing, numberIn, wordIn } from '../../../src/app/drift/cells.ts'
import { openCsv, splitCells } from '../../../src/app/drift/csv-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'mlops-csv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(text: string | Buffer): Promise<{ header: readonly string[]; rows: string[][] }> {
  const path = join(folder, 'a.csv')
  writeFileSync(path, text)
  const { header, rows } = await openCsv(path)
  const all: string[][] = []
  for await (const piece of rows) all.push(...piece)
  return { header, rows: all }
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

describe('a CSV file', () => {
  test('gives back quoted cells with separators, quotes and line breaks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', ';', 'é', '7') })
    const row = fc.array(cell, { minLength: 2, maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const text = ['x,y', ...rows.map((cells) => cells.map(quoted).join(','))].join('\n')
        expect(await read(text)).toEqual({ header: ['x', 'y'], rows })
      }),
      { numRuns: 60 },
    )
  })

  test('may have a BOM, CRLF, blank lines, and semicolons or tabs', async () => {
    expect(await read('\uFEFFa;b\r\n1;"2;3"\r\n\r\n4;5\r\n')).toEqual({
      header: ['a', 'b'],
      rows: [
        ['1', '2;3'],
        ['4', '5'],
      ],
    })
    expect((await read('a\tb\n1\t2')).rows).toEqual([['1', '2']])
  })

  test('longer than one piece loses nothing at the cuts', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},"v,${i}"`)
    const { rows } = await read(['n,text', ...lines].join('\n'))
    expect(rows.length).toBe(60_000)
    expect(rows.every(([n, text], i) => n === String(i) && text === `v,${i}`)).toBe(true)
  })

  test('that is missing, empty, a folder or names a column twice fails in words', async () => {
    await expect(openCsv(join(folder, 'none.csv'))).rejects.toThrow('there is no such file')
    await expect(openCsv(folder)).rejects.toThrow('is a folder')
    await expect(read('')).rejects.toThrow('has no header')
    await expect(read('a,b,a\n1,2,3')).rejects.toThrow('two columns are called "a"')
  })

  test('with a quote that never ends is refused, not read into memory', async () => {
    await expect(read(`a,b\n"${'x\n'.repeat(3_000_000)}`)).rejects.toThrow('more than 4 million characters')
  })

  test('of random bytes never breaks the reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await read(Buffer.concat([Buffer.from('a,b\n'), bytes])).then(({ rows }) =>
          expect(Array.isArray(rows)).toBe(true),
        )
      }),
      { numRuns: 60 },
    )
  })
})

test('a cell after a closed quote keeps what follows it', () => {
  expect(splitCells('"a"b,c,', ',')).toEqual(['ab', 'c', ''])
})

describe('a cell', () => {
  test('is missing where pandas says so', () => {
    for (const cell of ['', ' ', 'NA', 'NaN', 'nan', 'null', 'NULL', 'None', 'N/A', undefined])
      expect(isMissing(cell), String(cell)).toBe(true)
    for (const cell of ['0', 'no', 'nana', '-']) expect(isMissing(cell), cell).toBe(false)
  })

  test('holds a number, an infinite one, or a word', () => {
    expect(['1e3', ' -2.5', '.5', 'inf', '-Infinity', '1e999'].map(numberIn)).toEqual([
      1000,
      -2.5,
      0.5,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ])
    expect(['0x10', '1,5', '12 kg', '1_000'].map(numberIn)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  test('whole numbers with a decimal point are the same word as without', () => {
    expect(['3.0', '3', '007', '1.50', ''].map(wordIn)).toEqual(['3', '3', '007', '1.50', null])
  })
})
