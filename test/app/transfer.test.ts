// Export and import: a store that goes out as an MLflow file store comes back the same.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { load } from 'js-yaml'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HubProcess, takeStore } from '../../src/app/hub-process.ts'
import { settingsFor } from '../../src/app/place.ts'
import type { NewEvent } from '../../src/core/events.ts'
import { command, listen, makeFolder, makePlace, removeAll, type TransferPlace } from './transfer.ts'

const LOGS = resolve(import.meta.dirname, '../../fixtures/logs')
const DAY = Date.UTC(2026, 0, 5)

beforeEach(listen)
afterEach(removeAll)

const event = <T extends NewEvent['type']>(
  type: T,
  about: string,
  data: Extract<NewEvent, { type: T }>['data'],
): NewEvent => ({ type, at: DAY, about, data }) as NewEvent

const found = (id: string, extra: object = {}): NewEvent =>
  event('run.found', id, {
    name: id,
    experiment: 'api',
    source: 'mlflow',
    path: '/api',
    started: DAY,
    user: 'ada',
    ...extra,
  })

/** Two runs as the API makes them, with all that a run can have, and a registry. */
function fillByApi(place: TransferPlace): void {
  const dataset = {
    name: 'weather',
    digest: 'abc',
    sourceType: 'local',
    source: '{"uri":"x"}',
    schema: '{}',
    profile: null,
    tags: { 'mlflow.data.context': 'training' },
  }
  place.write(
    [
      found('a1', { name: 'first ␛run' }),
      event('run.params', 'a1', { params: { lr: '0.1', 'opt/name': 'adam', note: 'two␊lines', empty: '' } }),
      event('run.tags', 'a1', { tags: { 'mlflow.source.name': 'train.py', team: 'é' } }),
      event('run.inputs', 'a1', { datasets: [dataset], models: ['m-2'] }),
      event('run.outputs', 'a1', { models: [{ id: 'm-1', step: 3 }] }),
      event('run.status', 'a1', { status: 'finished', ended: DAY + 5000 }),
      found('a2'),
      event('run.status', 'a2', { status: 'failed', ended: DAY + 9 }),
      found('gone'),
      event('run.deleted', 'gone', {}),
      event('logged-model.found', 'm-1', {
        name: 'net',
        experimentId: '0',
        run: 'a1',
        modelType: 'torch',
        artifactUri: 's3://b/m',
        created: DAY,
        status: 'ready',
        params: { depth: '3' },
        tags: { k: 'v' },
      }),
      event('model.found', 'net', { description: 'a␊b', created: DAY, tags: { owner: 'ada' } }),
      event('version.found', 'net', {
        version: 2,
        source: 's3://b/m',
        run: 'a1',
        loggedModel: 'm-1',
        runLink: null,
        user: 'ada',
        description: 'second',
        stage: 'Staging',
        created: DAY,
        tags: { checked: 'yes' },
      }),
      event('alias.moved', 'net', { alias: 'champion', version: 2 }),
    ],
    [
      ['a1', 'loss', 0, DAY, 1.5],
      ['a1', 'loss', 1, DAY + 1, Number.NaN],
      ['a1', 'loss', 9007199254740993n, DAY + 2, Number.POSITIVE_INFINITY],
      ['a1', 'loss', 5, DAY + 3, Number.NEGATIVE_INFINITY],
      ['a1', 'loss', 5, DAY + 3, -0.5],
      ['a1', 'train/acc', 1, DAY, 1e-300],
      ['a2', 'n', 1, DAY, 0.1],
    ],
  )
}

const exportTo = (place: TransferPlace, folder: string, ...flags: string[]) =>
  command('export', folder, '--store', place.store, ...flags)
const importInto = (place: TransferPlace, ...words: string[]) =>
  command('import', ...words, '--config', place.config)
const yaml = (...path: string[]) => load(readFileSync(join(...path), 'utf8')) as Record<string, unknown>

describe('an exported file store', () => {
  test('is laid out as MLflow does it', async () => {
    const place = makePlace()
    fillByApi(place)
    const out = makeFolder()
    expect(await exportTo(place, out)).toMatchObject({
      code: 0,
      out: expect.stringContaining('2 runs, 7 points'),
    })
    const experiment = readdirSync(out).find((name) => name !== '0' && name !== 'models')!
    expect(yaml(out, experiment, 'meta.yaml')).toMatchObject({
      experiment_id: experiment,
      name: 'api',
      lifecycle_stage: 'active',
    })
    const run = join(out, experiment, 'a1')
    expect(yaml(run, 'meta.yaml')).toMatchObject({
      run_id: 'a1',
      run_uuid: 'a1',
      experiment_id: experiment,
      status: 3,
      start_time: DAY,
      end_time: DAY + 5000,
      user_id: 'ada',
      artifact_uri: `file://${out}/${experiment}/a1/artifacts`,
    })
    expect(readFileSync(join(run, 'metrics/loss'), 'utf8')).toBe(
      `${DAY} 1.5 0\n${DAY + 1} nan 1\n${DAY + 2} inf 9007199254740993\n${DAY + 3} -inf 5\n${DAY + 3} -0.5 5\n`,
    )
    expect(readFileSync(join(run, 'params/note'), 'utf8')).toBe('two\nlines')
    expect(readFileSync(join(run, 'params/opt/name'), 'utf8')).toBe('adam')
    expect(readFileSync(join(out, 'models/net/aliases/champion'), 'utf8')).toBe('2')
    expect(yaml(out, 'models/net/version-2/meta.yaml')).toMatchObject({
      name: 'net',
      version: 2,
      run_id: 'a1',
      current_stage: 'Staging',
    })
    expect(readdirSync(out)).not.toContain('.mlops-export')
  })

  test('comes back the same: runs, params, tags, points, links, registry', async () => {
    const place = makePlace()
    fillByApi(place)
    expect(await importInto(place, LOGS)).toMatchObject({ code: 0 })
    const before = place.runs()
    before.delete('gone')
    expect(before.size).toBeGreaterThan(5)
    const out = makeFolder()
    expect((await exportTo(place, out)).code).toBe(0)
    const fresh = makePlace()
    expect(await importInto(fresh, out)).toMatchObject({ code: 0, err: '' })
    const after = fresh.runs()
    // A log file does not tell how its run ended: for MLflow it runs, and nobody has heard of it for long.
    const same = new Map(
      [...before].map(([id, run]) => [
        id,
        run.status === 'idle' ? { ...run, status: after.get(id)?.status } : run,
      ]),
    )
    expect(after).toEqual(same)
    const [old, now] = [place.state(), fresh.state()]
    expect(now.runs.get('a1')).toMatchObject({
      datasets: old.runs.get('a1')!.datasets,
      modelInputs: ['m-2'],
      modelOutputs: [{ id: 'm-1', step: 3 }],
      user: 'ada',
    })
    expect(now.models.get('net')).toMatchObject({
      description: 'a␊b',
      tags: { owner: 'ada' },
      aliases: { champion: 2 },
    })
    expect(now.versions.get('net/2')).toMatchObject({
      stage: 'Staging',
      run: 'a1',
      loggedModel: 'm-1',
      tags: { checked: 'yes' },
    })
    expect(now.loggedModels.get('m-1')).toMatchObject({
      name: 'net',
      run: 'a1',
      params: { depth: '3' },
      status: 'ready',
    })
  })

  test('has hostile names below its folder only, and says what was renamed', async () => {
    const place = makePlace()
    const keys = ['../../../evil', '/etc/evil', 'a', 'a/b', 'x(y)', '..']
    place.write(
      [
        found('../../up', { name: '\u0000../x', experiment: '../../exp' }),
        event('run.params', '../../up', { params: { '../p': 'v', '/abs': 'v' } }),
        event('run.tags', '../../up', { tags: { '..': 'v' } }),
        event('model.found', '../m', { description: '', created: 1, tags: {} }),
      ],
      keys.map((key, i) => ['../../up', key, i, DAY, i]),
    )
    const parent = makeFolder()
    const out = join(parent, 'deep', 'er', 'out')
    const { code, err } = await exportTo(place, out)
    expect(code).toBe(0)
    expect(err).toContain('is written as')
    expect(err).toContain('model "../m" is left out')
    expect(
      readdirSync(parent, { recursive: true }).filter((name) => !String(name).startsWith('deep')),
    ).toEqual([])
    expect(readdirSync(join(parent, 'deep'))).toEqual(['er'])
    expect(readdirSync(join(parent, 'deep', 'er'))).toEqual(['out'])
    const fresh = makePlace()
    expect((await importInto(fresh, out)).code).toBe(0)
    const [run] = [...fresh.runs().values()]
    expect(
      Object.values(run!.metrics)
        .map(([point]) => point![2])
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5])
    expect(run!.metrics).toHaveProperty(['a/b'])
  })

  test('is not written into a folder that is not empty, unless forced; then a run is replaced whole', async () => {
    const place = makePlace()
    fillByApi(place)
    const out = makeFolder()
    writeFileSync(join(out, 'mine'), '')
    expect(await exportTo(place, out)).toMatchObject({ code: 1, err: expect.stringContaining('--force') })
    expect(readdirSync(out)).toEqual(['mine'])
    expect((await exportTo(place, out, '--force')).code).toBe(0)
    const experiment = readdirSync(out).find((name) => /^\d{18}$/.test(name))!
    writeFileSync(join(out, experiment, 'a1', 'metrics', 'old'), '1 1 1\n')
    expect((await exportTo(place, out, '--force')).code).toBe(0)
    expect(readdirSync(join(out, experiment, 'a1', 'metrics'))).toEqual(['loss', 'train'])
    expect(statSync(join(out, 'mine')).isFile()).toBe(true)
  })

  test('holds the runs that were asked for, and no registry then', async () => {
    const place = makePlace()
    fillByApi(place)
    place.write([found('b1', { experiment: 'other' })])
    const some = makeFolder()
    expect((await exportTo(place, some, '--filter', 'status=failed')).out).toContain('1 runs, 1 points')
    expect(readdirSync(some)).not.toContain('models')
    const one = makeFolder()
    expect((await exportTo(place, one, '--experiment', 'other')).out).toContain('1 runs, 0 points')
    expect(await exportTo(place, makeFolder(), '--experiment', 'othre')).toMatchObject({ code: 3 })
    expect(await exportTo(place, makeFolder(), '--filter', '(')).toMatchObject({ code: 2 })
  })
})

describe('tables', () => {
  test('jsonl: a line a run, a line a point with every digit', async () => {
    const place = makePlace()
    fillByApi(place)
    const out = makeFolder()
    expect((await exportTo(place, out, '--format', 'jsonl')).code).toBe(0)
    const lines = (name: string) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n')
    const runs = lines('runs.jsonl').map((line) => JSON.parse(line))
    expect(runs.map(({ id }) => id).sort()).toEqual(['a1', 'a2'])
    expect(lines('points.jsonl')).toContain(
      '{"run":"a1","key":"loss","step":9007199254740993,"time":"2026-01-05T00:00:00.002Z","value":"Infinity"}',
    )
    expect(lines('points.jsonl')).toHaveLength(7)
  })

  test('csv: columns of all runs, a row a point', async () => {
    const place = makePlace()
    fillByApi(place)
    const out = makeFolder()
    expect((await exportTo(place, out, '--format', 'csv')).code).toBe(0)
    const [header, ...rows] = readFileSync(join(out, 'runs.csv'), 'utf8').trimEnd().split('\r\n')
    expect(header).toContain('params.opt/name')
    expect(rows).toHaveLength(2)
    const points = readFileSync(join(out, 'points.csv'), 'utf8').split('\r\n')
    expect(points[0]).toBe('run,key,step,time,value')
    expect(points).toContain('a1,loss,1,2026-01-05T00:00:00.001Z,NaN')
  })
})

describe('import', () => {
  test('twice adds nothing; what grew meanwhile is added', async () => {
    const logs = makeFolder()
    writeFileSync(join(logs, 'training.csv'), 'step,loss\n1,0.5\n2,0.25\n')
    const place = makePlace()
    expect((await importInto(place, logs)).out).toContain('imported 1 runs, 2 points')
    const first = place.runs()
    expect((await importInto(place, logs)).out).toContain('imported 0 runs, 0 points')
    expect(place.runs()).toEqual(first)
    writeFileSync(join(logs, 'training.csv'), '3,0.125\n', { flag: 'a' })
    expect((await importInto(place, logs)).out).toContain('imported 0 runs, 1 points')
  })

  test('into the store that it was exported from leaves every point once and every alias where it is', async () => {
    const place = makePlace()
    fillByApi(place)
    const out = makeFolder()
    await exportTo(place, out)
    place.write([event('alias.moved', 'net', { alias: 'champion', version: 7 })])
    const before = place.runs()
    const done = await importInto(place, out)
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('imported 0 runs, 0 points') })
    expect(done.err).toContain('are there from elsewhere')
    expect(place.runs()).toEqual(before)
    expect(place.state().models.get('net')!.aliases).toEqual({ champion: 7 })
  })

  test('leaves no alert behind: its host is done, not lost', async () => {
    const logs = makeFolder()
    writeFileSync(join(logs, 'training.csv'), 'step,loss\n1,0.5\n')
    const place = makePlace()
    await importInto(place, logs)
    const [host] = [...place.state().hosts.values()]
    expect(host).toMatchObject({ online: false, reason: 'its import is complete' })
    const { alertsOf } = await import('../../src/core/alerts.ts')
    expect(alertsOf({ state: place.state(), series: new Map(), presence: new Map() }, DAY)).toEqual([])
  })

  test('says what could not be read and ends with 1', async () => {
    const logs = makeFolder()
    mkdirSync(join(logs, '1', 'abc'), { recursive: true })
    writeFileSync(join(logs, '1', 'meta.yaml'), 'experiment_id: "1"\nname: x\nlifecycle_stage: active\n')
    writeFileSync(join(logs, '1', 'abc', 'meta.yaml'), 'run_id: [broken\n')
    const { utimesSync } = await import('node:fs')
    utimesSync(join(logs, '1', 'abc', 'meta.yaml'), 1, 1)
    const place = makePlace()
    const { code, err } = await importInto(place, logs)
    expect(code).toBe(1)
    expect(err).toContain('abc/meta.yaml')
  })

  test('goes to a running hub, that of this place or the one named', async () => {
    const logs = makeFolder()
    writeFileSync(join(logs, 'training.csv'), 'step,loss\n1,0.5\n')
    const place = makePlace()
    const settings = { ...(await settingsFor({ config: place.config, folders: [] })), listen: '127.0.0.1:0' }
    const hub = new HubProcess(takeStore(settings.state)!, { settings, port: 'any', hostIntervalMs: 0 })
    await hub.start()
    try {
      expect(await importInto(place, logs)).toMatchObject({
        code: 0,
        out: expect.stringContaining('1 runs, 1 points'),
      })
      const other = makePlace()
      const done = await command('import', logs, '--hub', hub.url!, '--config', other.config)
      expect(done).toMatchObject({
        code: 0,
        out: expect.stringContaining(`1 runs, 1 points into ${hub.url}`),
      })
      expect(hub.hub.world().state.runs.size).toBe(2)
    } finally {
      await hub.close()
    }
  })

  test('bad words end with their codes', async () => {
    const place = makePlace()
    expect(await importInto(place)).toMatchObject({ code: 2 })
    expect(await importInto(place, '/no/such/folder')).toMatchObject({ code: 3 })
    const away = await command('import', LOGS, '--hub', 'ws://127.0.0.1:9', '--config', place.config)
    expect(away).toMatchObject({ code: 5 })
  })
})
