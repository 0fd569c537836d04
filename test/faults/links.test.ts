// The link between agent and hub breaks in every way that a proxy can break it.
import { afterAll, describe, expect, test } from 'vitest'
import { type Daemon, killAll, saying } from './daemon.ts'
import { caughtUp, eventsOf, judge } from './oracle.ts'
import { makePlace, type Place, readyHub } from './place.ts'
import { type FaultProxy, openProxy } from './proxy.ts'
import { until } from './until.ts'

const closing: (() => unknown)[] = []
afterAll(async () => {
  await killAll()
  for (const close of closing) await close()
})

async function linked(...hubFlags: string[]): Promise<{ place: Place; proxy: FaultProxy; hub: Daemon }> {
  const place = await makePlace()
  const proxy = await openProxy(place.hubPort)
  closing.push(() => proxy.close(), place.remove)
  return { place, proxy, hub: await readyHub(place, ...hubFlags) }
}

const settled = (place: Place) => {
  expect(judge(place).faults).toEqual([])
}

describe.concurrent('a broken link', { timeout: 120_000 }, () => {
  test('acks that never arrive: sent again, stored once', async () => {
    const { place, proxy } = await linked()
    const agent = place.agent(proxy.port)
    await until('the agent is welcomed', 10_000, () => eventsOf(place, 'host.connected').length > 0)
    await until('nothing is on its way', 5000, () => proxy.down.passed > 150)
    proxy.down.held = true
    place.append(300)
    await caughtUp(place, 15_000, agent.said)
    proxy.cut()
    proxy.down.held = false
    place.append(300)
    await caughtUp(place, 15_000, agent.said)
    expect(proxy.made()).toBeGreaterThan(1)
    settled(place)
  })

  test('half-open: both sides notice within 15 s, and resume', async () => {
    const { place, proxy } = await linked()
    place.append(100)
    const agent = place.agent(proxy.port)
    await caughtUp(place, 15_000, agent.said)
    const offline = () => eventsOf(place, 'host.disconnected').length
    const before = offline()
    const begun = performance.now()
    proxy.silence()
    place.append(100)
    const seconds = () => (performance.now() - begun) / 1000
    const hubNoticed = until('the hub notices', 15_000, () => offline() > before).then(seconds)
    const agentNoticed = until('the agent notices', 15_000, () => /nothing heard/.test(agent.said())).then(
      seconds,
    )
    const noticed = await Promise.all([hubNoticed, agentNoticed])
    proxy.speak()
    await caughtUp(place, 20_000, agent.said)
    settled(place)
    console.log(
      `half-open noticed after ${noticed.map((s) => s.toFixed(1)).join(' s by the hub, ')} s by the agent`,
    )
  })

  test('one direction lost: noticed within 15 s, and resumes', async () => {
    const { place, proxy } = await linked()
    const agent = place.agent(proxy.port)
    place.append(100)
    await caughtUp(place, 15_000, agent.said)
    proxy.down.held = true
    place.append(100)
    await saying(agent, /nothing heard/, 15_000)
    proxy.cut()
    proxy.down.held = false
    await caughtUp(place, 20_000, agent.said)
    settled(place)
  })

  test('a link of 1 kB/s: one frame that takes longer than the heartbeat allows still arrives', async () => {
    const { place, proxy } = await linked()
    place.append(60)
    proxy.up.rate = 1000
    const agent = place.agent(proxy.port)
    await until(
      'a frame is on its way for 14 s',
      45_000,
      () => proxy.up.passed > 14_000,
      () => proxy.up.passed,
    )
    await caughtUp(
      place,
      45_000,
      () => `${proxy.made()} connections, ${proxy.up.passed} bytes\n${agent.said()}`,
    )
    expect(proxy.made()).toBe(1)
    settled(place)
  })

  test('a hub that stands still for seconds (SIGSTOP): nothing is lost, nothing doubled', async () => {
    const { place, proxy, hub } = await linked()
    const writer = place.writer(500)
    const agent = place.agent(proxy.port)
    await until('points arrive', 10_000, () => proxy.down.passed > 500)
    hub.signal('SIGSTOP')
    await saying(agent, /nothing heard/, 20_000)
    hub.signal('SIGCONT')
    await writer.stop()
    await caughtUp(place, 20_000, agent.said)
    settled(place)
  })

  test('no hub for a while: the spool grows, then all of it arrives and the spool is small again', async () => {
    const { place, proxy, hub } = await linked()
    await hub.kill('SIGTERM')
    const writer = place.writer(2000)
    const agent = place.agent(proxy.port)
    await until(
      'the spool grows',
      15_000,
      () => place.spoolBytes() > 6_000_000,
      () => place.spoolBytes() + agent.said(),
    )
    await agent.kill()
    place.agent(proxy.port)
    await readyHub(place)
    await writer.stop()
    await caughtUp(place, 30_000)
    await until('the spool is small', 5000, () => place.spoolBytes() < 5_000_000, place.spoolBytes)
    settled(place)
  })
})
