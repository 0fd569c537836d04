// A client that nobody here wrote: the npm package `mlflow`, its whole surface, over real HTTP.
import MLflow from 'mlflow'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer, type TestServer } from './server.ts'

// biome-ignore lint/suspicious/noExplicitAny: the package has no types that fit its answers
type Anything = any

let server: TestServer
let client: Anything
beforeAll(async () => {
  // It prints each request.
  vi.spyOn(console, 'log').mockImplementation(() => {})
  server = await startServer()
  client = new MLflow({ endpoint: server.url })
})
afterAll(async () => {
  await server.close()
  vi.restoreAllMocks()
})

const refusal = (error: Error) => JSON.parse(error.message.replace(/^(?:Error: )+/, ''))

describe('the npm client of MLflow', () => {
  it('makes, reads, renames, tags, deletes and restores an experiment', async () => {
    const { Experiments } = client
    const { experiment_id } = await Experiments.create({ name: 'first' })
    await Experiments.update({ experiment_id, new_name: 'second' })
    await Experiments.setExperimentTag({ experiment_id, key: 'team', value: 'vision' })
    const { experiment } = await Experiments.get({ experiment_id })
    expect(experiment).toMatchObject({
      name: 'second',
      lifecycle_stage: 'active',
      tags: [{ key: 'team', value: 'vision' }],
    })
    await Experiments.delete({ experiment_id })
    expect((await Experiments.get({ experiment_id })).experiment.lifecycle_stage).toBe('deleted')
    const names = async (view_type?: string) =>
      (await Experiments.list({ view_type })).experiments.map(({ name }: { name: string }) => name)
    expect(await names()).toEqual(['Default'])
    expect(await names('ALL')).toContain('second')
    await Experiments.restore({ experiment_id })
    expect(await names()).toContain('second')
  })

  it('logs a run and reads it back', async () => {
    const { Runs, Metrics } = client
    const { run } = await Runs.create({
      experiment_id: '0',
      user_id: 'me',
      start_time: 5,
      tags: [{ key: 'a', value: 'b' }],
    })
    const { run_id } = run.info
    await Runs.logMetric({ run_id, key: 'loss', value: 0.5, timestamp: 10, step: 1 })
    await Runs.logParameter({ run_id, key: 'lr', value: '0.1' })
    await Runs.setTag({ run_id, key: 'gone', value: 'soon' })
    await Runs.deleteTag({ run_id, key: 'gone' })
    await Runs.logBatch({
      run_id,
      metrics: [{ key: 'loss', value: 0.25, timestamp: 20, step: 2 }],
      params: [{ key: 'depth', value: '3' }],
      tags: [{ key: 'c', value: 'd' }],
    })
    await Runs.update({ run_id, status: 'FINISHED', end_time: 30 })
    const read = (await Runs.get({ run_id })).run
    expect(read.info).toMatchObject({ status: 'FINISHED', end_time: 30, user_id: 'me' })
    expect(read.data.metrics).toEqual([{ key: 'loss', value: 0.25, timestamp: 20, step: 2 }])
    expect(read.data.params).toEqual([
      { key: 'lr', value: '0.1' },
      { key: 'depth', value: '3' },
    ])
    expect(read.data.tags.map(({ key }: { key: string }) => key)).toEqual(expect.arrayContaining(['a', 'c']))
    const { metrics } = await Metrics.getHistory({ run_id, metric_key: 'loss' })
    expect(metrics.map(({ step }: { step: number }) => step)).toEqual([1, 2])
  })

  it('searches runs, deletes and restores them', async () => {
    const { Runs } = client
    const make = async (value: number) => {
      const { run } = await Runs.create({ experiment_id: '0', start_time: 1 })
      await Runs.logMetric({ run_id: run.info.run_id, key: 'auc', value, timestamp: 1, step: 0 })
      return run.info.run_id
    }
    const [low, high] = [await make(0.1), await make(0.9)]
    const search = (filter: string) =>
      Runs.search({ experiment_ids: ['0'], filter, order_by: ['metrics.auc DESC'] })
    const found = (await search('metrics.auc > 0')).runs.map((run: Anything) => run.info.run_id)
    expect(found).toEqual([high, low])
    await Runs.delete({ run_id: high })
    expect((await search('metrics.auc > 0.5')).runs).toBeUndefined()
    await Runs.restore({ run_id: high })
    expect((await search('metrics.auc > 0.5')).runs).toHaveLength(1)
  })

  it('lists the artifacts of a run', async () => {
    const { run } = await client.Runs.create({ experiment_id: '0', start_time: 1 })
    const { run_id, artifact_uri } = run.info
    const path = artifact_uri.replace('mlflow-artifacts:/', '/api/2.0/mlflow-artifacts/artifacts/')
    await server.send(`${path}/model/weights.bin`, { method: 'PUT', body: 'abc' })
    expect((await client.Artifacts.list({ run_id })).files).toMatchObject([{ path: 'model', is_dir: true }])
    expect((await client.Artifacts.list({ run_id, path: 'model' })).files).toMatchObject([
      { path: 'model/weights.bin', is_dir: false, file_size: 3 },
    ])
  })

  it('is told what is wrong in words, with a status that it can tell apart', async () => {
    const error = await client.Runs.get({ run_id: 'none' }).catch(refusal)
    expect(error).toMatchObject({ status: 404, data: { error_code: 'RESOURCE_DOES_NOT_EXIST' } })
    const wrong = await client.Runs.create({ experiment_id: '0', start_time: 'soon' }).catch(refusal)
    expect(wrong).toMatchObject({ status: 400, data: { error_code: 'INVALID_PARAMETER_VALUE' } })
  })
})
