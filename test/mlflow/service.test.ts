import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fromJson, int64, toJson } from '../../src/mlflow/json.ts'
import { MAX_BODY } from '../../src/mlflow/request-body.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
const faults: unknown[] = []
beforeEach(async () => {
  faults.length = 0
  server = await startServer({ version: '9.9.9', onError: (error) => faults.push(error) })
})
afterEach(() => server.close())

const json = { 'content-type': 'application/json' }

/** What the server says to bytes as they are. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => (text += chunk))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('paths', () => {
  test('that are not of MLflow are left to others', async () => {
    for (const path of [
      '/',
      '/metrics',
      '/api/2.0/other',
      '/api/2.0/mlflow',
      '/api/1.0/mlflow/runs/get',
      '/healthz',
      '/constructor',
    ])
      expect([path, (await server.send(path)).status]).toEqual([path, 418])
  })

  test('say that the server is well, what version it follows, and what it is', async () => {
    expect((await server.send('/health')).text).toBe('OK')
    expect((await server.send('/version')).text).toBe('9.9.9')
    expect((await server.send('/api/3.0/mlflow/server-info')).body).toEqual({
      store_type: 'SqlStore',
      workspaces_enabled: false,
    })
  })

  test('are the same for browsers', async () => {
    expect(
      (await server.send('/ajax-api/2.0/mlflow/experiments/get?experiment_id=0')).body.experiment.name,
    ).toBe('Default')
  })

  test.each([
    ['GET', 'runs/nope', 404],
    ['POST', 'runs/get', 405],
    ['GET', 'runs/create', 405],
    ['PUT', 'runs/log-batch', 405],
    ['GET', '', 404],
    ['GET', 'runs//get', 404],
    ['GET', 'runs/get/', 404],
    ['PATCH', 'traces/a/b/c', 404],
  ])('%s %s is no endpoint: %d', async (method, path, status) => {
    const answer = await server.send(`/api/2.0/mlflow/${path}`, {
      method,
      ...(method !== 'GET' && { body: '{' }),
    })
    expect([answer.status, answer.type, answer.body.error_code]).toEqual([
      status,
      'application/json',
      'ENDPOINT_NOT_FOUND',
    ])
  })

  test('with a percent sign that means nothing are refused', async () => {
    const answer = await raw(
      'GET /api/2.0/mlflow/logged-models/%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400[\s\S]*BAD_REQUEST/)
  })
})

describe('bodies', () => {
  test.each([
    ['not JSON', 'run_id=1'],
    ['half a JSON', '{"run_id": "a'],
    ['a bare NaN', '{"value": NaN}'],
    ['a list', '[]'],
    ['a text', '"a"'],
    ['null', 'null'],
    ['deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('that are %s are refused with a 400 in JSON', async (_, body) => {
    const answer = await server.post('runs/log-batch', body)
    expect([answer.status, answer.type, answer.body.error_code]).toEqual([
      400,
      'application/json',
      'BAD_REQUEST',
    ])
  })

  test('need the type application/json, which a form of a web page cannot have', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', '']) {
      const init = { method: 'POST', headers: { 'content-type': type }, body: '{"name":"x"}' }
      const answer = await server.send('/api/2.0/mlflow/experiments/create', init)
      expect([type, answer.status, answer.body.error_code]).toEqual([type, 400, 'INVALID_PARAMETER_VALUE'])
    }
    const charset = { 'content-type': 'Application/JSON; charset=utf-8' }
    const init = { method: 'POST', headers: charset, body: '{"name":"x"}' }
    expect((await server.send('/api/2.0/mlflow/experiments/create', init)).status).toBe(200)
  })

  test('may be missing where nothing is asked for', async () => {
    const answer = await server.send('/api/2.0/mlflow/runs/create', { method: 'POST', headers: json })
    expect(answer.status).toBe(200)
  })

  test('of DELETE are read', async () => {
    const answer = await server.post('registered-models/delete', { name: 'nope' }, 'DELETE')
    expect([answer.status, answer.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST'])
  })

  test('above 16 MiB are refused, and the client gets to read why', async () => {
    const answer = await server.post('experiments/create', JSON.stringify({ name: 'x'.repeat(MAX_BODY) }))
    expect([answer.status, answer.body.error_code]).toEqual([400, 'BAD_REQUEST'])
    expect((await server.send('/health')).text).toBe('OK')
  })

  test('that end halfway leave nothing behind', async () => {
    const head =
      'POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n'
    await raw(`${head}content-length: 1000\r\n\r\n{"name":`)
    expect(server.backend.writes).toEqual([])
    expect(faults).toEqual([])
  })

  test('with unknown fields pass', async () => {
    expect((await server.post('experiments/create', { name: 'x', future: { a: [1] } })).status).toBe(200)
  })

  test('of any JSON never make a fault of the server', async () => {
    const run = await server.run()
    const paths = [
      'experiments/create',
      'experiments/search',
      'runs/create',
      'runs/update',
      'runs/search',
      'runs/log-batch',
    ]
    const more = [
      'runs/log-metric',
      'runs/log-inputs',
      'runs/outputs',
      'runs/log-model',
      'runs/set-tag',
      'traces',
    ]
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom('a', 'm-1', 5, [{}], [null], [{ key: 'a' }]),
    )
    const key = fc.constantFrom(
      'name',
      'key',
      'value',
      'timestamp',
      'tags',
      'params',
      'metrics',
      'datasets',
      'models',
      'filter',
      'order_by',
      'status',
      'model_json',
      'experiment_id',
      'experiment_ids',
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths, ...more), fc.dictionary(key, value), async (path, body) => {
        const answer = await server.post(path, { run_id: run, ...body })
        expect([200, 400, 404]).toContain(answer.status)
        expect(answer.type).toBe('application/json')
        expect(typeof answer.body).toBe('object')
      }),
      { numRuns: 300 },
    )
    expect(faults).toEqual([])
  })
})

describe('text from clients', () => {
  test('is stored so that no terminal obeys it, and read back with its lines', async () => {
    const run = await server.run({ run_name: 'a\u001b[2Jb' })
    await server.post('runs/set-tag', { run_id: run, key: 'note', value: 'x\ny\u001b]0;t\u0007\u202e' })
    const stored = server.backend.state().runs.get(run)!
    expect(stored.name).toBe('a␛[2Jb')
    expect(stored.tags.note).toBe('x␊y␛]0;t␇<U+202E>')
    const { data } = (await server.get(`runs/get?run_id=${run}`)).body.run
    expect(data.tags).toContainEqual({ key: 'note', value: 'x\ny␛]0;t␇<U+202E>' })
  })

  test('is echoed clean and short', async () => {
    const answer = await server.get(`runs/get?run_id=${encodeURIComponent(`\u001b[2J${'x'.repeat(5000)}`)}`)
    expect(answer.body.message).not.toMatch(/\u001b/)
    expect(answer.body.message.length).toBeLessThan(300)
  })
})

describe('trouble', () => {
  test('of the system may pass: 503 with a time to come again, and no detail', async () => {
    server.backend.beforeWrite = async () => {
      throw Object.assign(new Error('/secret/path is full'), { code: 'ENOSPC' })
    }
    const response = await fetch(`${server.url}/api/2.0/mlflow/runs/create`, {
      method: 'POST',
      headers: json,
      body: '{}',
    })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await response.text()).not.toContain('secret')
    expect(faults).toHaveLength(1)
  })

  test.each(['ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE', 'SQLITE_CORRUPT', 'SQLITE_CONSTRAINT_UNIQUE', 'EROFS'])(
    'that the next try would meet too is no 5xx: %s',
    async (code) => {
      server.backend.beforeWrite = async () => {
        throw Object.assign(new Error('secret'), { code })
      }
      const answer = await server.post('runs/create')
      expect([answer.status, answer.body.error_code]).toEqual([400, 'INTERNAL_ERROR'])
      expect(answer.text).not.toContain('secret')
    },
  )

  test('of our own making does not pass: no 5xx, which clients would retry for minutes', async () => {
    server.backend.beforeWrite = async () => {
      throw new TypeError('undefined is not a function')
    }
    const answer = await server.post('runs/create')
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INTERNAL_ERROR'])
    expect(answer.body.message).not.toContain('function')
    expect(faults).toHaveLength(1)
  })
})

describe('traces', () => {
  test('of 2.x clients begin and end', async () => {
    const begun = await server.post('traces', {
      experiment_id: '7',
      timestamp_ms: 100,
      tags: [{ key: 'a', value: 'b' }],
    })
    const { request_id } = begun.body.trace_info
    const ended = await server.post(`traces/${request_id}`, { timestamp_ms: 130, status: 'OK' }, 'PATCH')
    expect(ended.body.trace_info).toMatchObject({
      request_id,
      experiment_id: '7',
      execution_time_ms: 30,
      status: 'OK',
    })
    expect((await server.post(`traces/${request_id}`, {}, 'PATCH')).status).toBe(404)
  })

  test('of 3.x clients are taken, whatever they hold', async () => {
    for (const trace of [
      {},
      { trace_info: null },
      { trace_info: { trace_location: 5, tags: 'x' } },
      5,
      null,
    ]) {
      const init = { method: 'POST', headers: json, body: JSON.stringify({ trace }) }
      expect((await server.send('/api/3.0/mlflow/traces', init)).status).toBe(200)
    }
    const spans = await server.send('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: createHash('sha512').update('spans').digest(),
    })
    expect([spans.status, spans.type, spans.text]).toEqual([200, 'application/x-protobuf', ''])
    expect(faults).toEqual([])
  })
})

describe('JSON', () => {
  test('keeps any int64 in a step, and nothing in a text is taken for one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string(), (step, text) => {
        const isSafe = Number.isSafeInteger(Number(step))
        const written = toJson({ step: int64(isSafe ? Number(step) : step), text })
        expect(written).toContain(`"step":${step}`)
        const read = fromJson(
          `{"step" : ${step}, "text":${JSON.stringify(`"step":1234567890123456789 ${text}`)}}`,
        )
        expect(BigInt(read.step as string | number)).toBe(step)
        expect(read.text).toBe(`"step":1234567890123456789 ${text}`)
      }),
    )
  })
})
