// `get`: rows of a noun, found, filtered, sorted, in each form.
import { describe, expect, it } from 'vitest'
import { cellWidth } from '../../src/cli/cell-width.ts'
import { csvRecords } from './csv-reader.ts'
import { json, mlops } from './terminal.ts'
import { HOSTILE, linkTo, NOW, run } from './world.ts'

interface RunRecord {
  id: string
  name: string
  started: string | null
  params: Record<string, string>
  metrics: Record<
    string,
    { count: number; last: { step: number; time: string; value: unknown }; min: unknown }
  >
}
const ids = async (...argv: string[]) => (await json<RunRecord[]>('get', 'runs', ...argv)).map(({ id }) => id)

describe('get -o json', () => {
  it('has the fields that scripts rely on', async () => {
    const [record] = await json<RunRecord[]>('get', 'runs', 'aa01')
    expect(record).toMatchObject({
      id: 'aa01',
      name: 'good',
      experiment: 'vision',
      status: 'running',
      host: 'gpu-1',
      source: 'jsonl',
      path: '/logs/aa01',
      started: '2026-01-05T11:00:00.000Z',
      ended: null,
      params: { lr: '1e-3', batch: '32', opt: 'adam' },
      tags: { team: 'x' },
    })
    expect(record!.metrics.loss).toEqual({
      count: 1000,
      first: { step: 0, time: '2026-01-05T11:43:20.000Z', value: 1 },
      last: { step: 999, time: '2026-01-05T11:59:59.000Z', value: 0.001 },
      min: 0.001,
      max: 1,
      nonFinite: 0,
    })
  })

  it('keeps NaN, and the hostile name as it is', async () => {
    const records = await json<RunRecord[]>('get', 'runs')
    expect(records.find(({ id }) => id === 'aa02')!.metrics.loss!.last.value).toBe('NaN')
    expect(records.find(({ id }) => id === 'bb02')!.name).toBe(HOSTILE)
  })

  it('writes steps beyond 2^53 in full', async () => {
    const { out } = await mlops(['get', 'runs', 'aa01', '-o', 'jsonl'])
    expect(out).toContain('"step":9223372036854775807')
  })

  it('survives times that no date can hold', async () => {
    const far = linkTo({ runs: [run('x', { started: 9e15, ended: 9e15 })] })
    for (const line of ['get runs -o json', 'get runs -o csv', 'get runs', 'describe run x']) {
      const { code, out } = await mlops(line.split(' '), { link: far })
      expect([code, out.includes('x')]).toEqual([0, true])
    }
  })

  it('is an empty array when no row passes', async () => {
    expect(await json('get', 'runs', '--filter', 'status=nothing')).toEqual([])
  })

  it('has only the columns asked for, by the names asked for', async () => {
    const records = await json(
      'get',
      'runs',
      '--columns',
      'name,loss,metrics.loss.min,params.lr',
      '--filter',
      'id=aa*',
    )
    expect(records).toEqual(
      expect.arrayContaining([
        { name: 'good', loss: 0.001, 'metrics.loss.min': 0.001, 'params.lr': '1e-3' },
        { name: 'diverged', loss: 'NaN', 'metrics.loss.min': 2, 'params.lr': '0.1' },
      ]),
    )
  })
})

describe('get picks one row', () => {
  it.each([
    ['aa01', 'aa01'],
    ['good', 'aa01'],
    ['bb', 'bb02'],
    [HOSTILE, 'bb02'],
  ])('by %s', async (word, id) => {
    expect(await ids(word)).toEqual([id])
  })

  it('an exact id comes before a beginning of another', async () => {
    const link = linkTo({ runs: [run('ab'), run('abc')] })
    expect((await mlops(['get', 'runs', 'ab', '-o', 'jsonl'], { link })).out).toContain('"id":"ab"')
  })

  it.each([
    ['aa', 'hint: name one by its id: aa01, aa02'],
    ['twin', 'hint: name one by its id: cc03, cc04'],
  ])('several that fit %s are bad usage', async (word, hint) => {
    const { code, err } = await mlops(['get', 'runs', word])
    expect([code, err.includes(hint)]).toEqual([2, true])
  })

  it.each([
    ['goood', 'did you mean good?'],
    ['aa03', 'did you mean aa01 or aa02'],
    ['nothing-like-it', 'mlops get runs lists what there is'],
    ['', 'mlops get runs lists what there is'],
  ])('none for %j is code 3', async (word, hint) => {
    const { code, out, err } = await mlops(['get', 'runs', word])
    expect([code, out]).toEqual([3, ''])
    expect(err).toContain(`mlops: no run "${word}"\n  hint: ${hint}`)
  })
})

describe('get filters and sorts', () => {
  it.each([
    ['loss<0.5', ['aa01', 'bb02']],
    ['params.lr=1e-3', ['aa01']],
    ['status=failed,idle', ['aa02', 'cc04']],
    ['DIVERGED', ['aa02']],
    ['name="twin"', ['cc03', 'cc04']],
    ['ended!=null', ['aa02']],
  ])('%s', async (filter, expected) => {
    expect((await ids('--filter', filter)).sort()).toEqual(expected)
  })

  it.each([
    ['metrics.loss', ['aa01', 'bb02', 'aa02', 'cc03', 'cc04']],
    ['-loss', ['bb02', 'aa01', 'aa02', 'cc03', 'cc04']],
    ['-params.lr', ['bb02', 'aa02', 'aa01', 'cc03', 'cc04']],
    ['name,-id', ['bb02', 'aa02', 'aa01', 'cc04', 'cc03']],
  ])('by %s, missing last', async (sort, expected) => {
    expect(await ids('--sort', sort)).toEqual(expected)
  })

  it('by the order of the noun when nothing is asked for', async () => {
    expect((await ids()).slice(0, 3)).toEqual(['aa01', 'aa02', 'bb02'])
  })

  it.each([
    ['--sort', '-metrcs.loss'],
    ['--sort', 'lss'],
    ['--columns', 'nmae'],
  ])('%s %s is code 2 with a hint', async (flag, word) => {
    const { code, err } = await mlops(['get', 'runs', flag, word])
    expect(code).toBe(2)
    expect(err).toMatch(/runs have no column ".+"\n {2}hint: (did you mean (loss|name)|columns: id, )/)
  })

  it('a path is no error while there are no rows', async () => {
    const { code } = await mlops(['get', 'runs', '--sort', 'loss', '--columns', 'loss'], { link: linkTo({}) })
    expect(code).toBe(0)
  })

  it('limits after sorting', async () => {
    expect(await ids('--sort', '-loss', '--limit', '1')).toEqual(['bb02'])
    expect(await ids('--limit', '0')).toEqual([])
  })
})

describe('get in other forms', () => {
  it('csv flattens and disarms', async () => {
    const { out } = await mlops(['get', 'runs', '-o', 'csv'])
    const records = csvRecords(out)
    expect(records).toHaveLength(5)
    expect(records.find(({ id }) => id === 'aa02')).toMatchObject({
      'metrics.loss': 'NaN',
      'params.lr': '0.1',
    })
    expect(records.find(({ id }) => id === 'bb02')).toMatchObject({
      name: `'${HOSTILE}`,
      'params.=cmd': "'-1+2",
    })
    const hosts = csvRecords((await mlops(['get', 'hosts', '-o', 'csv'])).out)
    expect(hosts[0]!['gpus.0.utilization']).toBe('97')
  })

  it('jsonl is a record a line', async () => {
    const { out } = await mlops(['get', 'runs', '-o', 'jsonl'])
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as RunRecord).id)).toHaveLength(5)
  })

  it('a table is aligned and whole when it is piped', async () => {
    const long = 'n'.repeat(200)
    const link = linkTo({ runs: [run('a', { name: long }), run('b', { name: '漢字' })] })
    const [header, ...rows] = (await mlops(['get', 'runs'], { link })).out.trimEnd().split('\n')
    expect(header).toMatch(/^ID\s+NAME\s+EXPERIMENT.*PATH$/)
    expect(rows[0]).toContain(long)
    const start = (line: string, word: string) => cellWidth(line.slice(0, line.indexOf(word)))
    expect(start(rows[0]!, 'vision')).toBe(start(header!, 'EXPERIMENT'))
    expect(start(rows[1]!, 'vision')).toBe(start(header!, 'EXPERIMENT'))
  })

  it.each([20, 60, 80, 200])('a table fits a terminal of %i columns', async (columns) => {
    const { out } = await mlops(['get', 'runs', '--no-color'], { out: { isTTY: true, columns } })
    for (const line of out.trimEnd().split('\n')) expect(cellWidth(line)).toBeLessThan(columns)
    expect(out).not.toContain('\x1b')
    expect(out.includes('PATH')).toBe(columns === 200)
  })

  it('says which columns found no room', async () => {
    const { out } = await mlops(['get', 'runs', '--no-color'], { out: { isTTY: true, columns: 40 } })
    expect(out).toContain('(no room for: ')
  })

  it('has colours on a terminal alone', async () => {
    const onTerminal = await mlops(['get', 'runs'], { out: { isTTY: true, columns: 120 } })
    expect(onTerminal.out).toContain('\x1b[31mfailed\x1b[0m')
    expect((await mlops(['get', 'runs'])).out).not.toContain('\x1b')
    const refused = await mlops(['get', 'runs'], { out: { isTTY: true, columns: 120, color: false } })
    expect(refused.out).not.toContain('\x1b')
  })

  it.each(['runs', 'experiments', 'hosts', 'alerts', 'problems'])('%s come in every form', async (noun) => {
    for (const form of ['table', 'json', 'jsonl', 'csv']) {
      const { code, out } = await mlops(['get', noun, '-o', form])
      expect([noun, form, code, out.length > 20]).toEqual([noun, form, 0, true])
    }
  })

  it('shows ages by the clock it is given', async () => {
    const link = linkTo({ runs: [run('a', { started: NOW - 7_200_000 })] })
    const { out } = await mlops(['get', 'runs', '--columns', 'id,started'], { link })
    expect(out).toBe('ID  STARTED\na        2h\n')
  })
})
