import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const runOf = async (id: string) => (await server.get(`runs/get?run_id=${id}`)).body.run
const tagsOf = async (id: string) =>
  Object.fromEntries(
    (await runOf(id)).data.tags?.map((tag: { key: string; value: string }) => [tag.key, tag.value]) ?? [],
  )

describe('runs', () => {
  test('are made running, with the name also as a tag, and an id of 32 hex digits', async () => {
    const { body } = await server.post('runs/create', {
      experiment_id: '0',
      run_name: 'n',
      user_id: 'u',
      start_time: 5,
      tags: [{ key: 'a', value: 'x\ty' }],
    })
    const { info, data } = body.run
    expect(info).toMatchObject({
      run_name: 'n',
      user_id: 'u',
      status: 'RUNNING',
      start_time: 5,
      lifecycle_stage: 'active',
    })
    expect(info.run_id).toMatch(/^[0-9a-f]{32}$/)
    expect(info.run_uuid).toBe(info.run_id)
    expect(info.artifact_uri).toBe(`mlflow-artifacts:/0/${info.run_id}/artifacts`)
    expect(data.tags).toEqual([
      { key: 'a', value: 'x\ty' },
      { key: 'mlflow.runName', value: 'n' },
    ])
  })

  test('get a name where they have none', async () => {
    expect((await runOf(await server.run())).info.run_name).toMatch(/^[a-z]+-[a-z]+-\d+$/)
    expect(
      (await runOf(await server.run({ tags: [{ key: 'mlflow.runName', value: 't' }] }))).info.run_name,
    ).toBe('t')
    const both = await server.post('runs/create', {
      run_name: 'a',
      tags: [{ key: 'mlflow.runName', value: 'b' }],
    })
    expect(both.status).toBe(400)
  })

  test('of an experiment with a place of its own keep their artifacts there', async () => {
    const made = await server.post('experiments/create', { name: 's3', artifact_location: 's3://bucket/x/' })
    const run = await server.run({ experiment_id: made.body.experiment_id })
    expect((await runOf(run)).info.artifact_uri).toBe(`s3://bucket/x/${run}/artifacts`)
  })

  test('end when they say, and may be resumed', async () => {
    const run = await server.run()
    const ended = await server.post('runs/update', {
      run_uuid: run,
      run_id: run,
      status: 'FAILED',
      end_time: 9,
    })
    expect(ended.body.run_info).toMatchObject({ status: 'FAILED', end_time: 9 })
    await server.post('runs/update', { run_id: run, status: 'RUNNING', end_time: 9, run_name: 'again' })
    expect((await runOf(run)).info).toMatchObject({ status: 'RUNNING', end_time: 9, run_name: 'again' })
    expect(await tagsOf(run)).toEqual({ 'mlflow.runName': 'again' })
    const wrong = await server.post('runs/update', { run_id: run, status: 'toString' })
    expect(wrong.body.message).toContain("'status'")
  })

  test.each([
    ['scheduled', 'SCHEDULED'],
    ['running', 'RUNNING'],
    ['idle', 'RUNNING'],
    ['stale', 'RUNNING'],
    ['finished', 'FINISHED'],
    ['failed', 'FAILED'],
    ['killed', 'KILLED'],
  ] as const)('that are %s for us are %s for clients', async (ours, theirs) => {
    const run = await server.run()
    server.backend.seed([{ type: 'run.status', at: 3, about: run, data: { status: ours } }])
    expect((await runOf(run)).info.status).toBe(theirs)
  })

  test('that are deleted take nothing until they are restored', async () => {
    const run = await server.run()
    expect((await server.post('runs/delete', { run_id: run })).body).toEqual({})
    expect((await runOf(run)).info.lifecycle_stage).toBe('deleted')
    for (const [path, body] of [
      ['runs/log-metric', { key: 'a', value: 1, timestamp: 1 }],
      ['runs/log-batch', { metrics: [] }],
      ['runs/log-parameter', { key: 'a', value: '1' }],
      ['runs/set-tag', { key: 'a', value: '1' }],
      ['runs/delete-tag', { key: 'mlflow.runName' }],
      ['runs/log-inputs', {}],
      ['runs/update', { status: 'FINISHED' }],
    ] as const) {
      const answer = await server.post(path, { run_id: run, ...body })
      expect([path, answer.status, answer.body.error_code]).toEqual([path, 400, 'INVALID_PARAMETER_VALUE'])
    }
    await server.post('runs/restore', { run_id: run })
    expect((await server.post('runs/set-tag', { run_id: run, key: 'a', value: '1' })).status).toBe(200)
  })

  test('that nobody knows are not found, and an id is asked for', async () => {
    const missing = await server.get('runs/get?run_id=constructor')
    expect([missing.status, missing.body]).toEqual([
      404,
      { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Run with id=constructor not found' },
    ])
    expect((await server.get('runs/get')).body.message).toContain("'run_id'")
    expect((await server.get('runs/get?run_id=a&run_id=b')).status).toBe(400)
  })
})

describe('what a run was given and made', () => {
  const dataset = { name: 'd', digest: 'abc', source_type: 'local', source: '{}', profile: '{"n":\t1}' }

  test('a dataset logged twice is there once, with its tags', async () => {
    const run = await server.run()
    const body = {
      run_id: run,
      datasets: [{ dataset, tags: [{ key: 'mlflow.data.context', value: 'train' }] }, { dataset }],
    }
    expect((await server.post('runs/log-inputs', body)).body).toEqual({})
    await server.post('runs/log-inputs', { ...body, models: [{ model_id: 'm-1' }, { model_id: 'm-1' }] })
    expect((await runOf(run)).inputs).toEqual({
      dataset_inputs: [{ tags: [{ key: 'mlflow.data.context', value: 'train' }], dataset }],
      model_inputs: [{ model_id: 'm-1' }],
    })
    const summaries = await server.post('experiments/search-datasets', { experiment_ids: ['0'] })
    expect(summaries.body).toEqual({
      dataset_summaries: [{ experiment_id: '0', name: 'd', digest: 'abc', context: 'train' }],
    })
  })

  test('a dataset that lacks a field, or has one too long, is refused naming it', async () => {
    const run = await server.run()
    const { digest: _, ...lacking } = dataset
    const a = await server.post('runs/log-inputs', { run_id: run, datasets: [{ dataset: lacking }] })
    expect(a.body.message).toContain('datasets.0.dataset.digest')
    const long = { ...dataset, digest: 'x'.repeat(37) }
    const b = await server.post('runs/log-inputs', { run_id: run, datasets: [{ dataset: long }] })
    expect(b.body.message).toContain('datasets[0].dataset.digest')
  })

  test('outputs are kept once each', async () => {
    const run = await server.run()
    for (const step of [3, 4])
      await server.post('runs/outputs', { run_id: run, models: [{ model_id: 'm-1', step }] })
    expect((await runOf(run)).outputs).toEqual({ model_outputs: [{ model_id: 'm-1', step: 3 }] })
  })

  test('models of 2.x clients are a list in a tag, at once too, the newest where it is full', async () => {
    const run = await server.run()
    const model = (n: number) =>
      JSON.stringify({
        artifact_path: `a${n}`,
        flavors: {},
        utc_time_created: 't',
        run_id: run,
        pad: 'x'.repeat(2000),
      })
    const posts = [1, 2, 3, 4, 5].map((n) =>
      server.post('runs/log-model', { run_id: run, model_json: model(n) }),
    )
    expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    const list = JSON.parse((await tagsOf(run))['mlflow.log-model.history'])
    expect(list).toHaveLength(3)
    const bad = await server.post('runs/log-model', { run_id: run, model_json: '{"flavors":{}}' })
    expect(bad.body.message).toContain('artifact_path')
  })
})

describe('search of runs', () => {
  const names = (body: { runs?: { info: { run_name: string } }[] }) =>
    body.runs?.map(({ info }) => info.run_name)

  async function seed() {
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      const run_id = await server.run({ run_name: name, start_time: i })
      await server.post('runs/log-batch', {
        run_id,
        metrics: [{ key: 'loss', value: i === 1 ? 'NaN' : i, timestamp: 1, step: 0 }],
        params: [{ key: 'lr', value: `0.${i}` }],
        tags: [{ key: 'note', value: `line\n${i}` }],
      })
    }
  }

  test('filters, orders, and gives pages', async () => {
    await seed()
    const search = async (body: object) =>
      (await server.post('runs/search', { experiment_ids: ['0'], ...body })).body
    expect(names(await search({}))).toEqual(['c', 'b', 'a'])
    expect(names(await search({ filter: "params.lr = '0.2'" }))).toEqual(['c'])
    expect(names(await search({ filter: "tags.note = 'line\n1'" }))).toEqual(['b'])
    expect(names(await search({ filter: "status = 'RUNNING' and metrics.loss < 1" }))).toEqual(['a'])
    expect(names(await search({ order_by: ['metrics.loss ASC'] }))).toEqual(['a', 'c', 'b'])
    const first = await search({ max_results: 2 })
    expect(names(first)).toEqual(['c', 'b'])
    expect(names(await search({ max_results: 2, page_token: first.next_page_token }))).toEqual(['a'])
    expect(await search({ filter: "params.lr = 'none'" })).toEqual({})
    expect(await search({ experiment_ids: ['77'] })).toEqual({})
  })

  test('shows deleted runs to who asks for them', async () => {
    await seed()
    const run = await server.run({ run_name: 'gone' })
    await server.post('runs/delete', { run_id: run })
    const view = async (run_view_type: string) =>
      names((await server.post('runs/search', { experiment_ids: ['0'], run_view_type })).body)
    expect(await view('DELETED_ONLY')).toEqual(['gone'])
    expect(await view('ALL')).toHaveLength(4)
    expect(await view('ACTIVE_ONLY')).toHaveLength(3)
    expect((await server.post('runs/search', { run_view_type: 'x' })).body.message).toContain('run_view_type')
  })

  test('refuses more than 50,000 results', async () => {
    const answer = await server.post('runs/search', { experiment_ids: ['0'], max_results: 50_001 })
    expect(answer.body.message).toContain("'max_results'")
  })
})
