// Agent and hub in one process: what a source hands over is in the store exactly once.
import { readdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import { memoryChannels } from '../../src/protocol/channel.ts'
import { makePair, type Pair } from '../helpers/pair.ts'

let pair: Pair
beforeEach(() => {
  pair = makePair()
})
afterEach(() => pair.close())

const upTo = (total: number) => Array.from({ length: total }, (_, i) => i)

describe('delivery', () => {
  test('brings every point once and in order', async () => {
    const agent = pair.startAgent(5000)
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(5000))
    expect(pair.hub.world().state.hosts.get(agent.id)).toMatchObject({ name: 'host', online: true })
  })

  test('resumes where the hub stands after the link broke in the middle', async () => {
    const agent = pair.startAgent(5000, 50)
    for (let i = 0; i < 5; i++) {
      const { cut, ended } = pair.connect(agent)
      await new Promise((resolve) => setImmediate(resolve))
      cut()
      await ended
    }
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(5000))
  })

  test('loses nothing and doubles nothing when the hub restarts between two sessions', async () => {
    const agent = pair.startAgent(3000, 50)
    const first = pair.connect(agent)
    await new Promise((resolve) => setImmediate(resolve))
    pair.restartHub()
    await first.ended
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(3000))
  })

  test('keeps what was read while no hub was there', async () => {
    let agent = pair.startAgent(2000, 500)
    await new Promise((resolve) => setTimeout(resolve, 0))
    agent.stop()
    agent = pair.startAgent(2000, 500)
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(2000))
  })

  test('a new store makes the agent read everything anew, and once', async () => {
    const agent = pair.startAgent(30_000, 1000)
    const first = pair.connect(agent)
    await agent.caughtUp()
    pair.hub.close()
    await first.ended
    pair.store.close()
    for (const end of ['', '-wal', '-shm']) rmSync(join(pair.folder, `store.db${end}`), { force: true })
    pair.restartStore()
    const refused = pair.connect(agent)
    expect(await refused.ended).toMatch(/reading everything anew/)
    await agent.renewed()
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(30_000))
  })

  test('a spool that went back (its end was damaged) is noticed: nothing is taken for stored that is not', async () => {
    let agent = pair.startAgent(300)
    const { ended } = pair.connect(agent)
    await agent.caughtUp()
    agent.stop()
    await ended
    const spool = join(pair.folder, 'spool')
    const last = readdirSync(spool)
      .filter((file) => file.endsWith('.seg'))
      .sort()
      .at(-1)!
    // Into the second of its three batches.
    truncateSync(join(spool, last), 2500)
    agent = pair.startAgent(400, 37)
    expect(await pair.connect(agent).ended).toMatch(/its spool went back/)
    await agent.renewed()
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(400))
  })

  test('a batch that the hub can never take is given up after three tries: a gap that says why, then on', async () => {
    const agent = pair.startAgent(20, 10)
    pair
      .spoolOf(agent)
      .append('run', ['{"type":"batch","seq":1,"at":0,"events":[],"points":{"series":5}}'], {})
    for (let i = 0; i < 3; i++) expect(await pair.connect(agent).ended).toMatch(/points.series/)
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(20))
    const gaps = pair.store.events({ since: 0, limit: 100 }).filter(({ type }) => type === 'agent.gap')
    expect(gaps).toHaveLength(1)
    expect(gaps[0]!.data).toMatchObject({
      batches: 1,
      reason: expect.stringMatching(/not valid 3 times: points.series/),
    })
    expect(readdirSync(join(pair.folder, 'spool', 'quarantine'))).toHaveLength(1)
  })

  test('a disk that is full in the middle of a poll: what could not be written is read again', async () => {
    const agent = pair.startAgent(30_000, 9000)
    const spool = pair.spoolOf(agent)
    const append = spool.append.bind(spool)
    let failures = 3
    spool.append = (...words) => {
      if (spool.next > 1 && failures-- > 0) throw new Error('ENOSPC')
      append(...words)
    }
    pair.connect(agent)
    await agent.caughtUp()
    expect(failures).toBeLessThan(1)
    expect(pair.values()).toEqual(upTo(30_000))
  })

  test('after a long time apart, what is new arrives beside the backlog, and all of it once', async () => {
    const agent = pair.startAgent(4000, 5)
    while (pair.spoolOf(agent).next < 401) await new Promise((resolve) => setImmediate(resolve))
    const backlog = 5 * (pair.spoolOf(agent).next - 1)
    const { cut, ended } = pair.connect(agent)
    let seen = pair.values()
    while (seen.every((value) => value < backlog)) {
      await new Promise((resolve) => setImmediate(resolve))
      seen = pair.values()
    }
    expect(seen.length).toBeLessThan(backlog)
    // In the middle of it the link breaks: the next session fills the holes.
    cut()
    await ended
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(4000))
    expect(pair.store.mark(agent.id, pair.spoolOf(agent).identity.epoch)).toMatchObject({ beyond: [] })
    expect(pair.store.series.get('run')?.get('n')?.last.value).toBe(3999)
  })

  test('a spool that cannot be read ends the session, not the agent', async () => {
    const agent = pair.startAgent(500, 50)
    const spool = pair.spoolOf(agent)
    const frame = spool.frame.bind(spool)
    const { ended } = pair.connect(agent)
    await agent.caughtUp()
    spool.frame = () => {
      throw new Error('EIO: i/o error, read')
    }
    spool.append('run', ['{"type":"batch","seq":11,"at":0,"events":[],"points":{}}'], {})
    expect(await ended).toMatch(/EIO/)
    spool.frame = frame
  })

  test('a caller who says nothing does not take the place of the hub', async () => {
    const agent = pair.startAgent(500, 50)
    pair.connect(agent)
    const [mute] = memoryChannels()
    void agent.serve(mute)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(500))
  })

  test('a replaced spool replaces the points of its runs instead of doubling them', async () => {
    const agent = pair.startAgent(1000)
    const { ended } = pair.connect(agent)
    await agent.caughtUp()
    agent.startAnew()
    await ended
    await agent.renewed()
    pair.connect(agent)
    await agent.caughtUp()
    expect(pair.values()).toEqual(upTo(1000))
  })
})

describe('a session', () => {
  const hello = (change: object = {}) =>
    JSON.stringify({
      type: 'agent.hello',
      protocol: PROTOCOL,
      agent: 'a',
      epoch: 'e',
      instance: 'i',
      name: 'n',
      role: 'training',
      version: '1',
      first: 1,
      next: 1,
      ...change,
    })
  const batch = (seq: number, change: object = {}) =>
    JSON.stringify({
      type: 'batch',
      seq,
      at: 1,
      events: [],
      points: { series: [], counts: [], steps: [], times: [], values: [] },
      ...change,
    })

  /** Sends frames to the hub and resolves with what came back and why it ended. */
  async function converse(...frames: string[]): Promise<{
    got: { type: string; high?: number; taken?: number; reason?: string }[]
    ended: string | undefined
  }> {
    const [mine, theirs] = memoryChannels()
    const got: { type: string }[] = []
    let ended: string | undefined
    mine.receive(
      (frame) => got.push(JSON.parse(frame)),
      (reason) => {
        ended = reason
      },
    )
    pair.hub.serveAgent(theirs)
    for (const frame of frames) mine.send(frame)
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
    return { got, ended }
  }

  test('acks a repeated batch without storing it again', async () => {
    const points = { series: [['run', 'n']], counts: [1], steps: [0], times: [0], values: [1] }
    const { got } = await converse(hello(), batch(1, { points }), batch(1, { points }), batch(2))
    expect(got.filter(({ type }) => type === 'ack').map(({ taken }) => taken)).toEqual([1, 2, 3])
    expect(pair.values()).toEqual([1])
  })

  test('what an older session of the same agent has taken is stored before the new one resumes', async () => {
    const points = { series: [['run', 'n']], counts: [1], steps: [0], times: [0], values: [1] }
    const ends = [memoryChannels(), memoryChannels()] as const
    const got: { type: string; high?: number }[] = []
    ends[0][0].receive(
      () => {},
      () => {},
    )
    ends[1][0].receive(
      (frame) => got.push(JSON.parse(frame)),
      () => {},
    )
    for (const [, theirs] of ends) pair.hub.serveAgent(theirs)
    ends[0][0].send(hello())
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
    // Both are read in one turn: the batch of the old link, the hello of the new one.
    ends[0][0].send(batch(1, { points }))
    ends[1][0].send(hello())
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(got[0]).toMatchObject({ type: 'welcome', high: 1 })
    expect(pair.values()).toEqual([1])
  })

  test('what a session that has just ended has taken is stored before the next one resumes', async () => {
    const points = { series: [['run', 'n']], counts: [1], steps: [0], times: [0], values: [1] }
    const ends = [memoryChannels(), memoryChannels()] as const
    const got: { type: string; high?: number }[] = []
    ends[1][0].receive(
      (frame) => got.push(JSON.parse(frame)),
      () => {},
    )
    const [old, next] = ends.map(([, theirs]) => pair.hub.serveAgent(theirs)) as [
      ReturnType<typeof pair.hub.serveAgent>,
      ReturnType<typeof pair.hub.serveAgent>,
    ]
    old.receive(hello())
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
    // All read in one turn: the last batch and the end of the old link, the hello of the new one.
    old.receive(batch(1, { points }))
    old.closed('reset by peer')
    next.receive(hello())
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
    expect(got[0]).toMatchObject({ type: 'welcome', high: 1 })
  })

  test('blames no batch for a call that is not valid', async () => {
    const call = JSON.stringify({ type: 'call', id: 1, method: 'GET', url: 'x'.repeat(20_000), body: '' })
    const { got, ended } = await converse(hello(), batch(1), call)
    expect(got.map(({ type }) => type)).not.toContain('rejected')
    expect(ended).toMatch(/bad frame: url/)
  })

  test('answers a call whose answer is too long for a frame with a refusal that says so, and goes on', async () => {
    const call = JSON.stringify({ type: 'call', id: 1, method: 'GET', url: '/x', body: '' })
    for (const body of ['x'.repeat(500_000), '"'.repeat(399_000), '\u4e2d'.repeat(399_000)]) {
      pair.hub.answerCalls(async () => ({ status: 200, body: JSON.stringify({ body }) }))
      const { got, ended } = await converse(hello(), call, batch(1))
      const result = got.find(({ type }) => type === 'result')
      expect(result).toMatchObject({ id: 1, status: 413, body: expect.stringMatching(/too long/) })
      expect(ended).toBeUndefined()
    }
  })

  test('a repeated batch is not acked before it is on disk', async () => {
    const commit = pair.store.commit.bind(pair.store)
    pair.store.commit = (units) => {
      if (units.some((each) => each.batch)) throw new Error('disk is full')
      return commit(units)
    }
    const { got, ended } = await converse(hello(), batch(1), batch(1))
    expect(got.filter(({ type }) => type === 'ack')).toEqual([])
    expect(ended).toMatch(/disk is full/)
  })

  test('refuses a copy of a connected agent: same id and epoch, another process', async () => {
    const [mine, theirs] = memoryChannels()
    let first: string | undefined
    mine.receive(
      () => {},
      (reason) => {
        first = reason
      },
    )
    pair.hub.serveAgent(theirs)
    mine.send(hello())
    await new Promise((resolve) => setImmediate(resolve))
    const { got } = await converse(hello({ instance: 'copy' }))
    expect(got[0]).toMatchObject({ type: 'refused', reason: 'another agent with the id a is connected' })
    expect(first).toBeUndefined()
  })

  test('takes batches in any order, each once, and tells the next session which are there', async () => {
    const point = (n: number) => ({
      points: { series: [['run', 'n']], counts: [1], steps: [n], times: [n], values: [n] },
    })
    const sent = [1, 7, 8, 3, 7, 3].map((seq) => batch(seq, point(seq)))
    const { got } = await converse(hello({ next: 9 }), ...sent)
    expect(got.filter(({ type }) => type === 'ack').at(-1)).toMatchObject({ taken: 6 })
    expect(pair.values()).toEqual([1, 3, 7, 8])
    // Point 3 was made before 8 and came after it: 8 stays the last one, also after a restart.
    const last = () => pair.store.series.get('run')?.get('n')?.last.value
    expect(last()).toBe(8)
    pair.restartHub()
    pair.store.close()
    pair.restartStore()
    expect(last()).toBe(8)
    const again = await converse(hello({ next: 9 }))
    const beyond = [
      [3, 3],
      [7, 8],
    ]
    expect(again.got[0]).toMatchObject({ type: 'welcome', high: 1, beyond })
  })

  test('ends when there are more holes between batches than a commit should write', async () => {
    const scattered = Array.from({ length: 600 }, (_, i) => batch(2 * i + 1))
    const { ended } = await converse(hello(), ...scattered)
    expect(ended).toMatch(/more than 512 holes/)
  })

  test.each([
    ['another protocol', [hello({ protocol: 99 })], /speaks protocol 2, the agent 99/],
    ['no hello', [batch(1)], /first message must be agent.hello/],
    ['a second hello', [hello(), hello()], /second hello/],
    ['garbage', ['{"type":'], /not JSON/],
    [
      'a point that is null',
      [
        hello(),
        batch(1, { points: { series: [['r', 'k']], counts: [1], steps: [1], times: [1], values: [null] } }),
      ],
      /points.values\[0\]/,
    ],
  ])('ends on %s, with the reason, and counts it', async (_, frames, reason) => {
    const { ended, got } = await converse(...frames)
    expect(ended).toMatch(reason)
    if (got.at(-1)?.type !== 'refused') expect(pair.hub.counters.badFrames).toBe(1)
  })

  test('refuses a second agent with the same id but another epoch', async () => {
    const [mine, theirs] = memoryChannels()
    mine.receive(
      () => {},
      () => {},
    )
    pair.hub.serveAgent(theirs)
    mine.send(hello())
    await new Promise((resolve) => setImmediate(resolve))
    const { ended } = await converse(hello({ epoch: 'other' }))
    expect(ended).toMatch(/another agent with the id a is connected/)
  })

  test('leaves the host offline, with the reason, when it ends', async () => {
    await converse(hello(), hello())
    expect(pair.hub.world().state.hosts.get('a')).toMatchObject({
      online: false,
      reason: 'bad frame: a second hello',
    })
  })
})
