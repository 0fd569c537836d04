import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MlflowError } from '../../src/mlflow/errors.ts'
import { checkKey } from '../../src/mlflow/names.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
let run: string
beforeEach(async () => {
  server = await startServer()
  run = await server.run()
})
afterEach(() => server.close())

const data = async () => (await server.get(`runs/get?run_id=${run}`)).body.run.data
const metric = (more: object = {}) => ({ key: 'loss', value: 1, timestamp: 5, step: 0, ...more })
const logMetric = (more: object = {}) => server.post('runs/log-metric', { run_id: run, ...metric(more) })
const logBatch = (body: object) => server.post('runs/log-batch', { run_id: run, ...body })
const historyOf = async (key: string) =>
  (await server.get(`metrics/get-history?run_id=${run}&metric_key=${encodeURIComponent(key)}`)).body
    .metrics ?? []

describe('log-metric', () => {
  test('keeps numbers that JSON has no word for', async () => {
    await logMetric({ key: 'nan', value: 'NaN' })
    await logMetric({ key: 'inf', value: 'Infinity' })
    await logMetric({ key: 'ninf', value: '-Infinity' })
    await logMetric({ key: 'text', value: '1.5', timestamp: '7', step: '3' })
    const { metrics } = await data()
    expect(metrics).toEqual([
      { key: 'nan', value: 'NaN', timestamp: 5, step: 0 },
      { key: 'inf', value: Number.MAX_VALUE, timestamp: 5, step: 0 },
      { key: 'ninf', value: -Number.MAX_VALUE, timestamp: 5, step: 0 },
      { key: 'text', value: 1.5, timestamp: 7, step: 3 },
    ])
    expect(server.backend.metrics(run).get('inf')?.last.value).toBe(Infinity)
  })

  test('keeps steps beyond 2^53 whole, both ways', async () => {
    const body = `{"run_id":"${run}","key":"big","value":1,"timestamp":5,"step":9223372036854775807}`
    expect((await server.post('runs/log-metric', body)).status).toBe(200)
    expect((await server.get(`runs/get?run_id=${run}`)).text).toContain('"step":9223372036854775807')
    expect((await logMetric({ step: '9223372036854775808' })).body.message).toContain("'step'")
  })

  test('the latest is the one of the highest step, then time, then value, whatever came last', async () => {
    for (const [step, timestamp, value] of [
      [2, 9, 1],
      [3, 1, 2],
      [3, 1, 1],
      [1, 99, 3],
    ])
      await logMetric({ step, timestamp, value })
    expect((await data()).metrics).toEqual([{ key: 'loss', value: 2, timestamp: 1, step: 3 }])
  })

  test('a retry is stored once, also with another order of fields', async () => {
    await logMetric()
    await logMetric()
    await server.post(
      'runs/log-metric',
      `{"step":0, "timestamp":5,"value":1.0,"key":"loss","run_uuid":"${run}"}`,
    )
    expect(server.backend.metrics(run).get('loss')?.count).toBe(1)
    await logMetric({ value: 2 })
    expect(server.backend.metrics(run).get('loss')?.count).toBe(2)
  })

  test('what the disk refused may be sent again', async () => {
    server.backend.beforeWrite = async () => {
      throw new MlflowError('TEMPORARILY_UNAVAILABLE', 'The disk is full.')
    }
    expect((await logMetric()).status).toBe(503)
    server.backend.beforeWrite = async () => {}
    expect((await logMetric()).status).toBe(200)
    expect(server.backend.metrics(run).get('loss')?.count).toBe(1)
  })

  test.each([
    [{ key: undefined }, "Missing value for required parameter 'name'"],
    [
      { key: 'bad name!' },
      'Invalid value "bad name!" for parameter \'name\' supplied: Names may only contain',
    ],
    [{ key: 'x'.repeat(251) }, 'length limit of 250'],
    [{ value: undefined }, "Missing value for required parameter 'value'"],
    [{ value: 'much' }, "'value'"],
    [{ value: ' ' }, "'value'"],
    [{ value: true }, "'value'"],
    [{ value: null }, "'value'"],
    [{ timestamp: undefined }, "Missing value for required parameter 'timestamp'"],
    [{ timestamp: -1 }, "'timestamp'"],
    [{ timestamp: 1.5 }, "'timestamp'"],
    [{ timestamp: 8.64e15 + 1 }, "'timestamp'"],
    [{ step: 0.5 }, "'step'"],
    [{ step: {} }, "'step'"],
    [{ run_id: undefined }, "'run_id'"],
  ])('refuses %j naming the field', async (more, message) => {
    const answer = await logMetric(more)
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toContain(message)
    expect(server.backend.metrics(run).size).toBe(0)
  })
})

describe('log-batch', () => {
  test('writes metrics, params and tags as one', async () => {
    const writes = server.backend.writes.length
    const answer = await logBatch({
      metrics: [metric(), metric({ key: 'acc', step: undefined, run_id: 'other', model_id: 'm' })],
      params: [{ key: 'lr', value: '0.1' }, { key: 'empty' }],
      tags: [
        { key: 'note', value: 'a\r\n\tb' },
        { key: 'mlflow.runName', value: 'renamed' },
      ],
    })
    expect([answer.status, answer.text]).toEqual([200, '{}'])
    expect(server.backend.writes).toHaveLength(writes + 1)
    const { info, data } = (await server.get(`runs/get?run_id=${run}`)).body.run
    expect(info.run_name).toBe('renamed')
    expect(data.params).toEqual([
      { key: 'lr', value: '0.1' },
      { key: 'empty', value: '' },
    ])
    expect(data.tags).toContainEqual({ key: 'note', value: 'a\r\n\tb' })
    expect(data.metrics.map((m: { key: string }) => m.key)).toEqual(['loss', 'acc'])
  })

  test('a param may be set again to what it is, not to another value, and then nothing of the batch is written', async () => {
    await logBatch({ params: [{ key: 'lr', value: '0.1' }] })
    expect((await logBatch({ params: [{ key: 'lr', value: '0.1' }] })).status).toBe(200)
    const writes = server.backend.writes.length
    const answer = await logBatch({
      metrics: [metric()],
      params: [
        { key: 'new', value: '1' },
        { key: 'lr', value: '0.2' },
      ],
    })
    expect(answer.body).toEqual({
      error_code: 'INVALID_PARAMETER_VALUE',
      message: `Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='${run}'. Attempted logging new value '0.2'.`,
    })
    expect(server.backend.writes).toHaveLength(writes)
    expect((await server.post('runs/log-parameter', { run_id: run, key: 'lr', value: '0.2' })).status).toBe(
      400,
    )
    // what every object has is no param
    expect(
      (
        await logBatch({
          params: [
            { key: 'constructor', value: '1' },
            { key: '__proto__', value: '2' },
          ],
        })
      ).status,
    ).toBe(200)
    expect((await data()).params.map((p: { key: string }) => p.key)).toEqual([
      'lr',
      'constructor',
      '__proto__',
    ])
  })

  test('of two that race for a param one wins, though writing takes time', async () => {
    server.backend.beforeWrite = () => new Promise((resolve) => setImmediate(resolve))
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((value) => logBatch({ params: [{ key: 'p', value }] })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  })

  test('a retry with params and metrics doubles nothing', async () => {
    const body = { metrics: [metric(), metric({ step: 1 })], params: [{ key: 'lr', value: '0.1' }] }
    await logBatch(body)
    expect((await logBatch(body)).status).toBe(200)
    expect(server.backend.metrics(run).get('loss')?.count).toBe(2)
  })

  test('a metric that is there twice counts once', async () => {
    await logBatch({
      metrics: [metric(), metric({ value: 2 }), metric(), metric({ value: 'NaN' }), metric({ value: 'NaN' })],
    })
    expect(server.backend.metrics(run).get('loss')?.count).toBe(3)
  })

  test('values above the limits are cut as MLflow does, and the cut param is the same on a retry', async () => {
    const body = {
      params: [{ key: 'p', value: 'x'.repeat(6001) }],
      tags: [{ key: 't', value: '\u200b'.repeat(8001) }],
    }
    for (const _ of [1, 2]) expect((await logBatch(body)).status).toBe(200)
    const { params, tags } = await data()
    expect(params[0].value).toHaveLength(6000)
    expect(tags.find((t: { key: string }) => t.key === 't').value).toHaveLength(8000)
  })

  const many = (count: number, more: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => more(i))
  test.each([
    [{ metrics: many(1001, (step) => metric({ step })) }, 'at most 1000 metrics'],
    [{ params: many(101, (i) => ({ key: `p${i}`, value: '' })) }, 'at most 100 params'],
    [{ tags: many(101, (i) => ({ key: `p${i}`, value: '' })) }, 'at most 100 tags'],
    [
      { metrics: many(1000, (step) => metric({ step })), tags: [{ key: 'a', value: '' }] },
      'at most 1000 metrics, params, and tags',
    ],
    [{ metrics: [metric(), metric({ value: 'x' })] }, "'metrics[1].value'"],
    [{ metrics: [metric(), 5] }, "'metrics[1]'"],
    [{ metrics: [null] }, "'metrics[0]'"],
    [{ metrics: { length: 3 } }, "'metrics'"],
    [{ metrics: [metric({ key: 'a/../b' })] }, "'metrics[0].name'"],
    [
      {
        params: [
          { key: 'a', value: '1' },
          { key: 'a', value: '1' },
        ],
      },
      'Duplicate parameter keys',
    ],
    [{ params: [{ key: 'a', value: 1 }] }, "'params[0].value'"],
    [{ params: [null] }, "'params[0].key'"],
    [{ tags: [{ key: '', value: '' }] }, "'tags[0].key'"],
  ])('refuses a batch with something wrong, and writes nothing of it (%#)', async (body, message) => {
    const writes = server.backend.writes.length
    const answer = await logBatch({ params: [{ key: 'fine', value: '1' }], ...body })
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toContain(message)
    expect(server.backend.writes).toHaveLength(writes)
  })

  test('metrics that come shuffled, ten requests at once, are all there', async () => {
    const steps = Array.from({ length: 200 }, (_, i) => (i * 77) % 200)
    await Promise.all(steps.map((step) => logBatch({ metrics: [metric({ step, timestamp: 5 + step })] })))
    expect((await historyOf('loss')).map((m: { step: number }) => m.step)).toEqual(
      [...steps].sort((a, b) => a - b),
    )
  })

  test('a batch with nothing in it is fine, and writes nothing', async () => {
    const writes = server.backend.writes.length
    expect((await logBatch({})).body).toEqual({})
    expect(server.backend.writes).toHaveLength(writes)
  })

  test('params are sent on in events that fit into a frame', async () => {
    await logBatch({ params: many(100, (i) => ({ key: `p${i}`, value: '漢'.repeat(6000) })) })
    const { events } = server.backend.writes.at(-1)!
    expect(events.length).toBeGreaterThan(1)
    for (const event of events) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(1 << 20)
    expect((await data()).params).toHaveLength(100)
  })
})

describe('tags', () => {
  test('are set again and deleted; one that is not there is not found', async () => {
    await server.post('runs/set-tag', { run_id: run, key: 'a', value: '1' })
    await server.post('runs/set-tag', { run_id: run, key: 'a', value: '2' })
    expect((await data()).tags).toContainEqual({ key: 'a', value: '2' })
    expect((await server.post('runs/delete-tag', { run_id: run, key: 'a' })).body).toEqual({})
    const gone = await server.post('runs/delete-tag', { run_id: run, key: 'a' })
    expect([gone.status, gone.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST'])
    expect((await server.post('runs/delete-tag', { run_id: run, key: 'toString' })).status).toBe(404)
  })
})

describe('checkKey', () => {
  const passes = (key: unknown) => {
    try {
      checkKey(key, 'key')
      return true
    } catch (error) {
      expect(error).toBeInstanceOf(MlflowError)
      expect((error as MlflowError).message).toContain("'key'")
      return false
    }
  }

  test.each(['a', 'train/loss', 'a b', 'a.b-c:d_e', 'größe', '损失', 'a..b', '.a', 'a/.b', '_'])(
    'takes %s',
    (key) => {
      expect(passes(key)).toBe(true)
    },
  )

  test.each([
    '',
    '.',
    '..',
    '../a',
    '/a',
    'a/',
    'a//b',
    'a/./b',
    'a/../b',
    'a\nb',
    'a@b',
    '..a',
    'a/..',
    '\ud800',
    5,
    null,
  ])('refuses %j', (key) => {
    expect(passes(key)).toBe(false)
  })

  test('lets no key pass that names another path or holds a control character', () => {
    const part = fc.constantFrom('.', '..', '/', 'a', ' ', '-', 'b')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const key = parts.join('')
        const names = key.split('/')
        const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..')
        expect(passes(key)).toBe(isPlain && !key.startsWith('..'))
      }),
    )
  })
})
