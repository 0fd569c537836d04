// `mlops drift` on real files, in all three modes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Mode, Report } from '../../../src/app/drift/report.ts'
import { reportCsv, reportLines } from '../../../src/app/drift/report-text.ts'
import { type DriftFlags, driftReport } from '../../../src/app/drift-verb.ts'
import { seededRandom } from '../../../src/core/drift/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'mlops-drift-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const random = seededRandom(5)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

function file(name: string, header: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, [header, ...lines, ''].join('\n'))
  return path
}

function rows(n: number, shift: number, colours: readonly string[]): string[] {
  return Array.from(
    { length: n },
    (_, i) => `${i},${normal() + shift},${normal()},${colours[i % colours.length]},note ${random()}`,
  )
}

const HEADER = 'id,moved,steady,colour,text'
const reference = file('r.csv', HEADER, rows(1000, 0, ['red', 'blue']))
const current = file('c.csv', HEADER, rows(400, 1, ['red', 'blue', 'blue', 'green']))

const flags = (mode: Mode, more: Partial<DriftFlags> = {}): DriftFlags => ({
  reference,
  current,
  mode,
  numeric: [],
  categorical: [],
  columns: [],
  chunk: undefined,
  output: 'table',
  fail: false,
  ...more,
})

const column = (report: Report, name: string) => report.columns.find((one) => one.name === name)!

describe('a comparison', () => {
  for (const mode of ['own', 'evidently', 'nannyml'] as const)
    test(`names what moved and leaves out ids and texts: ${mode}`, async () => {
      const report = await driftReport(flags(mode))
      expect(report.drifted_columns).toEqual(['moved', 'colour'])
      expect(column(report, 'steady').verdict).toBe('stable')
      expect(report.left_out.map(({ name }) => name)).toEqual(['id', 'text'])
      expect(column(report, 'moved').moved).toMatch(/^higher: median/)
      expect(column(report, 'colour').moved).toMatch(/"red" 50% -> 25%/)
    })

  test('has the statistics under the names of the tools', async () => {
    const evidently = Object.keys(column(await driftReport(flags('evidently')), 'moved').statistics)
    expect(evidently).toEqual(
      expect.arrayContaining([
        'psi',
        'ks_p',
        'jensenshannon_base_e',
        'wasserstein_normed',
        'anderson_p_clipped',
      ]),
    )
    const nannyml = Object.keys(column(await driftReport(flags('nannyml')), 'colour').statistics)
    expect(nannyml).toEqual(['jensen_shannon_base2', 'chi2', 'hellinger', 'l_infinity'])
  })

  test('takes types as they are given, and then only these columns', async () => {
    const report = await driftReport(flags('own', { numeric: ['id,moved'], categorical: ['steady'] }))
    expect(report.columns.map(({ name, type, guess }) => [name, type, guess])).toEqual([
      ['id', 'num', undefined],
      ['moved', 'num', undefined],
      ['steady', 'cat', undefined],
    ])
  })

  test('is refused in words where a column or a chunk makes no sense', async () => {
    await expect(driftReport(flags('own', { numeric: ['move'] }))).rejects.toThrow('no column "move"')
    await expect(driftReport(flags('own', { numeric: ['moved'], categorical: ['moved'] }))).rejects.toThrow(
      'both',
    )
    await expect(driftReport(flags('nannyml', { chunk: 'rows:0' }))).rejects.toThrow('--chunk cannot be')
    await expect(driftReport(flags('own', { chunk: 'rows:5' }))).rejects.toThrow('for --mode nannyml')
    await expect(driftReport(flags('own', { current: undefined }))).rejects.toThrow('needs --reference')
  })
})

describe('bad input', () => {
  const header = 'constant,empty,mixed,wild,gone'
  const line = (i: number) =>
    `5,,${i % 3 === 0 ? 'word' : i},${['1e308', '-1e308', 'inf', 'NaN', '0'][i % 5]},${i}`
  const bad = file(
    'bad.csv',
    header,
    Array.from({ length: 200 }, (_, i) => line(i)),
  )
  const less = file('less.csv', 'constant,empty,mixed,wild', ['5,,7,1e308'])

  for (const mode of ['own', 'evidently', 'nannyml'] as const)
    for (const now of [bad, less])
      test(`gives a verdict and no NaN: ${mode}, ${now === bad ? 'many rows' : 'one row, a column missing'}`, async () => {
        const types = { numeric: ['constant', 'empty', 'mixed', 'wild', 'gone'] }
        const report = await driftReport(flags(mode, { reference: bad, current: now, ...types }))
        const text = JSON.stringify(report)
        expect(report.columns.map(({ name }) => name)).toEqual(types.numeric)
        // A NaN or an infinity would be null without a reason.
        for (const { statistics } of report.columns)
          for (const { value, why } of Object.values(statistics))
            if (value === null) expect(why).toBeDefined()
        expect(text).not.toMatch(/NaN|Infinity/)
        expect(column(report, 'empty').verdict).toBe('not enough data')
        if (now === less) expect(column(report, 'gone').verdict).toBe('not enough data')
        if (now === less && mode === 'own')
          expect(report.columns.every(({ verdict }) => verdict === 'not enough data')).toBe(true)
      })
})

describe('the table', () => {
  test('is worst first and fits 80 columns, sentences too', async () => {
    const report = await driftReport(flags('own'))
    const lines = reportLines(report, { write() {}, isTTY: true, columns: 80 })
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThan(80)
    expect(lines.slice(3, 6).map((text) => text.split(' ')[0])).toEqual(['colour', 'moved', 'steady'])
    expect(lines.join('\n')).toMatch(/How they moved:\n {2}colour: [^\n]+\n {2}moved: higher/)
  })

  test('shows names from a file without their control characters', async () => {
    const path = file(
      'evil.csv',
      'a\u001b[31m',
      Array.from({ length: 50 }, (_, i) => String(i % 7)),
    )
    const report = await driftReport(flags('own', { reference: path, current: path }))
    expect(reportLines(report, { write() {}, isTTY: false, columns: undefined }).join('')).not.toContain(
      '\u001b',
    )
  })

  test('as CSV has a line for each statistic', async () => {
    const report = await driftReport(flags('evidently'))
    const lines = [...reportCsv(report)]
    const all = report.columns.reduce((sum, { statistics }) => sum + Object.keys(statistics).length, 1)
    expect(lines.length).toBe(all)
    expect(lines[1]).toMatch(/^moved,num,drifted,psi,/)
  })
})
