// `compare`: runs side by side.
import { describe, expect, it } from 'vitest'
import { csvRecords } from './csv-reader.ts'
import { json, mlops } from './terminal.ts'

interface Line {
  kind: string
  name: string
  stat: string | null
  differs: boolean
  values: Record<string, unknown>
}

describe('compare', () => {
  it('gives the params that differ, then last, min and max of each metric', async () => {
    const lines = await json<Line[]>('compare', 'good', 'diverged')
    expect(lines.slice(0, 2)).toEqual([
      { kind: 'param', name: 'lr', stat: null, differs: true, values: { aa01: '1e-3', aa02: '0.1' } },
      { kind: 'param', name: 'opt', stat: null, differs: true, values: { aa01: 'adam', aa02: null } },
    ])
    expect(lines.filter(({ name }) => name === 'loss')).toEqual([
      { kind: 'metric', name: 'loss', stat: 'last', differs: true, values: { aa01: 0.001, aa02: 'NaN' } },
      { kind: 'metric', name: 'loss', stat: 'min', differs: true, values: { aa01: 0.001, aa02: 2 } },
      { kind: 'metric', name: 'loss', stat: 'max', differs: true, values: { aa01: 1, aa02: 2 } },
    ])
  })

  it('gives equal params last, and with --all only', async () => {
    const names = (lines: Line[]) => lines.map(({ name }) => name)
    expect(names(await json<Line[]>('compare', 'good', 'diverged'))).not.toContain('batch')
    const all = await json<Line[]>('compare', 'good', 'diverged', '--all')
    expect(all.at(-1)).toMatchObject({ kind: 'param', name: 'batch', differs: false })
  })

  it('shows a column a run, with the id where names are the same', async () => {
    const { out } = await mlops(['compare', 'good', 'cc03', 'cc04'])
    const [header, ...rows] = out.split('\n')
    expect(header).toMatch(/^KIND\s+NAME\s+good\s+twin \(cc03\)\s+twin \(cc04\)$/)
    expect(rows.find((row) => row.includes('loss last'))).toMatch(/^metric\s+loss last\s+0\.001\s+-\s+-$/)
  })

  it('csv has a column a run', async () => {
    const { out } = await mlops(['compare', 'good', 'diverged', '-o', 'csv'])
    expect(csvRecords(out)[0]).toMatchObject({ name: 'lr', 'values.aa01': '1e-3', 'values.aa02': '0.1' })
  })

  it('is empty for runs without anything', async () => {
    expect(await json('compare', 'cc03', 'cc04')).toEqual([])
  })

  it.each([
    [['good', 'goood'], 3, 'no run "goood"\n  hint: did you mean good?'],
    [['good', 'aa01'], 2, 'all these words name aa01'],
    [['good', 'twin'], 2, 'run "twin" is not unique: 2 fit'],
  ])('%j is code %i', async (words, code, message) => {
    const result = await mlops(['compare', ...words])
    expect(result).toMatchObject({ code, err: expect.stringContaining(`mlops: ${message}`) })
  })
})
