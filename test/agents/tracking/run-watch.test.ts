// The watch over runs in injected time: clients, processes and the clock are ours.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../../../agents/tracking/client-process.ts'
import { GONE_MS, HEARTBEAT_MS, judge, SILENCE_MS } from '../../../agents/tracking/liveness.ts'
import type { Sight } from '../../../agents/tracking/process-identity.ts'
import { createRunWatch, type RunWatch } from '../../../agents/tracking/run-watch.ts'
import type { AgentEvent } from '../../../src/protocol/events.ts'
import { createMemoryBackend, type MemoryBackend } from '../../mlflow/memory-backend.ts'

const PID = 2 ** 30
const ours: Client = { pid: PID, started: '1@b/n' }
const hidden: Client = { hidden: 'the client is at 10.0.0.7, not on this host' }

let backend: MemoryBackend
let watch: RunWatch
let sight: Sight
let client: Client
let looked: number
let troubles: string[]

const watchIt = () =>
  createRunWatch({
    backend,
    processMetrics: false,
    onTrouble: (text) => troubles.push(text),
    gpus: { names: async () => new Map(), list: async () => [] },
    findClient: async () => client,
    look: ({ pid }) => {
      looked++
      return pid === PID ? sight : 'alive'
    },
  })
beforeEach(() => {
  backend = createMemoryBackend()
  sight = 'alive'
  client = ours
  looked = 0
  troubles = []
  watch = watchIt()
})
afterEach(() => backend.remove())

const socket = {} as never
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done))
}
const event = (type: AgentEvent['type'], data: object, about = 'r') =>
  ({ type, at: backend.now(), about, data }) as AgentEvent
const write = async (
  events: AgentEvent[],
  points: { step: number }[] = [],
  url = '/mlflow/runs/log-batch',
) => {
  const full = points.map(({ step }) => ({ run: 'r', key: 'loss', step, time: 1, value: 1 }))
  await watch.during({ socket, url }, () => watch.backend.write({ events, points: full }))
  await settle()
}
const found = { name: 'r', experiment: 'Default', source: 'mlflow', path: '', started: 0 }
const create = () =>
  write([event('run.found', found), event('run.status', { status: 'running', ended: null })])
const log = (step: number) => write([], [{ step }])
const pass = async (ms: number) => {
  backend.clock.now += ms
  await watch.tick()
}
const run = () => backend.state().runs.get('r')!

describe('a run whose process is known', () => {
  test('keeps the process in its tags and is found by them after a restart of the agent', async () => {
    await create()
    expect(run().tags).toMatchObject({ 'mlops.pid': String(PID), 'mlops.process_started': '1@b/n' })
    watch = watchIt()
    sight = 'gone'
    await pass(0)
    await pass(GONE_MS)
    expect(run().status).toBe('killed')
  })

  test('is killed once the process has been gone for a while, within a heartbeat', async () => {
    await create()
    sight = 'gone'
    await pass(1000)
    expect(run().status).toBe('running')
    const seen = backend.now()
    for (let ms = 0; ms < HEARTBEAT_MS - 1000; ms += 1000) await pass(1000)
    expect(run()).toMatchObject({
      status: 'killed',
      ended: seen,
      tags: { 'mlops.ended': `the process ${PID} ended without closing the run` },
    })
  })

  test('is left alone when it is closed in that while', async () => {
    await create()
    sight = 'gone'
    await pass(1000)
    await write([event('run.status', { status: 'finished', ended: null })])
    await pass(GONE_MS)
    expect(run().status).toBe('finished')
    expect(run().tags).not.toHaveProperty(['mlops.ended'])
  })

  test('is not judged while its client is writing', async () => {
    await create()
    sight = 'gone'
    await pass(1000)
    let release = () => {}
    backend.beforeWrite = () => new Promise((done) => (release = done))
    const writing = watch.backend.write({
      events: [],
      points: [{ run: 'r', key: 'a', step: 0, time: 1, value: 1 }],
    })
    await pass(GONE_MS)
    expect(run().status).toBe('running')
    backend.beforeWrite = async () => {}
    release()
    await writing
  })

  test('stays running however long it says nothing', async () => {
    await create()
    await pass(10 * SILENCE_MS)
    expect(run().status).toBe('running')
  })

  test('lives on in another process that logs for it', async () => {
    await create()
    client = { pid: PID + 1, started: '2@b/n' }
    const other = {} as never
    await watch.during({ socket: other, url: '/mlflow/runs/log-batch' }, () =>
      watch.backend.write({ events: [], points: [{ run: 'r', key: 'a', step: 0, time: 1, value: 1 }] }),
    )
    await settle()
    expect(run().tags).toMatchObject({ 'mlops.pid': `${PID},${PID + 1}` })
    sight = 'gone'
    await pass(1000)
    await pass(SILENCE_MS)
    expect(run().status).toBe('running')
  })

  test('does not count a bystander who only sets a tag', async () => {
    await create()
    client = { pid: PID + 1, started: '2@b/n' }
    await watch.during({ socket: {} as never, url: '/mlflow/runs/set-tag' }, () =>
      watch.backend.write({ events: [event('run.tags', { tags: { a: 'b' } })] }),
    )
    await settle()
    expect(run().tags['mlops.pid']).toBe(String(PID))
  })
})

describe('a run whose process is not known', () => {
  test('says why, and is stale after half an hour without a word', async () => {
    client = hidden
    await create()
    expect(run().tags).toMatchObject({ 'mlops.context': hidden.hidden })
    await pass(SILENCE_MS - 1)
    expect(run().status).toBe('running')
    await pass(1)
    expect(run()).toMatchObject({
      status: 'stale',
      ended: null,
      tags: { 'mlops.ended': 'nothing was logged for 30 minutes, and its process is not known' },
    })
  })

  test('has time again with everything that it logs', async () => {
    client = hidden
    await create()
    for (let i = 0; i < 5; i++) {
      await pass(SILENCE_MS - 1)
      await log(i)
    }
    expect(run().status).toBe('running')
  })

  test('is stale, not killed, when its process can no longer be seen', async () => {
    await create()
    sight = 'hidden'
    await pass(SILENCE_MS)
    expect(run().status).toBe('stale')
    expect(run().tags['mlops.ended']).toContain('cannot be seen from here')
  })
})

describe('a run that was called over', () => {
  const end = async () => {
    client = hidden
    await create()
    await pass(SILENCE_MS)
    expect(run().status).toBe('stale')
  }

  test('is reopened, visibly, by late data', async () => {
    await end()
    await log(1)
    expect(run()).toMatchObject({
      status: 'running',
      ended: null,
      tags: { 'mlops.reopened': new Date(backend.now()).toISOString() },
    })
    expect(run().tags).not.toHaveProperty(['mlops.ended'])
    await pass(SILENCE_MS)
    expect(run().status).toBe('stale')
  })

  test('ends as its client says, late as it is', async () => {
    await end()
    await write([event('run.status', { status: 'finished', ended: null })])
    expect(run().status).toBe('finished')
    expect(run().tags).not.toHaveProperty(['mlops.ended'])
    expect(run().tags).not.toHaveProperty(['mlops.reopened'])
  })

  test('stays over when its client called it so', async () => {
    await create()
    await write([event('run.status', { status: 'killed', ended: null })])
    await log(1)
    expect(run().status).toBe('killed')
  })
})

describe('the watch', () => {
  test('does nothing while there are no open runs', async () => {
    await watch.tick()
    await create()
    await write([event('run.status', { status: 'finished', ended: null })])
    await pass(1000)
    const before = looked
    await pass(1000)
    expect(looked).toBe(before)
  })

  test('asks whose a connection is once', async () => {
    let asked = 0
    watch = createRunWatch({
      backend,
      processMetrics: false,
      onTrouble: () => {},
      findClient: async () => {
        asked++
        return hidden
      },
    })
    await create()
    for (let i = 0; i < 5; i++) await log(i)
    expect(asked).toBe(1)
  })

  test('tells trouble of the disk and goes on', async () => {
    await create()
    sight = 'gone'
    backend.beforeWrite = async () => {
      throw new Error('no room')
    }
    await pass(1000)
    await pass(GONE_MS)
    expect(troubles).toEqual(['watching runs: no room'])
    backend.beforeWrite = async () => {}
    await pass(1000)
    expect(run().status).toBe('killed')
  })
})

describe('the judgement', () => {
  const signs = { goneSince: 0, heard: 0, now: 10_000 }
  test.each([
    [['gone'], 'killed'],
    [['gone', 'gone'], 'killed'],
    [['gone', 'alive'], undefined],
    [['gone', 'hidden'], undefined],
    [['alive'], undefined],
    [[], undefined],
  ] as const)('of processes that are %j', (sights, status) => {
    const processes = sights.map((each, i) => ({ pid: i + 1, sight: each }))
    expect(judge({ ...signs, processes })?.status).toBe(status)
    const later = judge({ ...signs, processes, now: SILENCE_MS })
    expect(later?.status).toBe(status ?? (sights.some((each) => each === 'alive') ? undefined : 'stale'))
  })
})
