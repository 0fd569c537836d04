// A console's link to a hub, through the wire and without one: the same answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linkToStore } from '../../src/app/store-link.ts'
import { RemoteLink } from '../../src/client/remote-link.ts'
import { alertsOf } from '../../src/core/alerts.ts'
import type { NewEvent } from '../../src/core/events.ts'
import { type HubLink, Refused } from '../../src/core/link.ts'
import type { World } from '../../src/core/world.ts'
import { Hub } from '../../src/hub/hub.ts'
import { admit } from '../../src/hub/server.ts'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import { memoryChannels } from '../../src/protocol/channel.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { openStore, type Store } from '../../src/store/store.ts'

let folder: string
let store: Store
let hub: Hub
let clock: number
const links: HubLink[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'console-'))
  clock = 1000
  store = openStore(join(folder, 'store.db'))
  hub = new Hub({ store, now: () => clock })
})
afterEach(() => {
  for (const link of links.splice(0)) link.close()
  hub.close()
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

async function remote(): Promise<RemoteLink> {
  const connect = async () => {
    const [mine, theirs] = memoryChannels()
    admit(hub, theirs, 'test')
    return mine
  }
  const link = new RemoteLink({ connect, where: 'a test', version: 'test' })
  await link.open()
  links.push(link)
  return link
}
const linkBy = async (way: string): Promise<HubLink> => (way === 'over the wire' ? remote() : hub.link())
const WAYS = ['over the wire', 'in the process']

const found = (about: string): NewEvent => ({
  type: 'run.found',
  at: 1,
  about,
  data: { name: about, experiment: 'x', source: 'csv', path: `/${about}`, started: null },
})
const connected: NewEvent = {
  type: 'host.connected',
  at: 1,
  about: 'h',
  data: { name: 'gpu', role: 'training', version: '1', epoch: 'e' },
}
const gone = (at: number): NewEvent => ({
  type: 'host.disconnected',
  at,
  about: 'h',
  data: { reason: 'power' },
})

function push(owner: string, times: readonly number[], values: readonly number[]): void {
  const buffer = new PointBuffer()
  for (const [i, time] of times.entries()) buffer.add(owner, 'loss', i, time, values[i]!)
  const points = buffer.take()
  const frame = JSON.stringify({ type: 'batch', seq: 1, points: toWirePoints(points) })
  store.commit([
    {
      by: 'agent:h',
      events: [],
      batch: { from: { agent: 'h', epoch: 'e', seq: 1, mark: { high: 1, beyond: [] } }, points, frame },
    },
  ])
}

const plain = ({ state, series, presence, at }: World) => ({ state, series, presence, at })

describe.each(WAYS)('the past, %s', (way) => {
  test('is the world of then: its rows, its summaries, its alerts, and nobody present', async () => {
    store.commit([{ by: 'hub', events: [connected, found('a')] }], 100)
    store.commit([{ by: 'agent:h', events: [gone(190), found('b')] }], 200)
    push('a', [50, 150, 250], [1, Number.NaN, 3])
    const link = await linkBy(way)
    const { state, series, presence, at } = await link.worldAt(150)
    expect([state.seq, [...state.runs.keys()], at, presence.size]).toEqual([2, ['a'], 150, 0])
    expect(series.get('a')?.get('loss')).toMatchObject({ count: 2, last: { step: 1, value: Number.NaN } })
    const alerts = alertsOf({ state, series, presence }, 150)
    expect(alerts.map(({ id }) => id)).toEqual(['run.diverged:a:loss'])
    expect(link.world().state.seq).toBe(4)
  })

  test('is the same as in the process, many rows included', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `r${i}`)
    store.commit([{ by: 'agent:h', events: [connected, gone(5), ...ids.map(found)] }], 100)
    for (const id of ids.slice(0, 40)) push(id, [50, 60], [1, Number.POSITIVE_INFINITY])
    await hub.act({ action: 'alert.ack', about: 'host.offline:h', note: 'mine' }, 'ada')
    const link = await linkBy(way)
    expect(plain(await link.worldAt(5000))).toEqual(plain(await hub.worldAt(5000)))
    expect((await link.worldAt({ seq: 2 })).state.hosts.get('h')).toMatchObject({ online: false })
  })

  test('has its charts too', async () => {
    push('a', [50, 150, 250], [1, 2, 3])
    const link = await linkBy(way)
    const { times } = await link.points({ owner: 'a', key: 'loss', x: 'step', until: 150, points: 0 })
    expect([...times]).toEqual([50, 150])
  })

  test('is given up when another moment is asked for', async () => {
    store.commit(
      [{ by: 'agent:h', events: Array.from({ length: 20_000 }, (_, i) => found(`r${i % 9}`)) }],
      100,
    )
    store.commit([{ by: 'agent:h', events: [found('late')] }], 200)
    const link = await linkBy(way)
    const [older, newer] = await Promise.allSettled([link.worldAt(150), link.worldAt(99)])
    expect(older).toMatchObject({ status: 'rejected', reason: { message: 'another moment was asked for' } })
    expect(newer).toMatchObject({ status: 'fulfilled', value: { state: { seq: 0 } } })
  })
})

describe.each(WAYS)('an alert, %s', (way) => {
  const OFFLINE = 'host.offline:h'
  const user = userInfo().username

  test('is acknowledged by the user of this process, on disk before it is told', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const link = await linkBy(way)
    await link.act({ action: 'alert.ack', about: OFFLINE, note: 'fan\u001b[31m' })
    expect(store.events({ since: 2, limit: 10 })).toMatchObject([
      {
        type: 'alert.acknowledged',
        about: OFFLINE,
        at: 1000,
        by: `user:${user}`,
        data: { opened: 10, note: 'fan\u241b[31m' },
      },
    ])
    expect(alertsOf(hub.world(), clock)[0]).toMatchObject({ state: 'acknowledged', owner: user })
  })

  test('is silenced for a time, and that is taken back', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const link = await linkBy(way)
    await link.act({ action: 'alert.silence', about: OFFLINE, until: 5000 })
    expect(alertsOf(hub.world(), 4999)[0]).toMatchObject({ state: 'silenced', until: 5000, owner: user })
    await link.act({ action: 'alert.unsilence', about: OFFLINE })
    expect(alertsOf(hub.world(), 4999)[0]).toMatchObject({ state: 'firing', owner: null })
  })

  test('is given to somebody while it still fires, keeps its owner when silenced, not when acknowledged', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const link = await linkBy(way)
    const now = () => alertsOf(hub.world(), clock)[0]
    await link.act({ action: 'alert.assign', about: OFFLINE })
    expect(now()).toMatchObject({ state: 'firing', owner: user, note: null })
    await link.act({ action: 'alert.assign', about: OFFLINE, to: 'bob\u001b', note: 'yours' })
    expect(now()).toMatchObject({ state: 'firing', owner: 'bob\u241b', note: 'yours' })
    await link.act({ action: 'alert.silence', about: OFFLINE, until: 5000 })
    expect(now()).toMatchObject({ state: 'silenced', owner: 'bob\u241b', until: 5000 })
    expect(alertsOf(hub.world(), 5000)[0]).toMatchObject({ state: 'firing', owner: 'bob\u241b', until: null })
    await link.act({ action: 'alert.ack', about: OFFLINE })
    expect(now()).toMatchObject({ state: 'acknowledged', owner: user })
    await link.act({ action: 'alert.assign', about: OFFLINE, to: 'eve' })
    expect(now()).toMatchObject({ state: 'acknowledged', owner: 'eve' })
    store.commit([{ by: 'hub', events: [connected, gone(20)] }], 20)
    expect(now()).toMatchObject({ state: 'firing', owner: null })
  })

  test.each([
    [{ action: 'alert.assign', about: OFFLINE, to: ' ' }, /given to somebody/],
    [{ action: 'alert.ack', about: 'host.offline:x' }, /no alert host.offline:x now/],
    [{ action: 'alert.unsilence', about: OFFLINE }, /neither acknowledged nor silenced/],
    [{ action: 'alert.silence', about: OFFLINE, until: 1000 }, /later than now/],
    [{ action: 'alert.silence', about: OFFLINE, until: 4e13 }, /within a year/],
  ] as const)('is refused in words: %j', async (action, reason) => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const link = await linkBy(way)
    const failure = await link.act(action).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Refused)
    expect((failure as Refused).message).toMatch(reason)
    expect((failure as Refused).hint).not.toBe('')
    expect(store.state().seq).toBe(2)
  })

  test('says why when the disk does not take it', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const link = await linkBy(way)
    store.commit = () => {
      throw new Error('disk is full')
    }
    await expect(link.act({ action: 'alert.ack', about: OFFLINE })).rejects.toThrow('disk is full')
  })
})

describe('a link', () => {
  test('shows what others do to alerts, in its first picture and in changes', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    const early = await remote()
    await hub.act({ action: 'alert.ack', about: 'host.offline:h' }, 'ada')
    const late = await remote()
    expect(late.world().state.acks).toEqual(store.state().acks)
    await expect.poll(() => early.world().state.acks).toEqual(store.state().acks)
  })

  test('hears that its hub is in trouble, at once or later, and that it is over', async () => {
    let shortage: string | undefined = 'only 3 MiB free'
    hub.close()
    hub = new Hub({ store, now: () => clock, space: { shortage: () => shortage } })
    const link = await remote()
    await expect.poll(() => link.status()).toMatchObject({ connected: true, trouble: 'only 3 MiB free' })
    shortage = undefined
    await expect.poll(() => link.status().trouble).toBeNull()
    shortage = 'only 2 MiB free'
    await expect.poll(() => link.status().trouble).toBe('only 2 MiB free')
  })

  test('names the store of its hub', async () => {
    expect((await remote()).status().hub).toBe(store.id)
    expect(hub.link().status().hub).toBe(store.id)
  })

  test('to a file looks back too, but changes nothing', async () => {
    store.commit([{ by: 'hub', events: [connected] }], 100)
    store.commit([{ by: 'hub', events: [gone(200)] }], 200)
    const link = linkToStore(store, 'store.db')
    expect((await link.worldAt(150)).state.hosts.get('h')).toMatchObject({ online: true })
    await expect(link.act({ action: 'alert.ack', about: 'host.offline:h' })).rejects.toThrow(Refused)
  })
})

describe('a hostile console', () => {
  /** Sends frames behind a hello; resolves with why the hub ended it, or the last answer. */
  function say(...frames: unknown[]): Promise<string> {
    const [mine, theirs] = memoryChannels()
    admit(hub, theirs, 'test')
    return new Promise((resolve) => {
      mine.receive((frame) => {
        if (/"(answer|failed)"/.test(frame)) {
          mine.close('')
          resolve(frame)
        }
      }, resolve)
      mine.send(JSON.stringify({ type: 'console.hello', protocol: PROTOCOL, version: 'x' }))
      for (const frame of frames) mine.send(JSON.stringify(frame))
    })
  }

  test.each([
    [{ type: 'ask.at', id: 1, moment: 1e300 }],
    [{ type: 'ask.at', id: 1, moment: '1' }],
    [{ type: 'ask.at', id: 1, moment: { seq: -1 } }],
    [{ type: 'do', id: 1, by: 'x', action: { action: 'alert.drop', about: 'x' } }],
    [{ type: 'do', id: 1, by: 5, action: { action: 'alert.ack', about: 'x' } }],
    [{ type: 'do', id: 1, by: 'x', action: { action: 'alert.silence', about: 'x' } }],
  ])('is cut off for %j', async (frame) => {
    expect(await say(frame)).toMatch(/^bad frame/)
    expect(hub.counters.badFrames).toBe(1)
  })

  test('cannot forge a name with control characters, nor speak as the hub', async () => {
    store.commit([{ by: 'hub', events: [connected, gone(10)] }], 10)
    await say({ type: 'do', id: 1, by: 'hub\n', action: { action: 'alert.ack', about: 'host.offline:h' } })
    expect(store.events({ since: 2, limit: 1 })[0]!.by).toBe('user:hub\u240a')
  })

  test('far ahead or before all is an answer', async () => {
    store.commit([{ by: 'hub', events: [connected] }], 10)
    expect(await say({ type: 'ask.at', id: 1, moment: { seq: 1e9 } })).toContain('"seq":1')
    expect(await say({ type: 'ask.at', id: 1, moment: -8e15 })).toContain('"seq":0')
  })
})
