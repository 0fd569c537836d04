import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { jsonl } from '../../../agents/sources/jsonl.ts'
import { type Api, findApi, openApi, placesOf, type Reply } from '../../../agents/track/api.ts'
import { createDelivery } from '../../../agents/track/delivery.ts'
import { createLeftovers, rowsOf, type TrackPoint } from '../../../agents/track/leftovers.ts'
import { keyOf } from '../../../agents/track/tracked-run.ts'
import { checkKey } from '../../../src/mlflow/names.ts'
import { startServer, type TestServer } from '../../mlflow/server.ts'
import { readPieces } from '../sources/reading.ts'

let folder: string
let server: TestServer
let said: string[]
let now: number
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'track-'))
  server = await startServer()
  said = []
  now = 1_000_000
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const point = (step: number, value = step): TrackPoint => ({ key: 'loss', step, time: 5, value })
const files = () => readdirSync(folder).filter((name) => /^mlops-track-\d{8}T\d{6}\.jsonl$/.test(name))
const rows = () =>
  readFileSync(join(folder, files()[0]!), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

/** A server that can be switched off. */
function switched() {
  const state = { away: false, asked: [] as string[] }
  const open = (): Api => {
    const api = openApi(server.url)
    return {
      ...api,
      ask: async (path, body): Promise<Reply> => {
        if (state.away) return { kind: 'away', message: 'unplugged' }
        state.asked.push(path)
        return api.ask(path, body)
      },
    }
  }
  return { state, open }
}

function delivery(find: () => Promise<Api | undefined>, maxPoints?: number) {
  const spec = { name: 'first', experiment: 'mine', tags: { a: 'b' }, started: now }
  return createDelivery({
    spec,
    params: { lr: '0.1' },
    find,
    leftovers: createLeftovers(folder, 0, () => ({ lr: '0.1' })),
    say: (text) => said.push(text),
    now: () => now,
    ...(maxPoints !== undefined && { maxPoints }),
  })
}

const theRun = () => [...server.backend.state().runs.values()][0]!
const steps = async () => Array.from((await server.backend.history(theRun().id, 'loss')).steps)

describe('the delivery to a server', () => {
  test('makes the run in its experiment, logs in groups of one request, closes it', async () => {
    const { state, open } = switched()
    const run = delivery(async () => open())
    for (let i = 0; i < 2500; i++) run.point(point(i))
    await run.tick()
    expect(state.asked.filter((path) => path === 'runs/log-batch')).toHaveLength(1 + 3)
    await run.end('FAILED', { 'mlops.exit_code': '3' })
    expect(theRun()).toMatchObject({
      name: 'first',
      experiment: 'mine',
      status: 'failed',
      params: { lr: '0.1' },
      tags: { a: 'b', 'mlops.exit_code': '3' },
    })
    expect(await steps()).toHaveLength(2500)
    expect(files()).toEqual([])
    expect(said).toEqual([])
  })

  test('keeps points while the server is away, says so once, and sends each once when it is back', async () => {
    const { state, open } = switched()
    const run = delivery(async () => open())
    run.point(point(0))
    await run.tick()
    state.away = true
    for (let i = 1; i < 20; i++) {
      run.point(point(i))
      now += 60_000
      await run.tick()
    }
    expect(said).toHaveLength(1)
    state.away = false
    now += 60_000
    await run.tick()
    await run.end('FINISHED', {})
    expect(await steps()).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(files()).toEqual([])
  })

  test('waits longer after each failure', async () => {
    let asked = 0
    const run = delivery(async () => {
      asked++
      return undefined
    })
    for (let i = 0; i < 120; i++) {
      now += 500
      await run.tick()
    }
    expect(asked).toBeGreaterThan(5)
    expect(asked).toBeLessThan(12)
  })

  test('writes what nobody took to a file, with its params', async () => {
    const run = delivery(async () => undefined)
    run.point(point(1, 0.5))
    run.point({ ...point(1, 0.25), key: 'acc' })
    run.point(point(2, 0.125))
    await run.end('FINISHED', {})
    const time = new Date(5).toISOString()
    expect(rows()).toEqual([
      { params: { lr: '0.1' } },
      { step: 1, time, loss: 0.5, acc: 0.25 },
      { step: 2, time, loss: 0.125 },
    ])
    expect(said.at(-1)).toContain(files()[0])
    const bytes = readFileSync(join(folder, files()[0]!))
    expect(jsonl.sniff(bytes, files()[0]!)).toBe('log')
    expect(readPieces(jsonl, bytes, [])).toMatchObject({
      points: expect.arrayContaining(['loss 1 0.5', 'acc 1 0.25', 'loss 2 0.125']),
      params: { lr: '0.1' },
      problems: [],
    })
  })

  test('moves the oldest points to the file when there are too many to keep', async () => {
    const { open } = switched()
    let api: Api | undefined
    const run = delivery(async () => api, 100)
    for (let i = 0; i < 150; i++) run.point(point(i))
    api = open()
    await run.end('FINISHED', {})
    const kept = rows()
      .slice(1)
      .map(({ step }) => step)
    expect([...kept, ...(await steps())]).toEqual(Array.from({ length: 150 }, (_, i) => i))
    expect(kept.length).toBeGreaterThan(0)
  })

  test('keeps in the file what the server refuses', async () => {
    const { open } = switched()
    const run = delivery(async () => open())
    await run.tick()
    server.backend.seed([{ type: 'run.deleted', at: 1, about: theRun().id, data: {} }])
    run.point(point(4))
    await run.end('FINISHED', {})
    expect(rows()[1]).toMatchObject({ step: 4, loss: 4 })
    expect(said[0]).toContain('refuses')
  })

  test('says how much was lost where the disk takes nothing', async () => {
    rmSync(folder, { recursive: true })
    const run = delivery(async () => undefined)
    run.point(point(1))
    await run.end('FINISHED', {})
    expect(said.at(-1)).toContain('1 values were lost')
  })
})

describe('the places to log to', () => {
  test('are what was said, else the environment, the agent and the hub', () => {
    expect(placesOf('http://x', { MLFLOW_TRACKING_URI: 'http://y' })).toEqual(['http://x'])
    expect(placesOf(undefined, { MLFLOW_TRACKING_URI: 'http://y' })[0]).toBe('http://y')
    expect(placesOf(undefined, { MLFLOW_TRACKING_URI: 'file:./mlruns' })).toEqual([
      'http://127.0.0.1:7431',
      'http://127.0.0.1:7430',
    ])
  })

  test('are taken in order, passing over those that do not answer', async () => {
    const found = await findApi(['http://127.0.0.1:1', server.url, 'http://127.0.0.1:2'])
    expect(found?.url).toBe(server.url)
    found?.close()
    expect(await findApi(['http://127.0.0.1:1'])).toBeUndefined()
  })
})

describe('what servers and files are given', () => {
  test.each(['Acc@1', "l2's", 'a/../b', '/x', 'x/', '..', '', 'loss', 'ü', 'a'.repeat(400)])(
    'a key that servers take: %s',
    (key) => expect(checkKey(keyOf(key), 'key')).toBe(keyOf(key)),
  )

  test('rows hold NaN, infinities and 64-bit steps, and one value a key', () => {
    const huge = 2n ** 62n
    expect(
      rowsOf([
        { key: 'a', step: huge, time: 0, value: Number.NaN },
        { key: 'a', step: huge, time: 0, value: Number.NEGATIVE_INFINITY },
      ]),
    ).toBe(
      `{"step":${huge},"time":"1970-01-01T00:00:00.000Z","a":NaN}\n{"step":${huge},"time":"1970-01-01T00:00:00.000Z","a":-Infinity}\n`,
    )
    expect(rowsOf([])).toBe('')
  })
})
