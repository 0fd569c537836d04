import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mlflowUrl, readAuthorization } from '../../../agents/sources/mlflow-access.ts'
import { recallMlflow } from '../../../agents/sources/mlflow-facts.ts'
import { createMlflowFiles } from '../../../agents/sources/mlflow-files.ts'
import { createMlflowPlaces } from '../../../agents/sources/mlflow-places.ts'
import { createMlflowServer, type MlflowServer } from '../../../agents/sources/mlflow-server.ts'
import type { Json, Source } from '../../../agents/sources/source.ts'
import { startServer, type TestServer } from '../../mlflow/server.ts'
import { createRecorder, drain, type Recorder, showPoints } from '../recorder.ts'
import { testSourceContract } from '../source-contract.ts'
import { createStoreWriter } from './mlflow-writer.ts'
import { eventsOf, problemsOf } from './place.ts'

const NOW = 1_700_000_100_000
let store: TestServer
const closing: (() => unknown)[] = []

beforeEach(async () => {
  store = await startServer()
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await store.close()
})

/** A mirror whose polls wait until something has come or the round is over, as the agent is woken then. */
function patient(url: string, cursors: ReadonlyMap<string, Json> = new Map(), more: object = {}): Source {
  let ready = () => {}
  const inner: MlflowServer = createMlflowServer({
    ...{ agent: 'host1', cursors, url, ...more },
    onReady: () => ready(),
  })
  closing.push(() => inner.close())
  return {
    name: inner.name,
    close: inner.close,
    async poll(emit, now) {
      const came = new Promise<void>((resolve) => {
        ready = resolve
      })
      const more = await inner.poll(emit, now)
      if (more || !inner.isBusy) return more
      await came
      return true
    },
  }
}

async function mirror(recorder = createRecorder(), now = NOW, url = store.url): Promise<Recorder> {
  await drain(patient(url, recorder.cursors), recorder, now)
  return recorder
}

/** A mirror that lives on; each call makes a round. */
function live(more: object = {}) {
  const source = patient(store.url, new Map(), more)
  const recorder = createRecorder()
  let now = NOW
  return {
    recorder,
    async next(later = 20_000) {
      const from = recorder.events.length
      now += later
      await drain(source, recorder, now)
      return recorder.events.slice(from).map(({ type, data }) => `${type} ${JSON.stringify(data)}`)
    },
  }
}

const metric = (run: string, key: string, value: number | string, step: number | string, timestamp: number) =>
  store.post('runs/log-metric', { run_id: run, key, value, step, timestamp })

async function fill(): Promise<string> {
  const experiment = (await store.post('experiments/create', { name: 'fraud' })).body.experiment_id
  const run = await store.run({ experiment_id: experiment, run_name: 'first', start_time: 1_700_000_000_000 })
  await store.post('runs/log-parameter', { run_id: run, key: 'lr', value: '0.1' })
  for (let step = 0; step < 3; step++)
    await metric(run, 'loss', 1 / (step + 1), step, 1_700_000_001_000 + step)
  await metric(run, 'val/acc', 'NaN', 0, 1_700_000_001_000)
  return run
}

describe('a mirror of a tracking server', () => {
  it('gives experiments, runs with all points, and the registry', async () => {
    const run = await fill()
    await store.post('registered-models/create', { name: 'churn', description: 'who leaves' })
    await store.post('model-versions/create', { name: 'churn', source: 'file:///m', run_id: run })
    await store.post('registered-models/alias', { name: 'churn', alias: 'champion', version: '1' })
    const recorder = await mirror()
    expect(problemsOf(recorder)).toEqual([])
    const found = eventsOf(recorder, 'run.found')[0]
    expect(found).toMatchObject({
      about: run,
      data: { name: 'first', experiment: 'fraud', source: 'mlflow' },
    })
    const experiments = eventsOf(recorder, 'experiment.found')
    expect(experiments.find(({ data }) => data.name === 'fraud')?.about).toBe(found?.data.experimentId)
    expect(showPoints(recorder.points).sort()).toEqual([
      `${run} loss 0 1`,
      `${run} loss 1 0.5`,
      `${run} loss 2 0.3333333333333333`,
      `${run} val/acc 0 NaN`,
    ])
    expect(eventsOf(recorder, 'run.params')[0]?.data.params).toEqual({ lr: '0.1' })
    expect(eventsOf(recorder, 'run.status').map(({ data }) => data.status)).toEqual(['running'])
    expect(eventsOf(recorder, 'version.found')[0]).toMatchObject({
      about: 'churn',
      data: { version: 1, run },
    })
    expect(eventsOf(recorder, 'alias.moved')[0]?.data).toEqual({ alias: 'champion', version: 1 })
  })

  it('tells what changes, each thing once', async () => {
    const run = await fill()
    const watch = live()
    await watch.next()
    expect(await watch.next()).toEqual([])
    await metric(run, 'loss', 0.25, 3, 1_700_000_002_000)
    await store.post('runs/set-tag', { run_id: run, key: 'note', value: 'good' })
    expect(await watch.next()).toEqual(['run.tags {"tags":{"note":"good"}}'])
    expect(watch.recorder.points.at(-1)).toMatchObject({ key: 'loss', step: 3, value: 0.25 })
    await store.post('runs/update', { run_id: run, status: 'FAILED', end_time: 1_700_000_003_000 })
    expect(await watch.next()).toEqual(['run.status {"status":"failed","ended":1700000003000}'])
    expect(watch.recorder.points).toHaveLength(5)
    await store.post('runs/delete', { run_id: run })
    expect(await watch.next(700_000)).toEqual(['run.deleted {}'])
  })

  it('goes on where an earlier life stopped, each point once', async () => {
    const run = await fill()
    const recorder = await mirror()
    expect((await mirror(createRecorder(recorder.cursors))).events).toEqual([])
    await metric(run, 'loss', 0.25, 3, 1_700_000_002_000)
    const after = await mirror(createRecorder(recorder.cursors))
    expect(showPoints(after.points)).toEqual([`${run} loss 3 0.25`])
  })

  it('goes on after a crash at any moment, each point once', async () => {
    await fill()
    const whole = createRecorder()
    const moments: { points: number; cursors: Map<string, Json> }[] = []
    whole.onCursor = () => moments.push({ points: whole.points.length, cursors: new Map(whole.cursors) })
    await mirror(whole)
    for (const { points, cursors } of moments)
      expect(points + (await mirror(createRecorder(cursors))).points.length).toBe(4)
  })

  it('reads histories of many pages and steps beyond 2^53', async () => {
    const run = await store.run()
    const metrics = Array.from({ length: 1000 }, (_, i) => ({
      key: 'x',
      value: i,
      step: i,
      timestamp: 1000 + i,
    }))
    for (let part = 0; part < 12; part++)
      await store.post('runs/log-batch', {
        run_id: run,
        metrics: metrics.map((point) => ({
          ...point,
          step: point.step + part * 1000,
          timestamp: point.timestamp + part * 1000,
        })),
      })
    await store.post(
      'runs/log-metric',
      `{"run_id":"${run}","key":"wide","value":1,"step":9007199254740993,"timestamp":5}`,
    )
    const recorder = await mirror()
    expect(recorder.points.filter(({ key }) => key === 'x').map(({ step }) => step)).toEqual(
      Array.from({ length: 12_000 }, (_, i) => i),
    )
    expect(recorder.points.find(({ key }) => key === 'wide')?.step).toBe(9007199254740993n)
  })

  it('leaves out a run whose files are read too: its points come once', async () => {
    const run = await fill()
    const folder = mkdtempSync(path.join(tmpdir(), 'mlops-both-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const files = createStoreWriter(folder)
    files.experiment('0')
    files.run(run)
    files.metric('loss', '1700000001000 1 0\n', run)
    const places = createMlflowPlaces()
    places.take(path.join(folder, '0'))
    const memory = recallMlflow(new Map(), [store.url])
    const options = { agent: 'host1', cursors: new Map(), places }
    const recorder = createRecorder()
    await drain(createMlflowFiles({ ...options, memory: async () => memory }), recorder, NOW)
    await drain(patient(store.url, new Map(), { memory }), recorder, NOW)
    expect(showPoints(recorder.points)).toEqual([`${run} loss 0 1`])
    expect(eventsOf(recorder, 'run.found')).toHaveLength(1)
  })

  it('tells that a registered model is gone', async () => {
    await store.post('registered-models/create', { name: 'churn' })
    const watch = live()
    await watch.next()
    await store.post('registered-models/delete', { name: 'churn' }, 'DELETE')
    expect(await watch.next()).toEqual(['model.deleted {}'])
  })
})

let hostile: Server
async function serve(answer: RequestListener): Promise<string> {
  hostile = createServer(answer)
  await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve))
  const server = hostile
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

describe('a mirror of a server that is not well', () => {
  it('says that it cannot be reached, asks ever more rarely, and clears it when it answers', async () => {
    let isDown = true
    let asked = 0
    const url = await serve((request, response) => {
      asked++
      if (isDown) response.writeHead(503).end('down')
      else json({})(request, response)
    })
    const source = patient(url)
    const recorder = createRecorder()
    for (let second = 0; second < 60; second++) await drain(source, recorder, NOW + second * 1000)
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThan(6)
    expect(eventsOf(recorder, 'source.problem').map(({ data }) => [data.problem, data.count])).toEqual([
      ['it answers 503', 1],
    ])
    isDown = false
    await drain(source, recorder, NOW + 400_000)
    expect(eventsOf(recorder, 'source.problem').at(-1)?.data).toMatchObject({
      source: 'mlflow',
      path: url,
      count: 0,
    })
  })

  it.each<[string, RequestListener, RegExp]>([
    ['HTML', (_request, response) => void response.end('<html>login</html>'), /no JSON object/],
    ['a list', json([1, 2]), /no JSON object/],
    [
      'a way to another',
      (_request, response) => void response.writeHead(302, { location: '/x' }).end(),
      /cannot be reached/,
    ],
    [
      'pages without end',
      json({ experiments: [{ experiment_id: '1', name: 'a' }], next_page_token: 'again' }),
      /do not end/,
    ],
    ['a refusal', (_request, response) => void response.writeHead(401).end('{}'), /401.*--mlflow-auth/],
    [
      'half an answer',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{"experiments"')
        response.socket?.destroy()
      },
      /cannot be reached/,
    ],
  ])('says what is wrong with %s', async (_name, answer, problem) => {
    const recorder = createRecorder()
    await drain(patient(await serve(answer)), recorder, NOW)
    expect(problemsOf(recorder)).toHaveLength(1)
    expect(problemsOf(recorder)[0]).toMatch(problem)
    expect(recorder.points).toEqual([])
  })

  it('passes over fields of wrong types', async () => {
    const recorder = createRecorder()
    const url = await serve((request, response) => {
      const answers: Record<string, unknown> = {
        'experiments/search': {
          experiments: [null, 7, { experiment_id: 1, name: 'ok', tags: 'x' }, { name: {} }],
        },
        'runs/search': {
          runs: [
            'x',
            { info: 3 },
            {
              info: { run_id: 'r1', experiment_id: '1', status: 9, start_time: 'soon' },
              data: { metrics: [{ key: 'a' }], params: [1] },
            },
          ],
        },
      }
      const name = /mlflow\/([^?]*)/.exec(request.url ?? '')?.[1] ?? ''
      json(answers[name] ?? { registered_models: [{}], model_versions: [{ version: '../1' }], models: 3 })(
        request,
        response,
      )
    })
    await drain(patient(url), recorder, NOW)
    expect(problemsOf(recorder)).toEqual([])
    expect(eventsOf(recorder, 'run.found').map(({ about, data }) => [about, data.started])).toEqual([
      ['r1', null],
    ])
  })

  it('does not keep polls waiting for a server that never answers, and gives it up', async () => {
    const url = await serve(() => {})
    const source = createMlflowServer({ agent: 'host1', cursors: new Map(), url, timeoutMs: 50 })
    closing.push(() => source.close())
    const recorder = createRecorder()
    expect(await source.poll(recorder, NOW)).toBe(false)
    expect(source.isBusy).toBe(true)
    expect(recorder.events).toEqual([])
    const patientOne = patient(url, new Map(), { timeoutMs: 50 })
    await drain(patientOne, recorder, NOW)
    expect(problemsOf(recorder)).toEqual(['it does not answer in time'])
  })
})

describe('access to a tracking server', () => {
  it('signs each question with a token or with name and password, of a private file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mlops-auth-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const file = path.join(folder, 'auth')
    writeFileSync(file, 'ada:secret\n', { mode: 0o600 })
    const seen = new Set<string | undefined>()
    const url = await serve((request, response) => {
      seen.add(request.headers.authorization)
      json({})(request, response)
    })
    await drain(patient(url, new Map(), { authFile: file }), createRecorder(), NOW)
    expect([...seen]).toEqual([`Basic ${Buffer.from('ada:secret').toString('base64')}`])
    writeFileSync(file, 'abcdef')
    expect(readAuthorization(file)).toBe('Bearer abcdef')
    chmodSync(file, 0o644)
    expect(() => readAuthorization(file)).toThrow(/readable by others/)
  })

  it('takes addresses of http alone, and no password in them', () => {
    expect(mlflowUrl('http://mlflow:5000/')).toBe('http://mlflow:5000')
    expect(mlflowUrl('https://host/mlflow/#/experiments')).toBe('https://host/mlflow')
    for (const bad of ['mlflow', 'file:///etc', 'http://ada:secret@host'])
      expect(() => mlflowUrl(bad)).toThrow()
  })
})

let filled: TestServer
describe('with a server that is filled', () => {
  beforeEach(async () => {
    await fill()
    filled = store
  })
  testSourceContract('a mirror of a tracking server', () => ({
    start: (cursors) => patient(filled.url, cursors),
    startMissing: () => {
      const source = patient('http://127.0.0.1:9')
      let isFirst = true
      return {
        ...source,
        // The first poll only begins to ask; what came of it is told in a later one.
        poll: async (emit, now) => {
          if (isFirst) {
            isFirst = false
            await drain(source, createRecorder(), now - 1)
          }
          return source.poll(emit, now)
        },
      }
    },
    now: NOW,
  }))
})
