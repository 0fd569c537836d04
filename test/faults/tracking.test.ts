// Training code that logs to the agent's API while the hub is away and while agent and hub are killed: it notices
// nothing but a connection to make again, and every point it was confirmed is in the hub's store once.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../../src/store/store.ts'
import { type Daemon, killAll, saying } from './daemon.ts'
import { freePort, makePlace, type Place, readyHub } from './place.ts'
import { pause, until } from './until.ts'

let place: Place
let port: number
beforeEach(async () => {
  place = await makePlace()
  port = await freePort()
})
afterEach(async () => {
  await killAll()
  place.remove()
})

async function startAgent(): Promise<Daemon> {
  const hub = `ws://127.0.0.1:${place.hubPort}`
  const agent = place.agent(place.hubPort, '--listen', `127.0.0.1:${port}`, '--hub', hub)
  await saying(agent, /listening on/)
  return agent
}

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  readonly body: any
}

/** Asks as MLflow's client does: where there is no answer, the same again. */
async function ask(path: string, body: object): Promise<Answer> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/2.0/mlflow/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: await response.json() }
    } catch {
      await pause(50)
    }
  }
}

async function createRun(): Promise<string> {
  const { body } = await ask('runs/create', { experiment_id: '0', start_time: 1 })
  return body.run.info.run_id
}

const logged = (run_id: string, step: number) =>
  ask('runs/log-batch', { run_id, metrics: [{ key: 'loss', value: step / 8, step, timestamp: 1000 + step }] })

function withStore<T>(read: (store: Store) => T): T {
  const store = openStore(place.store, { readonly: true })
  try {
    return read(store)
  } finally {
    store.close()
  }
}

const stepsOf = (run: string) =>
  withStore((store) => [...store.points({ owner: run, key: 'loss', x: 'step', points: 0 }).steps].map(Number))

async function arrived(run: string, count: number): Promise<void> {
  const there = () => {
    try {
      return withStore((store) => store.series.get(run)?.get('loss')?.count ?? 0)
    } catch {
      return 0
    }
  }
  await until(
    'the hub has all points',
    20_000,
    () => there() >= count,
    () => there(),
  )
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('training code that logs to an agent', { timeout: 90_000 }, () => {
  test('notices nothing of a hub that is away for the whole run, and all of it arrives afterwards, once', async () => {
    await startAgent()
    const run = await createRun()
    let slowest = 0
    for (const step of upTo(300)) {
      const start = performance.now()
      expect((await logged(run, step)).status).toBe(200)
      slowest = Math.max(slowest, performance.now() - start)
    }
    await ask('runs/update', { run_id: run, status: 'FINISHED', end_time: 9 })
    // MLflow's own client waits four minutes for a server that is away.
    expect(slowest).toBeLessThan(2000)
    await readyHub(place)
    await arrived(run, 300)
    expect(stepsOf(run)).toEqual(upTo(300))
    await until('the run has ended', 10_000, () =>
      withStore((store) => store.state().runs.get(run)?.status === 'finished'),
    )
  })

  test('has every point stored once, whatever is killed between its requests and within them', async () => {
    let agent = await startAgent()
    let hub = await readyHub(place)
    const run = await createRun()
    let stopped = false
    const killing = (async () => {
      for (let i = 0; i < 8; i++) {
        await pause(350)
        await agent.kill()
        agent = await startAgent()
        if (i % 3 !== 1) continue
        await hub.kill()
        hub = await readyHub(place)
      }
      stopped = true
    })()
    let step = 0
    while (!stopped) {
      expect((await logged(run, step)).status).toBe(200)
      step++
    }
    await killing
    await arrived(run, step)
    await pause(500)
    expect(stepsOf(run)).toEqual(upTo(step))
  })
})
