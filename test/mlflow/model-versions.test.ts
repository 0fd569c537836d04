// Model versions over HTTP: numbers, sources, stages, deletion, search.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, startServer, type TestServer } from './server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer({
    onError: (error) => {
      throw error
    },
  })
  await server.post('registered-models/create', { name: 'm' })
})
afterEach(() => server.close())

const make = (more: object = {}): Promise<Answer> =>
  server.post('model-versions/create', { name: 'm', source: 's3://bucket/m', ...more })
const get = (version: number | string) => server.get(`model-versions/get?name=m&version=${version}`)
const remove = (version: string) => server.post('model-versions/delete', { name: 'm', version }, 'DELETE')
const uri = async (version: string) =>
  (await server.get(`model-versions/get-download-uri?name=m&version=${version}`)).body.artifact_uri
const numbers = (body: { model_versions?: { version: string }[] }) =>
  (body.model_versions ?? []).map(({ version }) => version)

describe('a version', () => {
  test('is READY, with what it was made from, and is described and tagged', async () => {
    const now = server.backend.clock.now
    const made = await make({ run_id: 'r', run_link: 'http://x/y', description: 'd', user_id: 'ann' })
    expect(made.body.model_version).toEqual({
      name: 'm',
      version: '1',
      creation_timestamp: now,
      last_updated_timestamp: now,
      current_stage: 'None',
      description: 'd',
      source: 's3://bucket/m',
      run_id: 'r',
      status: 'READY',
      run_link: 'http://x/y',
    })
    // MLflow's own server does not tell it; the console does.
    expect(server.backend.state().versions.get('m/1')?.user).toBe('ann')
    server.backend.clock.now += 1
    const numbered = { name: 'm', version: '1' }
    await server.post('model-versions/set-tag', { ...numbered, key: 'a', value: 'line\nline' })
    await server.post('model-versions/set-tag', { ...numbered, key: 'b', value: '' })
    await server.post('model-versions/delete-tag', { ...numbered, key: 'b' }, 'DELETE')
    await server.post('model-versions/update', { ...numbered, description: 'e' }, 'PATCH')
    const { model_version: version } = (await get(1)).body
    expect(version).toMatchObject({ description: 'e', tags: [{ key: 'a', value: 'line\nline' }] })
    expect(version.last_updated_timestamp).toBe(now + 1)
  })

  test('has the user of its run, where the request names none', async () => {
    const run_id = await server.run({ experiment_id: '0', user_id: 'bob' })
    await make({ run_id })
    expect(server.backend.state().versions.get('m/1')?.user).toBe('bob')
  })

  test('counts up, also when many are made at once; a deleted number is not given again', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => make()))
    expect(made.map(({ body }) => body.model_version.version).sort()).toEqual(['1', '2', '3', '4', '5'])
    await remove('5')
    expect((await make()).body.model_version.version).toBe('6')
    expect((await get(5)).body.message).toBe('Model Version (name=m, version=5) not found')
  })

  test.each([['0'], ['-1'], ['1.5'], ['x'], ['1e3'], ['9'.repeat(30)]])(
    'is not number %s',
    async (number) => {
      const { status, body } = await get(number)
      expect([status, body.message]).toEqual([
        400,
        expect.stringContaining('Model version must be a whole number from 1 on'),
      ])
    },
  )

  test.each([
    [{ source: '' }, 'source'],
    [{ source: undefined }, 'source'],
    [{ source: 'mlflow-artifacts:/1/../../etc' }, "'..'"],
    [{ source: 'mlflow-artifacts:/1/%2e%2e/x' }, "'..'"],
    [{ source: 'x\u001b[2J' }, 'cannot be shown'],
    [{ source: 's'.repeat(5000) }, 'length'],
    [{ run_id: 'r'.repeat(257) }, 'run_id'],
    [{ source: 'models:/a/b/c' }, 'expected models:/name/version'],
  ])('is not made from %j', async (more, message) => {
    const { status, body } = await make(more)
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)])
    expect(server.backend.state().versions.size).toBe(0)
  })

  test('of a model or logged model that is not there is refused with 404', async () => {
    expect((await make({ name: 'other' })).status).toBe(404)
    expect((await make({ source: 'models:/m-1234' })).status).toBe(404)
    expect((await make({ model_id: 'm-1234' })).status).toBe(404)
    expect((await make({ source: 'models:/m/7' })).status).toBe(404)
    expect((await make({ source: 'models:/m@champion' })).status).toBe(404)
  })
})

describe('the files of a version', () => {
  test('of a run are where the run keeps them', async () => {
    const run = await server.run({ experiment_id: '0' })
    expect((await make({ source: `runs:/${run}/model` })).body.model_version.run_id).toBe(run)
    expect(await uri('1')).toBe(`mlflow-artifacts:/0/${run}/artifacts/model`)
  })

  test("of a logged model are where it has them; its run is the version's", async () => {
    const run = await server.run({ experiment_id: '0' })
    const logged = await server.post('logged-models', { experiment_id: '0', name: 'net', source_run_id: run })
    const id = logged.body.model.info.model_id
    const { model_version: version } = (await make({ source: `models:/${id}` })).body
    expect(version).toMatchObject({ source: `models:/${id}`, run_id: run })
    expect(server.backend.state().versions.get('m/1')?.loggedModel).toBe(id)
    expect(await uri('1')).toBe(`mlflow-artifacts:/0/models/${id}/artifacts`)
  })

  test('of a copy are those of what was copied, also when the alias has moved on', async () => {
    await make({ source: 's3://one' })
    await make({ source: 's3://two' })
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '1' })
    await make({ source: 'models:/m@champion' })
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '2' })
    expect((await get(3)).body.model_version.source).toBe('models:/m/1')
    expect(await uri('3')).toBe('s3://one')
  })

  test('elsewhere have the address that was given', async () => {
    await make({ source: 's3://bucket/a b' })
    expect(await uri('1')).toBe('s3://bucket/a b')
  })
})

describe('stages', () => {
  const stage = (version: string, stage: string, more: object = {}) =>
    server.post('model-versions/transition-stage', { name: 'm', version, stage, ...more })
  const stages = async () =>
    (await server.get('model-versions/search?order_by=version_number')).body.model_versions.map(
      (version: { current_stage: string }) => version.current_stage,
    )

  test('are taken in any case; others in the stage are archived in the same write where asked', async () => {
    for (let i = 0; i < 3; i++) await make()
    await stage('1', 'production')
    await stage('2', 'Production')
    const { length } = server.backend.writes
    await stage('3', 'PRODUCTION', { archive_existing_versions: true })
    expect(server.backend.writes.length).toBe(length + 1)
    expect(await stages()).toEqual(['Archived', 'Archived', 'Production'])
    await stage('3', 'Production', { archive_existing_versions: true })
    expect(server.backend.writes.at(-1)!.events.map(({ data }) => data)).toEqual([
      { version: 3, stage: 'Production' },
    ])
  })

  test('that are none, and archiving for a stage that is not active, are refused', async () => {
    await make()
    expect((await stage('1', 'Live')).body.message).toBe(
      'Invalid Model Version stage: Live. Value must be one of None, Staging, Production, Archived.',
    )
    expect((await stage('1', 'None', { archive_existing_versions: true })).body.message).toContain(
      "because 'None' is not an Active stage",
    )
    expect(await stages()).toEqual(['None'])
  })

  test('each have a latest version', async () => {
    for (let i = 0; i < 4; i++) await make()
    await stage('1', 'Production')
    await stage('2', 'Production')
    const latest = (body: object) =>
      server.post('registered-models/get-latest-versions', { name: 'm', ...body })
    expect(numbers((await latest({})).body)).toEqual(['2', '4'])
    expect(numbers((await latest({ stages: ['production'] })).body)).toEqual(['2'])
    expect((await latest({ stages: ['Staging'] })).body).toEqual({})
    expect((await latest({ stages: ['x'] })).status).toBe(400)
    expect(
      numbers((await server.get('registered-models/get-latest-versions?name=m&stages=None')).body),
    ).toEqual(['4'])
  })
})

describe('a version that an alias stands for', () => {
  test('cannot be deleted; the refusal names the alias', async () => {
    await make()
    await make()
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '1' })
    const refused = await remove('1')
    expect([refused.status, refused.body.error_code]).toEqual([409, 'RESOURCE_CONFLICT'])
    expect(refused.body.message).toContain("alias 'champion' stands for it")
    await server.post('registered-models/alias', { name: 'm', alias: 'champion', version: '2' })
    expect((await remove('1')).status).toBe(200)
    expect((await remove('1')).status).toBe(404)
  })
})

test('versions are searched by name, number, run, source and tags, newest change first', async () => {
  await make({ run_id: 'r1', tags: [{ key: 'k', value: 'v' }] })
  server.backend.clock.now++
  await make({ run_id: 'r2', source: 's3://other' })
  server.backend.clock.now++
  await server.post('registered-models/create', { name: 'n' })
  await make({ name: 'n', run_id: 'r3' })
  const search = async (filter: string, more = '') =>
    numbers((await server.get(`model-versions/search?filter=${encodeURIComponent(filter)}${more}`)).body)
  expect(await search("name = 'm'")).toEqual(['2', '1'])
  expect(await search("name='m'", '&order_by=version_number+ASC&max_results=10000')).toEqual(['1', '2'])
  expect(await search("run_id IN ('r1', 'r3') AND name = 'm'")).toEqual(['1'])
  expect(await search("version_number >= 2 AND source_path LIKE 's3://o%'")).toEqual(['2'])
  expect(await search("tags.k = 'v'")).toEqual(['1'])
  expect((await server.get('model-versions/search?max_results=200001')).status).toBe(400)
})
