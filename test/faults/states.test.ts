// kill -9 in each state of the protocol: the proxy holds the link after byte N, then a side dies there.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { killAll, saying } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place, readyHub } from './place.ts'
import { openProxy, type Proxy } from './proxy.ts'
import { until } from './until.ts'

let place: Place
let proxy: Proxy
beforeEach(async () => {
  place = await makePlace()
  proxy = await openProxy(place.hubPort)
})
afterEach(async () => {
  await killAll()
  await proxy.close()
  place.remove()
})

/** Bytes after which a direction stops: the handshake takes about 130 down and 230 up, hello 250, welcome 70. */
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
  ['in a later ack', 'down', 400],
] as const

describe('kill -9 in each state of the protocol', () => {
  test.each(['hub', 'agent'] as const)('of the %s: every point is stored once', { timeout: 60_000 }, async (victim) => {
    let hub = await readyHub(place)
    for (const [state, lane, bytes] of STATES) {
      proxy[lane].left = bytes
      place.append(400)
      let agent = place.agent(proxy.port)
      await until(`held ${state}`, 10_000, () => proxy[lane].left === 0 && proxy.made() > 0, agent.said)
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
  })
})
