// Registered models over HTTP: their life, their limits, and what is refused.
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

const make = (name: string, more: object = {}) => server.post('registered-models/create', { name, ...more })
const get = (name: string) => server.get(`registered-models/get?name=${encodeURIComponent(name)}`)
const version = (name: string, more: object = {}) =>
  server.post('model-versions/create', { name, source: 's3://bucket/m', ...more })
const names = (body: { registered_models?: { name: string }[] }) =>
  (body.registered_models ?? []).map(({ name }) => name)

describe('a registered model', () => {
  test('is made, described, tagged, renamed and deleted, with times in ms', async () => {
    const made = await make('m', { description: 'two\nlines', tags: [{ key: 'team', value: 'a' }] })
    const now = server.backend.clock.now
    expect(made.body.registered_model).toEqual({
      name: 'm',
      creation_timestamp: now,
      last_updated_timestamp: now,
      description: 'two\nlines',
      tags: [{ key: 'team', value: 'a' }],
    })
    server.backend.clock.now += 5
    await server.post('registered-models/set-tag', { name: 'm', key: 'k', value: '1' })
    await server.post('registered-models/delete-tag', { name: 'm', key: 'team' }, 'DELETE')
    await server.post('registered-models/update', { name: 'm', description: 'new' }, 'PATCH')
    expect((await get('m')).body.registered_model).toEqual({
      name: 'm',
      creation_timestamp: now,
      last_updated_timestamp: now + 5,
      description: 'new',
      tags: [{ key: 'k', value: '1' }],
    })
    const renamed = await server.post('registered-models/rename', { name: 'm', new_name: 'n' })
    expect(renamed.body.registered_model.name).toBe('n')
    expect((await get('m')).status).toBe(404)
    expect((await server.post('registered-models/delete', { name: 'n' }, 'DELETE')).body).toEqual({})
    expect((await get('n')).body).toEqual({
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: 'Registered Model with name=n not found',
    })
  })

  test('keeps versions, aliases and its count through a rename', async () => {
    await make('m')
    await version('m')
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '1' })
    await server.post('registered-models/rename', { name: 'm', new_name: 'n' })
    const { registered_model: model } = (await get('n')).body
    expect(model.aliases).toEqual([{ alias: 'champion', version: '1' }])
    expect(model.latest_versions.map((one: { name: string }) => one.name)).toEqual(['n'])
    expect((await version('n')).body.model_version.version).toBe('2')
  })

  test('is there once: a name that is taken is refused in the words that clients wait for', async () => {
    await make('m')
    await make('n')
    for (const again of [make('m'), server.post('registered-models/rename', { name: 'n', new_name: 'm' })])
      expect((await again).body).toEqual({
        error_code: 'RESOURCE_ALREADY_EXISTS',
        message: 'Registered Model (name=m) already exists.',
      })
    expect((await server.post('registered-models/rename', { name: 'm', new_name: 'm' })).status).toBe(200)
  })

  test('made twice at once is made once', async () => {
    const answers = await Promise.all([make('m'), make('m'), make('m')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  test.each([[''], ['  '], ['a/b'], ['a:b'], ['x'.repeat(257)], ['a\u001b[2J'], ['a\u202eb']])(
    'may not be called %j',
    async (name) => {
      const { status, body } = await make(name)
      expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
      expect(body.message).toContain("parameter 'name'")
    },
  )

  test.each([
    [{ tags: [{ key: 'k'.repeat(251), value: '' }] }],
    [{ tags: [{ key: '../k', value: '' }] }],
    [{ tags: [{ key: 'k', value: 'v'.repeat(100_001) }] }],
    [{ tags: 'no list' }],
    [{ description: 'd'.repeat(100_001) }],
    [{ description: 5 }],
  ])('is not made with %j', async (more) => {
    expect((await make('m', more)).body.error_code).toBe('INVALID_PARAMETER_VALUE')
    expect((await get('m')).status).toBe(404)
  })

  test('takes names that other languages and JavaScript use', async () => {
    for (const name of ['модель 1', 'constructor', 'a b.c-d']) {
      expect((await make(name)).status).toBe(200)
      expect((await get(name)).body.registered_model.name).toBe(name)
    }
    expect((await get('toString')).status).toBe(404)
  })

  test('is not deleted while an alias stands for one of its versions', async () => {
    await make('m')
    await version('m')
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '1' })
    const refused = await server.post('registered-models/delete', { name: 'm' }, 'DELETE')
    expect(refused.status).toBe(409)
    expect(refused.body.message).toContain("alias 'champion' stands for it")
    await server.post('registered-models/alias', { name: 'm', alias: 'champion' }, 'DELETE')
    expect((await server.post('registered-models/delete', { name: 'm' }, 'DELETE')).status).toBe(200)
    expect(server.backend.state().versions.size).toBe(0)
  })
})

describe('registered models are searched', () => {
  beforeEach(async () => {
    await make('apple', { tags: [{ key: 'team', value: 'a' }] })
    await make('Banana')
    await make('prompt', { tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] })
  })
  const search = (query: string) => server.get(`registered-models/search?${query}`)

  test('by name and tags, in the order of names', async () => {
    expect(names((await search('')).body)).toEqual(['Banana', 'apple', 'prompt'])
    expect(names((await search(`filter=${encodeURIComponent("name ILIKE 'b%'")}`)).body)).toEqual(['Banana'])
    expect(names((await search(`filter=${encodeURIComponent("tags.team = 'a'")}`)).body)).toEqual(['apple'])
    expect(names((await search('order_by=name+DESC')).body)).toEqual(['prompt', 'apple', 'Banana'])
  })

  test('without prompts, as 3.x clients ask', async () => {
    const filter = encodeURIComponent("name LIKE '%' AND tag.`mlflow.prompt.is_prompt` != 'true'")
    expect(names((await search(`filter=${filter}&order_by=name+ASC`)).body)).toEqual(['Banana', 'apple'])
  })

  test('page by page, 1000 at most', async () => {
    const first = (await search('max_results=2')).body
    expect(names(first)).toEqual(['Banana', 'apple'])
    const token = encodeURIComponent(first.next_page_token)
    const last = (await search(`max_results=2&page_token=${token}`)).body
    expect(last).not.toHaveProperty('next_page_token')
    expect(names(last)).toEqual(['prompt'])
    expect((await search('max_results=1001')).status).toBe(400)
    expect((await search(`order_by=name&page_token=${token}`)).body.message).toContain(
      'another filter or order',
    )
  })
})
