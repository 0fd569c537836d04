// An agent's API and a hub, in one process, over real HTTP: what the agent answers itself and what it asks the hub.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openAgentPort } from '../../../agents/connect.ts'
import { type StartedAgent, startAgent } from '../../../agents/start.ts'
import { Journal } from '../../../agents/tracking/journal.ts'
import { createApi } from '../../../src/hub/api.ts'
import { Hub } from '../../../src/hub/hub.ts'
import { type Channel, memoryChannels } from '../../../src/protocol/channel.ts'
import type { Listener } from '../../../src/protocol/listener.ts'
import { backupStore, restoreStore } from '../../../src/store/backup.ts'
import { openStore, type Store } from '../../../src/store/store.ts'

interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  readonly body: any
}

interface Host {
  readonly agent: StartedAgent
  readonly port: Listener
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Answered>
}

let folder: string
let store: Store
let hub: Hub
const hosts: Host[] = []
const channels: Channel[] = []

async function startHost(name: string): Promise<Host> {
  const agent = startAgent({
    state: join(folder, name),
    folders: [],
    name,
    role: 'training',
    version: '1',
    hostIntervalMs: 0,
    pollMs: 20,
  })
  const port = await openAgentPort(agent, { host: '127.0.0.1', port: 0 }, undefined)
  const host: Host = {
    agent,
    port,
    async ask(method, path, body) {
      const response = await fetch(`http://127.0.0.1:${port.port}/api/2.0/mlflow/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      return { status: response.status, body: await response.json() }
    },
  }
  hosts.push(host)
  return host
}

async function connect({ agent }: Host): Promise<void> {
  const [mine, theirs] = memoryChannels()
  channels.push(mine)
  hub.serveAgent(theirs)
  void agent.agent.serve(mine)
  while (!store.state().hosts.get(agent.agent.id)?.online)
    await new Promise((resolve) => setImmediate(resolve))
  await agent.agent.caughtUp(true)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'forwarding-'))
  store = openStore(join(folder, 'store.db'))
  hub = new Hub({ store })
  createApi(hub, folder, () => {})
})
afterEach(async () => {
  for (const { port, agent } of hosts.splice(0)) {
    await port.close()
    agent.stop()
  }
  await new Promise((resolve) => setImmediate(resolve))
  channels.length = 0
  hub.close()
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function createRun({ ask }: Host, experiment_id = '0'): Promise<string> {
  const { body } = await ask('POST', 'runs/create', { experiment_id, start_time: 1 })
  return body.run.info.run_id
}
const log = ({ ask }: Host, run_id: string, step: number) =>
  ask('POST', 'runs/log-metric', { run_id, key: 'loss', value: step, step, timestamp: step })

describe('the API of an agent while the hub is away', () => {
  it('takes a whole training, reads it back, and the hub has it afterwards, once', async () => {
    const host = await startHost('a')
    const { body } = await host.ask('POST', 'experiments/create', { name: 'cifar' })
    const run = await createRun(host, body.experiment_id)
    for (let step = 0; step < 20; step++) expect((await log(host, run, step)).status).toBe(200)
    await host.ask('POST', 'runs/log-parameter', { run_id: run, key: 'lr', value: '0.1' })
    await host.ask('POST', 'runs/update', { run_id: run, status: 'FINISHED', end_time: 99 })
    const read = await host.ask('GET', `runs/get?run_id=${run}`)
    expect(read.body.run.info).toMatchObject({ status: 'FINISHED', end_time: 99 })
    expect(store.state().runs.size).toBe(0)
    await connect(host)
    expect(store.state().runs.get(run)).toMatchObject({
      experiment: 'cifar',
      status: 'finished',
      ended: 99,
      params: { lr: '0.1' },
    })
    const { values } = store.points({ owner: run, key: 'loss', x: 'step', points: 0 })
    expect([...values]).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it('refuses the registry at once, with a code that no client retries and the reason', async () => {
    const host = await startHost('a')
    const { status, body } = await host.ask('POST', 'registered-models/create', { name: 'm' })
    expect([status, body.error_code]).toEqual([400, 'BAD_REQUEST'])
    expect(body.message).toMatch(/kept by the mlops hub/)
  })

  it('says of a run that it does not know just that', async () => {
    const host = await startHost('a')
    const { status, body } = await host.ask('GET', 'runs/get?run_id=none')
    expect([status, body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST'])
  })
})

describe('trouble with the API of an agent', () => {
  it('is a refusal while its folder cannot be opened, and over once it can', async () => {
    mkdirSync(join(folder, 'a'))
    const inTheWay = join(folder, 'a', 'tracking')
    writeFileSync(inTheWay, '')
    const host = await startHost('a')
    const { status, body } = await host.ask('POST', 'runs/create', {})
    expect([status, body.error_code]).toEqual([400, 'BAD_REQUEST'])
    rmSync(inTheWay)
    expect((await host.ask('POST', 'runs/create', {})).status).toBe(200)
  })

  it('is none for others when a client goes away in the middle of a request to the registry', async () => {
    const host = await startHost('a')
    await createRun(host)
    const handle = vi.spyOn(host.agent.tracking, 'handle')
    const client = dial(host.port.port, '127.0.0.1')
    client.write(
      'POST /api/2.0/mlflow/registered-models/create HTTP/1.1\r\nhost: 127.0.0.1\r\n' +
        'content-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    await vi.waitFor(() => expect(handle).toHaveBeenCalled())
    client.destroy()
    await expect(handle.mock.results[0]!.value).resolves.toBe(true)
  })

  it('of the disk is a refusal also for what the hub knows', async () => {
    const [one, two] = [await startHost('a'), await startHost('b')]
    await connect(one)
    await connect(two)
    const { body } = await one.ask('POST', 'experiments/create', { name: 'cifar' })
    await one.agent.agent.caughtUp(true)
    const append = vi.spyOn(Journal.prototype, 'append').mockRejectedValueOnce(new Error('no space'))
    const answer = await two.ask('GET', `experiments/get?experiment_id=${body.experiment_id}`)
    append.mockRestore()
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(/no space/)])
  })
})

describe('the API of an agent with a hub', () => {
  it('serves the one registry of the hub', async () => {
    const [one, two] = [await startHost('a'), await startHost('b')]
    await connect(one)
    await connect(two)
    const run = await createRun(one)
    expect(await one.ask('POST', 'registered-models/create', { name: 'm' })).toMatchObject({ status: 200 })
    const made = await two.ask('POST', 'model-versions/create', { name: 'm', source: 's3://x', run_id: run })
    expect(made.body.model_version).toMatchObject({ name: 'm', version: '1', run_id: run })
    await two.ask('POST', 'registered-models/alias', { name: 'm', alias: 'champion', version: '1' })
    const read = await one.ask('GET', 'registered-models/alias?name=m&alias=champion')
    expect(read.body.model_version.version).toBe('1')
    expect(store.state().models.get('m')).toMatchObject({ aliases: { champion: 1 } })
  })

  it('finds runs of all hosts, its own newest included', async () => {
    const [one, two] = [await startHost('a'), await startHost('b')]
    await connect(one)
    await connect(two)
    const runs = [await createRun(one), await createRun(two)]
    const { body } = await two.ask('POST', 'runs/search', { experiment_ids: ['0'] })
    const found = body.runs.map((run: { info: { run_id: string } }) => run.info.run_id)
    expect(found.toSorted()).toEqual(runs.toSorted())
  })

  it('reads and goes on with a run that began on another host', async () => {
    const [one, two] = [await startHost('a'), await startHost('b')]
    await connect(one)
    await connect(two)
    const run = await createRun(one)
    await log(one, run, 1)
    await one.agent.agent.caughtUp(true)
    expect((await two.ask('GET', `runs/get?run_id=${run}`)).body.run.data.metrics).toMatchObject([
      { value: 1 },
    ])
    expect((await log(two, run, 2)).status).toBe(200)
    expect(store.series.get(run)?.get('loss')?.count).toBe(2)
    expect(store.state().runs.get(run)?.host).toBe(one.agent.agent.id)
  })

  it('makes runs in an experiment that only the hub knew, and later without it', async () => {
    const [one, two] = [await startHost('a'), await startHost('b')]
    await connect(one)
    await connect(two)
    const { body } = await one.ask('POST', 'experiments/create', { name: 'cifar' })
    await one.agent.agent.caughtUp(true)
    const run = await createRun(two, body.experiment_id)
    expect(run).toMatch(/^[0-9a-f]{32}$/)
    for (const channel of channels) channel.close('cut by the test')
    expect(await createRun(two, body.experiment_id)).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a hub whose store went back to a backup', () => {
  it('is told again what is missing, and has every point once', async () => {
    const host = await startHost('a')
    await connect(host)
    const run = await createRun(host)
    for (let step = 0; step < 5; step++) await log(host, run, step)
    await host.agent.agent.caughtUp(true)
    const file = join(folder, 'store.db')
    backupStore(file, join(folder, 'backup.db'))
    for (let step = 5; step < 10; step++) await log(host, run, step)
    await host.agent.agent.caughtUp(true)
    hub.close()
    store.close()
    restoreStore(join(folder, 'backup.db'), file, 0)
    store = openStore(file)
    hub = new Hub({ store })
    // As a session does that finds less than its spool has given away.
    host.agent.agent.startAnew()
    await host.agent.agent.renewed()
    await connect(host)
    const { values } = store.points({ owner: run, key: 'loss', x: 'step', points: 0 })
    expect([...values]).toEqual(Array.from({ length: 10 }, (_, i) => i))
  })
})
