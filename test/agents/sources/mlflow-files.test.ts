import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFolderSource } from '../../../agents/sources/folder.ts'
import { createMlflowSources } from '../../../agents/sources/mlflow.ts'
import { parseMetricLine } from '../../../agents/sources/mlflow-metric-lines.ts'
import { placeKind } from '../../../agents/sources/mlflow-places.ts'
import type { Json, Source } from '../../../agents/sources/source.ts'
import { experimentIdOf } from '../../../src/mlflow/experiment-ids.ts'
import { createRecorder, drain, type Recorder, showPoints } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createStoreWriter, OTHER, RUN } from './mlflow-writer.ts'
import { eventsOf, problemsOf } from './place.ts'

let root: string
let now: number
let store: ReturnType<typeof createStoreWriter>
const roots: string[] = []

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'mlops-mlruns-'))
  roots.push(root)
  store = createStoreWriter(path.join(root, 'mlruns'))
  now = Date.now()
})
afterEach(() => {
  for (const folder of roots.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** As in the agent: the walk of the folders finds the stores, their source reads them. */
function open(cursors: ReadonlyMap<string, Json> = new Map(), folder = root): Source {
  const options = { agent: 'host1', cursors }
  const mlflow = createMlflowSources({ ...options, servers: [], onReady() {} })
  const logs = createFolderSource({ ...options, folders: [folder], rescanMs: 1, isTaken: mlflow.isTaken })
  const sources = [logs, ...mlflow.sources]
  return {
    name: 'both',
    async poll(emit, at) {
      let more = false
      for (const source of sources) more = (await source.poll(emit, at)) || more
      return more
    },
    close: () => sources.forEach((source) => void source.close()),
  }
}

async function read(recorder = createRecorder(), later = 0): Promise<Recorder> {
  await drain(open(recorder.cursors), recorder, now + later)
  return recorder
}
const typesOf = (recorder: Recorder, from = 0) => recorder.events.slice(from).map(({ type }) => type)

/** What was told since the last look, by a source that lives on. */
function live() {
  const source = open()
  const recorder = createRecorder()
  let later = 0
  return {
    recorder,
    async next(): Promise<string[]> {
      const from = recorder.events.length
      later += 120_000
      await drain(source, recorder, now + later)
      return recorder.events.slice(from).map(({ type, data }) => `${type} ${JSON.stringify(data)}`)
    },
  }
}

function writeRun() {
  store.experiment('0')
  store.run()
  store.write(`0/${RUN}/params/lr`, '0.1')
  store.write(`0/${RUN}/tags/mlflow.user`, 'ada')
  store.metric('loss', '1700000002000 0.5 0\n1700000003000 0.25 1\n')
  store.metric('val/acc', '1700000002000 0.9 1\n')
}

testSourceContract('a file store of MLflow', () => {
  writeRun()
  const missing = path.join(root, 'missing')
  return { start: open, startMissing: () => open(new Map(), missing), now }
})

describe('a file store of MLflow', () => {
  it('gives experiments by the id of their name, and runs by their own', async () => {
    writeRun()
    store.experiment('77', { name: 'fraud' })
    store.run(OTHER, { status: 3, end_time: 1_700_000_009_000, run_name: 'done' }, '77')
    const recorder = await read()
    const fraud = experimentIdOf({ experiments: new Map() }, 'fraud')
    expect(
      eventsOf(recorder, 'experiment.found').map(({ about, data }) => [about, data.name, data.tags]),
    ).toEqual([
      ['0', 'Default', { 'mlops.store.experiment_id': '0' }],
      [fraud, 'fraud', { 'mlops.store.experiment_id': '77' }],
    ])
    const runs = eventsOf(recorder, 'run.found').map(({ about, data }) => [
      about,
      data.experimentId,
      data.name,
    ])
    expect(runs).toEqual([
      [RUN, '0', 'brave-mole-12'],
      [OTHER, fraud, 'done'],
    ])
    expect(eventsOf(recorder, 'run.status').map(({ data }) => data)).toEqual([
      { status: 'running', ended: null },
      { status: 'finished', ended: 1_700_000_009_000 },
    ])
    expect(eventsOf(recorder, 'run.params').map(({ data }) => data.params)).toEqual([{ lr: '0.1' }])
    expect(showPoints(recorder.points).sort()).toEqual([
      `${RUN} loss 0 0.5`,
      `${RUN} loss 1 0.25`,
      `${RUN} val/acc 1 0.9`,
    ])
    expect(recorder.points[0]!.time).toBe(1_700_000_002_000)
  })

  it('is known by what it holds, wherever and however it is called', async () => {
    store = createStoreWriter(path.join(root, 'deep', 'tracking data'))
    writeRun()
    expect(eventsOf(await read(), 'run.found')).toHaveLength(1)
  })

  it('is not read twice: its artifacts are no runs of their own', async () => {
    writeRun()
    store.write(`0/${RUN}/artifacts/metrics.csv`, 'step,loss\n1,0.5\n2,0.4\n')
    const outside = createStoreWriter(root)
    outside.write('logs/metrics.csv', 'step,loss\n1,0.5\n2,0.4\n')
    const recorder = await read()
    expect(
      eventsOf(recorder, 'run.found')
        .map(({ data }) => data.source)
        .sort(),
    ).toEqual(['csv', 'mlflow'])
  })

  it('tells what changes, each thing once', async () => {
    writeRun()
    const watch = live()
    expect(await watch.next()).toHaveLength(5)
    expect(await watch.next()).toEqual([])
    store.write(`0/${RUN}/params/epochs`, '3')
    store.write(`0/${RUN}/tags/mlflow.note.content`, 'good')
    store.metric('loss', '1700000004000 0.125 2\n')
    store.run(RUN, { status: 3, end_time: 1_700_000_005_000, run_name: 'renamed' })
    expect(await watch.next()).toEqual([
      'run.renamed {"name":"renamed"}',
      'run.params {"params":{"epochs":"3"}}',
      'run.tags {"tags":{"mlflow.note.content":"good"}}',
      'run.status {"status":"finished","ended":1700000005000}',
    ])
    expect(watch.recorder.points.at(-1)).toMatchObject({ key: 'loss', step: 2, value: 0.125 })
    rmSync(path.join(root, 'mlruns', '0', RUN, 'tags', 'mlflow.note.content'))
    expect(await watch.next()).toEqual(['run.untagged {"key":"mlflow.note.content"}'])
    expect(watch.recorder.points).toHaveLength(4)
  })

  it('shows a run as stale that should be running, but of which nothing was written for an hour', async () => {
    writeRun()
    for (const name of ['meta.yaml', 'tags', 'metrics/loss', 'metrics/val/acc'])
      store.age(`0/${RUN}/${name}`, 2 * 3_600_000)
    const recorder = await read()
    expect(eventsOf(recorder, 'run.status').map(({ data }) => data.status)).toEqual(['stale'])
    store.metric('loss', '1700000004000 0.125 2\n')
    await read(recorder)
    expect(eventsOf(recorder, 'run.status').map(({ data }) => data.status)).toEqual(['stale', 'running'])
  })

  it('gives the datasets and models that a run was given, and the models that it made', async () => {
    writeRun()
    store.meta('0/datasets/d1', {
      name: 'iris',
      digest: 'ab12',
      source_type: 'local',
      source: '{}',
      schema: '{"x":1}',
    })
    store.meta(`0/${RUN}/inputs/i1`, {
      ...{ source_type: 'DATASET', source_id: 'd1', destination_type: 'RUN', destination_id: RUN },
      tags: { 'mlflow.data.context': 'training' },
    })
    store.meta(`0/${RUN}/inputs/m-1`, {
      source_type: 'MODEL',
      source_id: 'm-1',
      destination_id: RUN,
      tags: {},
    })
    store.meta(`0/${RUN}/outputs/m-2`, {
      source_id: RUN,
      destination_type: 'MODEL',
      destination_id: 'm-2',
      step: 4,
    })
    store.meta('0/models/m-2', {
      ...{ model_id: 'm-2', experiment_id: '0', name: 'net', model_type: '', source_run_id: RUN, status: 2 },
      ...{
        artifact_location: 'file:///m-2',
        creation_timestamp: 1_700_000_004_000,
        lifecycle_stage: 'active',
      },
    })
    store.write('0/models/m-2/params/depth', '5')
    const recorder = await read()
    expect(eventsOf(recorder, 'run.inputs').map(({ data }) => data)).toEqual([
      {
        datasets: [
          {
            ...{
              name: 'iris',
              digest: 'ab12',
              sourceType: 'local',
              source: '{}',
              schema: '{"x":1}',
              profile: null,
            },
            tags: { 'mlflow.data.context': 'training' },
          },
        ],
        models: [],
      },
      { datasets: [], models: ['m-1'] },
    ])
    expect(eventsOf(recorder, 'run.outputs')[0]?.data).toEqual({ models: [{ id: 'm-2', step: 4 }] })
    const model = eventsOf(recorder, 'logged-model.found')[0]
    expect(model).toMatchObject({ about: 'm-2', data: { run: RUN, status: 'ready', params: { depth: '5' } } })
    expect(eventsOf(await read(createRecorder(recorder.cursors)), 'run.inputs')).toEqual([])
  })

  it('gives the registry: models, versions, stages, aliases, and what is gone again', async () => {
    writeRun()
    store.model('churn', { description: 'who leaves' })
    store.version('churn', 1, { current_stage: 'Production' })
    store.version('churn', 2)
    store.write('models/churn/aliases/champion', '1')
    const watch = live()
    const first = (await watch.next()).filter((line) => /^(model|version|alias)/.test(line))
    expect(first.map((line) => line.split(' ')[0])).toEqual([
      'model.found',
      'version.found',
      'version.found',
      'alias.moved',
    ])
    store.write('models/churn/aliases/champion', '2')
    store.version('churn', 1, { current_stage: 'Archived' })
    expect(await watch.next()).toEqual([
      'version.staged {"version":1,"stage":"Archived"}',
      'alias.moved {"alias":"champion","version":2}',
    ])
    store.version('churn', 1, { current_stage: 'Deleted_Internal' })
    rmSync(path.join(root, 'mlruns/models/churn/aliases/champion'))
    expect(await watch.next()).toEqual([
      'version.deleted {"version":1}',
      'alias.moved {"alias":"champion","version":null}',
    ])
    rmSync(path.join(root, 'mlruns/models/churn'), { recursive: true })
    expect(await watch.next()).toEqual(['model.deleted {}'])
  })

  it('shows a version without its model, an alias of a version that is not there, and says what is broken', async () => {
    store.version('bad..name', 2)
    store.write('models/bad..name/version-x/meta.yaml', 'name: q\n')
    store.write('models/bad..name/aliases/champion', '7')
    const recorder = await read()
    expect(eventsOf(recorder, 'version.found').map(({ data }) => data.version)).toEqual([2])
    expect(eventsOf(recorder, 'alias.moved').map(({ data }) => data.version)).toEqual([7])
    expect(problemsOf(recorder).sort()).toEqual(['is missing', 'names no version'])
  })

  it('follows an experiment into the trash and back without reading it again', async () => {
    store.experiment('5', { name: 'old' })
    store.experiment('0')
    store.run(RUN, { status: 3, end_time: 1_700_000_005_000 }, '5')
    store.metric('loss', '1700000002000 0.5 0\n', RUN, '5')
    const watch = live()
    await watch.next()
    store.move('5', '.trash/5')
    store.experiment('../mlruns/.trash/5', { name: 'old', experiment_id: '5', lifecycle_stage: 'deleted' })
    const gone = [...(await watch.next()), ...(await watch.next())]
    expect(gone.map((line) => line.split(' ')[0])).toEqual(['experiment.deleted', 'run.found', 'run.deleted'])
    expect(watch.recorder.points).toHaveLength(1)
    const later = await read(createRecorder(watch.recorder.cursors), 400_000)
    expect(later.events).toEqual([])
    expect(later.points).toEqual([])
  })

  it('reads a copy of a store once, and says so', async () => {
    writeRun()
    const copy = createStoreWriter(path.join(root, 'zz-backup'))
    copy.experiment('0')
    copy.run()
    copy.metric('loss', '1700000002000 0.5 0\n')
    const recorder = await read()
    expect(recorder.points).toHaveLength(3)
    expect(problemsOf(recorder).join()).toContain('is there twice')
  })

  it('goes on after a crash at any moment, each point once', async () => {
    writeRun()
    store.run(OTHER)
    store.metric('loss', '1700000002000 1 0\n1700000002000 2 1\n', OTHER)
    const whole = createRecorder()
    const moments: { points: number; events: number; cursors: Map<string, Json> }[] = []
    whole.onCursor = () =>
      moments.push({
        points: whole.points.length,
        events: whole.events.length,
        cursors: new Map(whole.cursors),
      })
    await read(whole)
    expect(moments.length).toBeGreaterThan(5)
    for (const { points, events, cursors } of moments) {
      const rest = await read(createRecorder(cursors))
      expect(points + rest.points.length).toBe(whole.points.length)
      expect([...typesOf(whole).slice(0, events), ...typesOf(rest)].sort()).toEqual(typesOf(whole).sort())
    }
  })

  it('lives with what is broken: other runs are told, and each fault is named once', async () => {
    writeRun()
    store.write(`0/${'0'.repeat(32)}/meta.yaml`, '')
    store.metric('loss', '1700000000000 1 0\n', '1'.repeat(32))
    store.write('0/🚀 not a run/readme.txt', 'hi')
    store.run('2'.repeat(32), { run_id: '../../etc', run_uuid: '../../etc' })
    store.write(`0/${'3'.repeat(32)}/meta.yaml`, 'run_id: [unclosed')
    for (const id of ['0', '1', '3']) {
      const name = `0/${id.repeat(32)}${id === '1' ? '' : '/meta.yaml'}`
      store.age(name, 60_000)
    }
    symlinkSync('/etc/passwd', path.join(root, 'mlruns', '0', RUN, 'params', 'secret'))
    const recorder = await read()
    expect(eventsOf(recorder, 'run.found').map(({ about }) => about)).toEqual([RUN])
    expect(problemsOf(recorder).map((problem) => problem.split(':')[0])).toEqual([
      'is empty',
      'is missing',
      'no YAML',
    ])
    expect(problemsOf(await read(createRecorder(recorder.cursors)))).toEqual([])
  })

  it('makes remote text safe', async () => {
    store.experiment('0', { name: 'red \u001b[31m' })
    store.run(RUN, { run_name: '\u001b]0;t\u0007\u202eevil' })
    store.write(`0/${RUN}/params/multi`, 'a\nb\u001b[2Jc')
    const recorder = await read()
    expect(JSON.stringify(recorder.events)).not.toMatch(/\\u001b|\\u202e/)
    expect(eventsOf(recorder, 'run.params')[0]?.data.params.multi).toBe('a␊b␛[2Jc')
  })
})

describe('a line of a metric', () => {
  it('has a time, a value, a step, and more that is passed over', () => {
    expect(parseMetricLine('1700000000000 0.5 3')).toEqual({ time: 1_700_000_000_000, value: 0.5, step: 3 })
    expect(parseMetricLine('1700000000005 0.3')).toEqual({ time: 1_700_000_000_005, value: 0.3, step: 0 })
    expect(parseMetricLine('-5 -inf -1 m-1 iris ab')).toEqual({
      time: -5,
      value: Number.NEGATIVE_INFINITY,
      step: -1,
    })
    expect(parseMetricLine('1 nan 9007199254740993')).toEqual({
      time: 1,
      value: Number.NaN,
      step: 9007199254740993n,
    })
    for (const bad of ['', 'garbage line here', '1 x 2', '1 2 3.5', '99999999999999999 1 1', '1e3 1 1'])
      expect(parseMetricLine(bad)).toBeUndefined()
  })

  it('never throws, and gives back what was written', () => {
    fc.assert(fc.property(fc.string(), (line) => void parseMetricLine(line)))
    const written = fc.tuple(fc.integer({ min: 0, max: 2e12 }), fc.double(), fc.maxSafeInteger())
    fc.assert(
      fc.property(written, ([time, value, step]) => {
        const shown = Object.is(value, -0) ? '-0.0' : String(value)
        const python = shown.toLowerCase().replace('infinity', 'inf')
        expect(parseMetricLine(`${time} ${python} ${step}`)).toEqual({ time, value, step })
      }),
    )
  })
})

describe('a folder with a meta.yaml', () => {
  it('is one of MLflow by its fields alone', () => {
    expect(placeKind('artifact_location: x\nexperiment_id: "0"\nname: a\n')).toBe('experiment')
    expect(placeKind('name: a\ncreation_timestamp: 1\nlatest_versions: []\n')).toBe('model')
    expect(placeKind('name: a\nversion: 1\ncurrent_stage: None\nrun_id: x\n')).toBe('version')
    expect(placeKind('name: a conda recipe\nversion: 1\n')).toBeUndefined()
    expect(placeKind('experiment_id: 1\n')).toBeUndefined()
  })
})
