import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emptyState, type Run, type State } from '../../src/core/state.ts'
import { experimentIdOf, experimentsOf } from '../../src/mlflow/experiment-ids.ts'
import { createMlflow } from '../../src/mlflow/service.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const found = (id: string, experiment: string, started: number | null = 5) => ({
  type: 'run.found' as const,
  at: 1,
  about: id,
  data: { name: id, experiment, source: 'csv', path: `/logs/${id}`, started },
})
const idOf = async (name: string) =>
  (await server.get(`experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`)).body.experiment
    ?.experiment_id

describe('ids of experiments', () => {
  test('are the same wherever a name is met, and 18 digits', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const id = experimentIdOf(emptyState, name)
        expect(id).toBe(experimentIdOf({ experiments: new Map() }, name))
        expect(id).toMatch(name === 'Default' ? /^0$/ : /^\d{18}$/)
      }),
    )
  })

  test('pass over the id of an experiment that was renamed', () => {
    const id = experimentIdOf(emptyState, 'a')
    const renamed = { ...experimentsOf(emptyState).get('0')!, id, name: 'b' }
    const experiments: State['experiments'] = new Map([[id, renamed]])
    expect(experimentIdOf({ experiments }, 'b')).toBe(id)
    expect(experimentIdOf({ experiments }, 'a')).not.toBe(id)
    expect(experimentIdOf({ experiments }, 'a')).toMatch(/^\d{18}$/)
  })

  test('experimentsOf adds those that only runs name, as old as their oldest run, and Default', () => {
    const run = (id: string, started: number | null) => ({ id, experiment: 'lit', started }) as Run
    const state = {
      ...emptyState,
      runs: new Map([run('a', 7), run('b', 3), run('c', null)].map((r) => [r.id, r])),
    }
    const all = [...experimentsOf(state).values()]
    expect(all.map(({ name, created, deleted }) => [name, created, deleted])).toEqual([
      ['Default', null, false],
      ['lit', 3, false],
    ])
    expect(experimentsOf(state)).toBe(experimentsOf(state))
  })
})

describe('experiments', () => {
  test('Default is there before anything was written, and takes runs', async () => {
    const { body } = await server.get('experiments/get?experiment_id=0')
    expect(body.experiment).toEqual({
      experiment_id: '0',
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0',
      lifecycle_stage: 'active',
    })
    const run = await server.run()
    expect((await server.get(`runs/get?run_id=${run}`)).body.run.info.experiment_id).toBe('0')
    expect(server.backend.state().experiments.get('0')?.name).toBe('Default')
  })

  test('are made once; the same name again is refused so that clients read it', async () => {
    const made = await server.post('experiments/create', { name: 'a\nb', tags: [{ key: 'k', value: 'v\n' }] })
    expect(made.body.experiment_id).toMatch(/^\d{18}$/)
    const again = await server.post('experiments/create', { name: 'a\nb' })
    expect([again.status, again.body.error_code]).toEqual([400, 'RESOURCE_ALREADY_EXISTS'])
    expect(await idOf('a\nb')).toBe(made.body.experiment_id)
    const { body } = await server.get(`experiments/get?experiment_id=${made.body.experiment_id}`)
    expect(body.experiment).toMatchObject({ name: 'a\nb', tags: [{ key: 'k', value: 'v\n' }] })
  })

  test('that are unknown answer RESOURCE_DOES_NOT_EXIST, on which clients make them', async () => {
    const answer = await server.get('experiments/get-by-name?experiment_name=nope')
    expect([answer.status, answer.body]).toEqual([
      404,
      { error_code: 'RESOURCE_DOES_NOT_EXIST', message: "Could not find experiment with name 'nope'" },
    ])
  })

  test.each([
    [{}, 'name'],
    [{ name: '  ' }, 'name'],
    [{ name: 7 }, 'name'],
    [{ name: 'x'.repeat(501) }, 'name'],
    [{ name: 'x', artifact_location: 's3://b/../c' }, 'artifact_location'],
    [{ name: 'x', tags: 'k' }, 'tags'],
    [{ name: 'x', tags: [{ key: 'bad!', value: '' }] }, 'tags[0].key'],
    [{ name: 'x', tags: [{ key: 'k', value: 'v'.repeat(5001) }] }, 'tags[0].value'],
  ])('a creation with a wrong field is refused naming it: %j', async (body, field) => {
    const answer = await server.post('experiments/create', body)
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toContain(`'${field}'`)
    expect(server.backend.writes).toEqual([])
  })

  test('of log files are found by name and id, searched, and real once they are tagged', async () => {
    server.backend.seed([found('r1', 'lit'), found('r2', 'lit'), found('r3', 'other')])
    const id = await idOf('lit')
    expect(id).toBe(experimentIdOf(emptyState, 'lit'))
    const { body } = await server.post('experiments/search', { filter: "name LIKE 'l%'" })
    expect(body.experiments.map((e: { name: string }) => e.name)).toEqual(['lit'])
    const runs = await server.post('runs/search', { experiment_ids: [id] })
    expect(runs.body.runs.map((r: { info: { run_id: string } }) => r.info.run_id)).toEqual(['r1', 'r2'])
    expect(server.backend.state().experiments.size).toBe(0)
    await server.post('experiments/set-experiment-tag', { experiment_id: id, key: 'k', value: 'v' })
    expect(server.backend.state().experiments.get(id)).toMatchObject({
      name: 'lit',
      created: 5,
      tags: { k: 'v' },
    })
    const renamed = await server.post('experiments/update', { experiment_id: id, new_name: 'x' })
    expect(renamed.body.message).toContain('log files')
  })

  test('are deleted and restored with their runs', async () => {
    const { experiment_id } = (await server.post('experiments/create', { name: 'a' })).body
    const run = await server.run({ experiment_id })
    expect((await server.post('experiments/delete', { experiment_id })).body).toEqual({})
    expect((await server.get(`runs/get?run_id=${run}`)).body.run.info.lifecycle_stage).toBe('deleted')
    expect((await server.post('runs/create', { experiment_id })).status).toBe(400)
    expect((await server.post('experiments/create', { name: 'a' })).body.error_code).toBe(
      'RESOURCE_ALREADY_EXISTS',
    )
    const view = async (view_type: string) =>
      (await server.post('experiments/search', { view_type })).body.experiments?.map(
        (e: { name: string }) => e.name,
      )
    expect(await view('DELETED_ONLY')).toEqual(['a'])
    expect(await view('ACTIVE_ONLY')).toEqual(['Default'])
    await server.post('experiments/restore', { experiment_id })
    expect((await server.get(`runs/get?run_id=${run}`)).body.run.info.lifecycle_stage).toBe('active')
  })

  test('are renamed; the old name is free, and gets another id', async () => {
    const { experiment_id } = (await server.post('experiments/create', { name: 'a' })).body
    await server.post('experiments/update', { experiment_id, new_name: 'b' })
    expect(await idOf('b')).toBe(experiment_id)
    expect(await idOf('a')).toBeUndefined()
    const again = (await server.post('experiments/create', { name: 'a' })).body.experiment_id
    expect(again).not.toBe(experiment_id)
    const taken = await server.post('experiments/update', { experiment_id: again, new_name: 'b' })
    expect(taken.body.error_code).toBe('RESOURCE_ALREADY_EXISTS')
  })

  test('lose tags', async () => {
    await server.post('experiments/set-experiment-tag', { experiment_id: '0', key: 'k', value: 'v' })
    expect(
      (await server.post('experiments/delete-experiment-tag', { experiment_id: '0', key: 'k' })).body,
    ).toEqual({})
    const gone = await server.post('experiments/delete-experiment-tag', { experiment_id: '0', key: 'k' })
    expect(gone.body.error_code).toBe('RESOURCE_DOES_NOT_EXIST')
  })

  test('are searched by GET too, in pages', async () => {
    for (const name of ['a', 'b', 'c']) await server.post('experiments/create', { name })
    const first = await server.get(
      'experiments/search?max_results=3&order_by=name%20ASC&order_by=creation_time',
    )
    expect(first.body.experiments).toHaveLength(3)
    const token = encodeURIComponent(first.body.next_page_token)
    const rest = await server.get(
      `experiments/search?max_results=3&order_by=name%20ASC&order_by=creation_time&page_token=${token}`,
    )
    expect(rest.body.experiments.map((e: { name: string }) => e.name)).toEqual(['c'])
    expect(rest.body.next_page_token).toBeUndefined()
  })
})

describe('requests that come at once', () => {
  const slowly = () => {
    server.backend.beforeWrite = () => new Promise((resolve) => setImmediate(resolve))
  }

  test('make an experiment of a name once: the second is told that it is there', async () => {
    slowly()
    const answers = await Promise.all([1, 2, 3].map(() => server.post('experiments/create', { name: 'x' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
    const refused = answers.filter(({ status }) => status === 400)
    expect(refused.map(({ body }) => body.error_code)).toEqual([
      'RESOURCE_ALREADY_EXISTS',
      'RESOURCE_ALREADY_EXISTS',
    ])
  })

  test('give a name to one experiment only', async () => {
    const ids: string[] = []
    for (const name of ['a', 'b'])
      ids.push((await server.post('experiments/create', { name })).body.experiment_id)
    slowly()
    const mlflow = createMlflow(server.backend)
    const answers = await Promise.all(
      ids.map((experiment_id) =>
        mlflow.answer({
          method: 'POST',
          path: '/api/2.0/mlflow/experiments/update',
          query: '',
          type: 'application/json',
          read: async () => Buffer.from(JSON.stringify({ experiment_id, new_name: 'c' })),
        }),
      ),
    )
    expect(answers.map((answer) => answer?.status).sort()).toEqual([200, 400])
  })
})
