// The command line on real folders: what a script relies on.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makePlace, type Place } from './mlops.ts'

let place: Place
beforeEach(() => {
  place = makePlace()
})
afterEach(() => place.remove())

const logs = resolve(import.meta.dirname, '../../fixtures/logs')

describe('get runs --dir', () => {
  test('answers what a folder of logs holds, with the same ids each time', async () => {
    const { stdout } = await place.run('get', 'runs', '--dir', logs, '-o', 'json')
    const runs = JSON.parse(stdout) as {
      id: string
      path: string
      source: string
      metrics: Record<string, { count: number }>
    }[]
    expect(runs.map(({ source }) => source)).toEqual(expect.arrayContaining(['tfevents', 'csv', 'jsonl']))
    for (const { path } of runs) expect(path.startsWith(logs)).toBe(true)
    const again = JSON.parse((await place.run('get', 'runs', '--dir', logs, '-o', 'json')).stdout)
    expect(again.map(({ id }: { id: string }) => id).sort()).toEqual(runs.map(({ id }) => id).sort())
  })

  test('tells NaN, steps beyond 2^53 and params as they were written', async () => {
    mkdirSync(join(place.folder, 'exp', 'run1'), { recursive: true })
    writeFileSync(
      join(place.folder, 'exp', 'run1', 'metrics.csv'),
      'step,loss\n1,0.5\n9007199254740993,nan\n',
    )
    writeFileSync(join(place.folder, 'exp', 'run1', 'hparams.yaml'), 'lr: 1e-3\nlayers: [1, 2]\n')
    const { stdout } = await place.run('get', 'runs', '--dir', place.folder, '-o', 'json')
    expect(stdout).toContain('"step":9007199254740993')
    const [run] = JSON.parse(stdout)
    expect(run).toMatchObject({ name: 'run1', experiment: 'exp', params: { lr: '1e-3' } })
    expect(run.metrics.loss).toMatchObject({
      count: 2,
      nonFinite: 1,
      min: 0.5,
      max: 0.5,
      last: { value: 'NaN' },
    })
  })

  test('series gives all raw points on request', async () => {
    mkdirSync(join(place.folder, 'exp'))
    writeFileSync(
      join(place.folder, 'exp', 'metrics.jsonl'),
      '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": Infinity}\n',
    )
    const { stdout } = await place.run(
      'series',
      'exp',
      'loss',
      '--dir',
      place.folder,
      '--points',
      '0',
      '-o',
      'json',
    )
    const [series] = JSON.parse(stdout)
    expect(series).toMatchObject({ key: 'loss' })
    expect(series.points.map(([step, , value]: [number, string, number | string]) => [step, value])).toEqual([
      [1, 0.5],
      [2, 'Infinity'],
    ])
  })
})

describe('failures', () => {
  test.each([
    [['get', 'runz'], 2, 'did you mean runs'],
    [['get', 'runs', '--bogus'], 2, 'unknown flag --bogus'],
    [['get', 'runs', 'nothere', '--dir', '.'], 3, 'nothere'],
    [['get', 'runs', '--hub', 'ws://127.0.0.1:9'], 5, 'cannot be reached'],
    [['get', 'runs', '--hub', 'nonsense'], 2, 'no address of a hub'],
    [['get', 'runs', '--store', 'nofile.db'], 1, 'nofile.db'],
    [['./no/such/folder'], 3, 'there is no folder'],
    [['hub', '--listen', '0.0.0.0:0'], 1, 'needs a token'],
    [['agent', '--listen', '0.0.0.0:0', '--state', 's'], 1, 'needs a token'],
    [['agent', '--interval', 'x'], 2, '--interval x'],
    [['restore', 'nofile'], 1, 'there is no backup'],
  ])('%j ends with code %i in one sentence and one hint', async (args, code, text) => {
    const result = await place.run(...args)
    expect(result).toMatchObject({ code, stdout: '' })
    expect(result.stderr).toContain(text)
    expect(result.stderr).toMatch(/^mlops: .+\n {2}hint: .+\n$/)
  })

  test('a config with an unknown key names the file and the key', async () => {
    writeFileSync(join(place.folder, 'mlops.config.ts'), `export default { wach: ['.'] }`)
    const { code, stderr } = await place.run('get', 'runs')
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/mlops\.config\.ts: unknown key "wach"[\s\S]*hint: known keys: state, /),
    ])
  })

  test('a store that is damaged is named, with what to do', async () => {
    mkdirSync(join(place.folder, '.mlops'))
    writeFileSync(join(place.folder, 'mlops.config.ts'), `export default { watch: [] }`)
    writeFileSync(join(place.folder, '.mlops', 'store.db'), 'garbage '.repeat(1000))
    const { code, stderr } = await place.run()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/store\.db is damaged[\s\S]*hint: .*restore a backup/),
    ])
  })

  test('a taken port is named', async () => {
    const { createServer } = await import('node:net')
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await place.run('hub', '--listen', `127.0.0.1:${port}`)
    server.close()
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`port ${port} on 127.0.0.1 is taken[\\s\\S]*hint: `)),
    ])
  })
})

describe('where stdout is no terminal', () => {
  test('the console prints one snapshot of hosts, runs and last metrics, and ends with 0', async () => {
    mkdirSync(join(place.folder, 'exp'))
    writeFileSync(join(place.folder, 'exp', 'metrics.csv'), 'step,loss\n1,0.5\n2,0.25\n')
    const { code, stdout } = await place.run()
    expect(code).toBe(0)
    expect(stdout).toMatch(/HOSTS \(1\)[\s\S]*RUNS \(1\)[\s\S]*exp [\s\S]*loss=0\.25/)
  })
})

test('init writes a config that loads, and refuses to replace one', async () => {
  expect(await place.run('init')).toMatchObject({ code: 0 })
  expect(await place.run('init')).toMatchObject({ code: 1, stderr: expect.stringContaining('exists') })
  const { stdout } = await place.run('doctor', '-o', 'json')
  expect(JSON.parse(stdout)).toContainEqual({
    what: 'config',
    level: 'ok',
    text: join(place.folder, 'mlops.config.ts'),
  })
})
