// `mlops performance` on real files: labels that come later, hostile cells, and the three outputs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operate } from '../../src/app/operate.ts'
import { performanceOperation } from '../../src/app/performance-operation.ts'
import { type PerformanceFlags, performanceVerb, readPerformance } from '../../src/app/performance-verb.ts'
import { randomState } from '../../src/core/monitor/mersenne.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'performance-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
function file(text: string): string {
  const path = join(folder, `${files++}.csv`)
  writeFileSync(path, text)
  return path
}

/** Four months, 60 rows each; a score of s is right with chance s. `right` turns labels over in the last month. */
function table(isLastWrong: boolean, withLabel: boolean): { text: string; labels: string[] } {
  const random = randomState(3)
  const labels: string[] = []
  const lines = Array.from({ length: 240 }, (_, i) => {
    const month = 1 + Math.floor(i / 60)
    const score = random.upTo(100) / 100
    const truth = random.upTo(99) / 100 < score ? 1 : 0
    const label = isLastWrong && month === 4 ? 1 - truth : truth
    labels.push(`${i},${label}`)
    const day = String(1 + (i % 28)).padStart(2, '0')
    return [
      i,
      `2024-0${month}-${day} 10:00:00`,
      score,
      score >= 0.5 ? 1 : 0,
      ...(withLabel ? [label] : []),
    ].join(',')
  })
  return { text: [`id,time,score,said${withLabel ? ',truth' : ''}`, ...lines].join('\n'), labels }
}

const flags = (given: Partial<PerformanceFlags>): PerformanceFlags => ({
  reference: file(table(false, true).text),
  current: '',
  score: 'score',
  prediction: 'said',
  label: 'truth',
  timestamp: 'time',
  join: undefined,
  positive: undefined,
  labels: undefined,
  chunk: undefined,
  metrics: [],
  output: 'table',
  ...given,
})

async function printed(given: Partial<PerformanceFlags>): Promise<string> {
  const pieces: string[] = []
  const out = { write: (piece: string) => void pieces.push(piece), isTTY: false, columns: undefined }
  expect(await performanceVerb(flags(given), out)).toBe(0)
  return pieces.join('')
}

const laterLabels = () => {
  const { text } = table(true, false)
  const { labels } = table(true, true)
  return { current: file(text), labels: file(['id,truth', ...labels.reverse()].join('\r\n')), join: 'id' }
}

describe('performance', () => {
  it('alerts on what is realized once labels have come, in the month that went wrong and in no other', async () => {
    const { chunks } = await readPerformance(flags(laterLabels()))
    const current = chunks.filter(({ period }) => period === 'current')
    expect(current.map(({ chunk }) => chunk)).toEqual(['2024-01', '2024-02', '2024-03', '2024-04'])
    expect(current.map(({ metrics }) => metrics.accuracy!.realizedAlert)).toEqual([false, false, false, true])
    expect(current.map(({ metrics }) => metrics.accuracy!.alert)).toEqual([false, false, false, false])
    expect(current.map(({ labelled }) => labelled)).toEqual([60, 60, 60, 60])
  })

  it('estimates without labels, and says that none have come', async () => {
    const { chunks } = await readPerformance(flags({ current: file(table(false, false).text) }))
    const { accuracy } = chunks.at(-1)!.metrics
    expect(accuracy!.estimated).toBeGreaterThan(0.6)
    expect(accuracy!.band!.lower).toBeLessThan(accuracy!.estimated!)
    expect([accuracy!.realized, accuracy!.realizedReason]).toEqual([null, 'no labels yet'])
    const reference = chunks.find(({ period }) => period === 'reference')!
    expect(
      Math.abs(reference.metrics.accuracy!.estimated! - reference.metrics.accuracy!.realized!),
    ).toBeLessThan(0.2)
  })

  it('counts doubled ids, unknown ids, contradictions and cells that are no score', async () => {
    const { notes, chunks } = await readPerformance(
      flags({
        current: file(
          [
            'id,time,score,said',
            '1,2024-05-01,0.9,1',
            '1,2024-05-01,0.9,1',
            '2,2024-05-01,1e308,1',
            '3,2024-05-01,inf,0',
            '4,not a time,0.4,0',
            '5,2024-05-01,0.4,maybe',
            '6,2024-05-01,0.4',
            '7,2024-05-01,,0',
          ].join('\n'),
        ),
        labels: file('id,truth\n1,1\n9,0\n5,1\n5,0\n7,1\n'),
        join: 'id',
      }),
    )
    const found = Object.fromEntries(
      notes.map(({ what, count, example }) => [what.replace(/^.*csv: /, ''), { count, example }]),
    )
    expect(found).toEqual({
      'score is no score from 0 to 1': { count: 2, example: '"1e308" in record 4' },
      'time is no time': { count: 1, example: '"not a time" in record 6' },
      'said is neither 0 nor 1 (--positive VALUE says which means 1)': {
        count: 1,
        example: '"maybe" in record 7',
      },
      'rows with a wrong number of cells left out': { count: 1, example: 'record 8' },
      'labels whose id no prediction has': { count: 1, example: '9' },
      'ids with two labels that differ: taken as unlabelled': { count: 1, example: '5' },
      'predictions with an id that came before, left out': { count: 1, example: '1' },
    })
    const last = chunks.at(-1)!
    expect([last.chunk, last.rows, last.labelled]).toEqual(['2024-05', 5, 1])
  })

  it('has null and a reason, never NaN, for a month without positive predictions', async () => {
    const text = await printed({
      current: file('id,time,score,said,truth\n1,2024-05-01,0.1,0,0\n2,2024-05-02,0.2,0,0\n'),
      output: 'json',
    })
    expect(text).not.toContain('NaN')
    const report = JSON.parse(text)
    const { metrics } = report.chunks.at(-1)
    expect([metrics.precision.realized, metrics.precision.realizedReason]).toEqual([
      null,
      'no positive label',
    ])
    expect(metrics.roc_auc.realized).toBeNull()
    expect(metrics.accuracy).toMatchObject({ realized: 1, threshold: { upper: expect.any(Number) } })
  })

  it('reads words as classes where it is told which one is positive', async () => {
    const words = table(false, true)
      .text.replaceAll(/,1,1$/gm, ',yes,yes')
      .replaceAll(/,1,0$/gm, ',yes,no')
      .replaceAll(/,0,1$/gm, ',no,yes')
      .replaceAll(/,0,0$/gm, ',no,no')
    const numbers = await readPerformance(flags({ current: file(table(false, true).text) }))
    const named = await readPerformance(
      flags({ reference: file(words), current: file(words), positive: 'yes' }),
    )
    expect(named).toEqual(numbers)
  })

  it('parts by rows, and measures a regression where there is no score', async () => {
    const rows = (error: number) =>
      ['p,y', ...Array.from({ length: 30 }, (_, i) => `${i + error + (i % 3) / 10},${i}`)].join('\n')
    const { kind, chunks } = await readPerformance(
      flags({
        reference: file(rows(0)),
        current: file(rows(5)),
        score: undefined,
        prediction: 'p',
        label: 'y',
        timestamp: undefined,
        chunk: 'rows:10',
        metrics: ['mae'],
      }),
    )
    expect(kind).toBe('regression')
    expect(chunks.map(({ period, chunk }) => `${period} ${chunk}`).slice(2, 4)).toEqual([
      'reference 20:29',
      'current 0:9',
    ])
    const { mae } = chunks[3]!.metrics
    expect(mae).toMatchObject({ estimated: null, realizedAlert: true, realized: expect.closeTo(5.09, 9) })
  })

  it('prints a table of the current chunks and a CSV of all', async () => {
    const current = file(table(false, true).text)
    const shown = await printed({ current, metrics: ['roc_auc'] })
    expect(shown.split('\n')[0]).toMatch(/^CHUNK +METRIC +ESTIMATED +BAND +REALIZED +LIMITS +ALERT/)
    expect(shown.trimEnd().split('\n')).toHaveLength(5)
    const csv = await printed({ current, metrics: ['roc_auc'], output: 'csv' })
    expect(csv.trimEnd().split('\r\n')).toHaveLength(9)
    expect(csv).toMatch(/^period,chunk,rows,labelled,metric,estimated,/)
  })
})

describe('bad usage of performance', () => {
  const refused = (given: Partial<PerformanceFlags>) =>
    readPerformance(flags({ current: file('id,x\n'), ...given }))

  it('names the missing column, the file and the nearest name', async () => {
    await expect(
      refused({ current: file('id,time,scores,said\n1,2024-01-01,0.5,1\n') }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/csv has no column score$/),
      hint: 'did you mean scores?',
      code: 2,
    })
    const { current } = laterLabels()
    await expect(refused({ current, labels: file('key,truth\n'), join: 'id' })).rejects.toThrow(
      /has no column id/,
    )
  })

  it('refuses what cannot be meant', async () => {
    await expect(refused({ labels: 'x.csv' })).rejects.toThrow('--labels needs --join')
    await expect(refused({ score: undefined, prediction: undefined })).rejects.toThrow('--score')
    await expect(refused({ metrics: ['acuracy'] })).rejects.toMatchObject({ hint: 'did you mean accuracy?' })
    await expect(refused({ chunk: 'year' })).rejects.toThrow('--chunk cannot be year')
    await expect(refused({ chunk: 'week', timestamp: undefined })).rejects.toThrow('needs the times')
    await expect(refused({ chunk: 'rows:0' })).rejects.toMatchObject({ code: 2 })
  })

  it('asks for what it needs, by the name of the flag', async () => {
    await expect(operate(performanceOperation, [])).rejects.toThrow('mlops performance needs --reference')
    const two = ['--reference', 'r', '--current', 'c']
    await expect(operate(performanceOperation, two)).rejects.toThrow('needs --label')
    await expect(operate(performanceOperation, [...two, 'word'])).rejects.toThrow('takes no word word')
    await expect(operate(performanceOperation, ['-o', 'yaml'])).rejects.toThrow('cannot be yaml')
  })

  it('says which file is missing, empty, or without labels', async () => {
    const missing = join(folder, 'nowhere.csv')
    await expect(refused({ reference: missing })).rejects.toThrow(missing)
    await expect(refused({ reference: file('') })).rejects.toThrow(/csv/)
    const bare = file('id,time,score,said,truth\n1,2024-01-01,0.5,1,\n')
    await expect(refused({ reference: bare, current: bare })).rejects.toThrow(
      'no row with prediction and label',
    )
  })
})
