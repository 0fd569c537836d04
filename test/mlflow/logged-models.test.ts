// Logged models over HTTP: their life, their metrics, their files, and search.
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer({
    onError: (error) => {
      throw error
    },
  })
})
afterEach(() => server.close())

const make = async (more: object = {}) =>
  (await server.post('logged-models', { experiment_id: '0', ...more })).body.model
const idOf = async (more: object = {}): Promise<string> => (await make(more)).info.model_id
const get = (id: string) => server.get(`logged-models/${id}`)
const log = (run_id: string, metrics: Record<string, number>, step = 0, timestamp = 1) =>
  server.post('runs/log-batch', {
    run_id,
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, step, timestamp })),
  })
const search = async (input: object): Promise<string[]> => {
  const { body } = await server.post('logged-models/search', { experiment_ids: ['0'], ...input })
  return (body.models ?? []).map(({ info }: { info: { name: string } }) => info.name)
}

describe('a logged model', () => {
  test('is made pending, made ready, tagged and deleted', async () => {
    const now = server.backend.clock.now
    const model = await make({
      name: 'net',
      model_type: 'cnn',
      source_run_id: 'r1',
      params: [{ key: 'lr', value: '0.1' }],
      tags: [{ key: 'a', value: '{"x":\n1}' }],
    })
    const id = model.info.model_id
    expect(id).toMatch(/^m-[0-9a-f]{32}$/)
    expect(model).toEqual({
      info: {
        model_id: id,
        experiment_id: '0',
        name: 'net',
        creation_timestamp_ms: now,
        last_updated_timestamp_ms: now,
        artifact_uri: `mlflow-artifacts:/0/models/${id}/artifacts`,
        status: 'LOGGED_MODEL_PENDING',
        model_type: 'cnn',
        source_run_id: 'r1',
        tags: [{ key: 'a', value: '{"x":\n1}' }],
      },
      data: { params: [{ key: 'lr', value: '0.1' }] },
    })
    server.backend.clock.now += 7
    const ready = await server.post(
      `logged-models/${id}`,
      { model_id: id, status: 'LOGGED_MODEL_READY' },
      'PATCH',
    )
    expect(ready.body.model.info).toMatchObject({
      status: 'LOGGED_MODEL_READY',
      last_updated_timestamp_ms: now + 7,
    })
    await server.post(`logged-models/${id}/tags`, { tags: [{ key: 'b', value: '1' }] }, 'PATCH')
    await server.send(`/api/2.0/mlflow/logged-models/${id}/tags/a`, { method: 'DELETE' })
    expect((await get(id)).body.model.info.tags).toEqual([{ key: 'b', value: '1' }])
    expect(
      (await server.send(`/api/2.0/mlflow/logged-models/${id}/tags/a`, { method: 'DELETE' })).status,
    ).toBe(404)
    expect((await server.send(`/api/2.0/mlflow/logged-models/${id}`, { method: 'DELETE' })).body).toEqual({})
    expect((await get(id)).body).toEqual({
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: `Logged model with ID '${id}' not found.`,
    })
    expect(await search({})).toEqual([])
  })

  test('without a name is called by its id', async () => {
    const { info } = await make()
    expect(info.name).toBe(info.model_id)
  })

  test('has params that are written once', async () => {
    const id = await idOf({ params: [{ key: 'lr', value: '0.1' }] })
    const params = (value: string) =>
      server.post(`logged-models/${id}/params`, {
        params: [
          { key: 'lr', value },
          { key: 'x', value: '1' },
        ],
      })
    expect((await params('0.1')).status).toBe(200)
    const refused = await params('0.2')
    expect([refused.status, refused.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(refused.body.message).toContain("Param with key='lr' was already logged with value='0.1'")
    expect((await get(id)).body.model.data.params).toEqual([
      { key: 'lr', value: '0.1' },
      { key: 'x', value: '1' },
    ])
  })

  test('has a long param cut as MLflow cuts it', async () => {
    const { data } = await make({ params: [{ key: 'p', value: 'x'.repeat(7000) }] })
    expect(data.params[0].value.length).toBe(6000)
  })

  test.each([
    [{ name: 'a/b' }, 400],
    [{ name: 'a%b' }, 400],
    [{ name: 'n'.repeat(501) }, 400],
    [{ experiment_id: 'nope' }, 404],
    [{ experiment_id: undefined }, 400],
    [{ tags: [{ key: '..', value: '' }] }, 400],
    [{ params: [{ key: 'bad!', value: '' }] }, 400],
  ])('is not made with %j', async (more, status) => {
    expect((await server.post('logged-models', { experiment_id: '0', ...more })).status).toBe(status)
    expect(server.backend.state().loggedModels.size).toBe(0)
  })

  test("takes no status but MLflow's", async () => {
    const id = await idOf()
    for (const status of ['READY', 'LOGGED_MODEL_STATUS_UNSPECIFIED', ''])
      expect((await server.post(`logged-models/${id}`, { status }, 'PATCH')).status).toBe(400)
  })

  test('shows its files', async () => {
    const id = await idOf()
    const root = `0/models/${id}/artifacts`
    await server.backend.artifacts.write(`${root}/MLmodel`, Readable.from([Buffer.from('12345')]))
    await server.backend.artifacts.write(`${root}/data/model.pkl`, Readable.from([Buffer.from('1')]))
    const list = (query = '') => server.get(`logged-models/${id}/artifacts/directories${query}`)
    expect((await list()).body).toEqual({
      root_uri: `mlflow-artifacts:/${root}`,
      files: [
        { path: 'MLmodel', is_dir: false, file_size: 5 },
        { path: 'data', is_dir: true },
      ],
    })
    expect((await list('?artifact_directory_path=data')).body.files).toEqual([
      { path: 'data/model.pkl', is_dir: false, file_size: 1 },
    ])
    expect((await list('?artifact_directory_path=..%2F..')).status).toBe(400)
  })
})

describe('metrics of a logged model', () => {
  const metricsOf = async (id: string) =>
    ((await get(id)).body.model.data?.metrics ?? []).map(
      ({ key, value, run_id }: { key: string; value: number; run_id: string }) => [key, value, run_id],
    )

  test('are those of the run that made it, and of runs that were given it', async () => {
    const train = await server.run({ experiment_id: '0' })
    const evaluate = await server.run({ experiment_id: '0' })
    const id = await idOf({ source_run_id: train })
    await server.post('runs/log-inputs', { run_id: evaluate, models: [{ model_id: id }] })
    await log(train, { loss: 0.5, acc: 0.8 }, 1, 10)
    await log(evaluate, { acc: 0.7 }, 1, 20)
    expect(await metricsOf(id)).toEqual([
      ['loss', 0.5, train],
      ['acc', 0.7, evaluate],
    ])
  })

  test('of a run with several models are only those of the step that made it', async () => {
    const run = await server.run({ experiment_id: '0' })
    const [first, second] = [await idOf({ source_run_id: run }), await idOf({ source_run_id: run })]
    const models = [
      { model_id: first, step: 1 },
      { model_id: second, step: 2 },
    ]
    await server.post('runs/outputs', { run_id: run, models })
    await log(run, { loss: 0.9 }, 1, 10)
    await log(run, { loss: 0.1 }, 2, 20)
    expect(await metricsOf(first)).toEqual([])
    expect(await metricsOf(second)).toEqual([['loss', 0.1, run]])
  })
})

describe('logged models are searched', () => {
  let runs: string[]
  beforeEach(async () => {
    runs = []
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      const run = await server.run({ experiment_id: '0' })
      runs.push(run)
      server.backend.clock.now += 1
      const params = [{ key: 'depth', value: String(i) }]
      await make({ name, source_run_id: run, params, model_type: name === 'c' ? 'tree' : 'net' })
      if (name !== 'b') await log(run, { acc: i, 'val loss': 9 - i })
    }
  })

  test('newest first, by attributes, metrics and params', async () => {
    expect(await search({})).toEqual(['c', 'b', 'a'])
    expect(await search({ filter: "name IN ('a', 'c') AND model_type != 'tree'" })).toEqual(['a'])
    expect(await search({ filter: 'metrics.acc >= 2' })).toEqual(['c'])
    expect(await search({ filter: "params.depth = '1'" })).toEqual(['b'])
    expect(await search({ filter: "status = 'READY'" })).toEqual([])
    expect(await search({ filter: `source_run_id = '${runs[0]}'` })).toEqual(['a'])
  })

  test('in the order of fields given as objects; what lacks the metric comes last', async () => {
    expect(await search({ order_by: [{ field_name: 'metrics.acc', ascending: true }] })).toEqual([
      'a',
      'c',
      'b',
    ])
    expect(await search({ order_by: [{ field_name: 'metrics.acc', ascending: false }] })).toEqual([
      'c',
      'a',
      'b',
    ])
    expect(await search({ order_by: [{ field_name: 'metrics.val loss' }] })).toEqual(['c', 'a', 'b'])
    expect(await search({ order_by: [{ field_name: 'creation_timestamp' }] })).toEqual(['a', 'b', 'c'])
  })

  test('by the data that their runs were given', async () => {
    const dataset = { name: 'mnist', digest: 'd1', source_type: 's', source: 'x' }
    await server.post('runs/log-inputs', { run_id: runs[1], datasets: [{ dataset }] })
    expect(await search({ datasets: [{ dataset_name: 'mnist' }] })).toEqual(['b'])
    expect(await search({ datasets: [{ dataset_name: 'mnist', dataset_digest: 'd2' }] })).toEqual([])
  })

  test('only in the experiments named, page by page', async () => {
    expect(await search({ experiment_ids: [] })).toEqual([])
    expect(await search({ experiment_ids: ['1'] })).toEqual([])
    const first = await server.post('logged-models/search', { experiment_ids: ['0'], max_results: 2 })
    const page_token = first.body.next_page_token
    expect(await search({ max_results: 2, page_token })).toEqual(['a'])
    const other = { experiment_ids: ['0'], filter: "name = 'a'", page_token }
    expect((await server.post('logged-models/search', other)).body.message).toContain(
      'another filter or order',
    )
  })

  test.each([
    [{ order_by: [{ field_name: 'colour' }] }],
    [{ order_by: [{ field_name: '' }] }],
    [{ order_by: [{ field_name: 'metrics.`a' }] }],
    [{ order_by: 'name' }],
    [{ filter: "dataset.name = 'x'" }],
    [{ datasets: [{}] }],
    [{ max_results: 0 }],
  ])('not by %j', async (input) => {
    const { status, body } = await server.post('logged-models/search', { experiment_ids: ['0'], ...input })
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
  })
})
