// kill -9 in each state of the protocol: the proxy holds the link after byte N, then a side dies there.
import { afterAll, describe, expect, test } from 'vitest'
import { killAll, saying } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, readyHub } from './place.ts'
import { openProxy } from './proxy.ts'
import { until } from './until.ts'

const closing: (() => unknown)[] = []
afterAll(async () => {
  await killAll()
  for (const close of closing) await close()
})

/** Bytes after which a direction stops: the handshake takes about 130 down and 230 up, hello 250, welcome 80. */
const STATES = [
  ['before the handshake', 'up', 0],
  ['in the handshake', 'down', 60],
  ['in hello', 'up', 330],
  ['before the answer to hello', 'down', 129],
  ['in welcome', 'down', 150],
  ['in the first batch', 'up', 700],
  ['in the middle of a frame', 'up', 20_000],
  ['between batch and ack', 'down', 215],
  ['in the first ack', 'down', 225],
] as const

describe.concurrent('kill -9 in each state of the protocol', () => {
  test.each(['hub', 'agent'] as const)(
    'of the %s: every point is stored once',
    { timeout: 80_000 },
    async (victim) => {
      const place = await makePlace()
      const proxy = await openProxy(place.hubPort)
      closing.push(() => proxy.close(), place.remove)
      let hub = await readyHub(place)
      for (const [state, lane, bytes] of STATES) {
        proxy[lane].left = bytes
        const before = proxy.made()
        place.append(400)
        let agent = place.agent(proxy.port)
        await until(
          `held ${state}`,
          10_000,
          () => proxy[lane].left === 0 && proxy.made() > before,
          agent.said,
        )
        await (victim === 'hub' ? hub : agent).kill()
        proxy.cut()
        proxy[lane].left = Number.POSITIVE_INFINITY
        if (victim === 'hub') hub = place.hub()
        else agent = place.agent(proxy.port)
        await saying(hub, /listening on/)
        await caughtUp(place, 15_000, () => `${state}\n${agent.said()}`)
        await agent.kill()
      }
      expect(judge(place).faults).toEqual([])
    },
  )
})
