// A real network between agent and hub: a namespace and a pair of virtual cables, whose loss no socket hears of.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAble, run } from './abilities.ts'
import { type Daemon, killAll, saying, startMlops } from './daemon.ts'
import { caughtUp, eventsOf, judge } from './oracle.ts'
import { freePort, makePlace, type Place } from './place.ts'
import { until } from './until.ts'

const NAME = `mlops-${process.pid}`
const [NEAR, FAR] = [`near${process.pid % 10_000}`, `far${process.pid % 10_000}`]
const [HERE, THERE] = ['10.231.77.1', '10.231.77.2']

let place: Place
let hub: Daemon
let agent: Daemon
beforeEach(async () => {
  place = await makePlace()
  run('ip', 'netns', 'add', NAME)
  run('ip', 'link', 'add', NEAR, 'type', 'veth', 'peer', 'name', FAR, 'netns', NAME)
  run('ip', 'addr', 'add', `${HERE}/24`, 'dev', NEAR)
  run('ip', 'link', 'set', NEAR, 'up')
  run('ip', '-n', NAME, 'addr', 'add', `${THERE}/24`, 'dev', FAR)
  run('ip', '-n', NAME, 'link', 'set', FAR, 'up')
  const token = join(place.folder, 'token')
  writeFileSync(token, 'a-token-of-the-fault-tests\n', { mode: 0o600 })
  const port = await freePort()
  const secret = ['--token-file', token]
  hub = startMlops(['hub', '--listen', `${HERE}:${port}`, '--state', place.hubState, ...secret])
  await saying(hub, /listening on/)
  const words = [
    'agent',
    place.logs,
    '--hub',
    `ws://${HERE}:${port}`,
    '--state',
    place.agentState,
    '--interval',
    '0',
  ]
  agent = startMlops([...words, ...secret], ['ip', 'netns', 'exec', NAME])
  place.append(100)
  await caughtUp(place, 15_000, agent.said)
})
afterEach(async () => {
  await killAll()
  execFileSync('ip', ['netns', 'del', NAME])
  place.remove()
})

describe.skipIf(!isAble('netns'))('a network', { timeout: 90_000 }, () => {
  test('that is gone: both sides notice within 15 s, the agent goes on reading, then all of it arrives', async () => {
    const offline = () => eventsOf(place, 'host.disconnected').length
    const before = offline()
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1000
    run('ip', '-n', NAME, 'link', 'set', FAR, 'down')
    const spool = place.spoolBytes()
    place.append(5000)
    const noticed = await Promise.all([
      until('the hub notices', 15_000, () => offline() > before).then(seconds),
      saying(agent, /nothing heard/, 15_000).then(seconds),
      until('the spool grows', 15_000, () => place.spoolBytes() > spool),
    ])
    run('ip', '-n', NAME, 'link', 'set', FAR, 'up')
    await caughtUp(place, 30_000, agent.said)
    expect([hub.running(), agent.running()]).toEqual([true, true])
    expect(judge(place).faults).toEqual([])
    console.log(
      `lost network noticed after ${noticed[0].toFixed(1)} s by the hub, ${noticed[1].toFixed(1)} s by the agent`,
    )
  })

  test.skipIf(!isAble('iptables'))(
    'that loses one direction, the acks, brings every point once',
    async () => {
      const loss = ['ip', 'netns', 'exec', NAME, 'iptables', '-A', 'INPUT', '-p', 'tcp', '-j', 'DROP']
      run(...loss)
      place.append(5000)
      await saying(agent, /nothing heard|closed/, 20_000)
      place.append(500)
      run(...loss.map((word) => (word === '-A' ? '-D' : word)))
      await caughtUp(place, 40_000, agent.said)
      expect(judge(place).faults).toEqual([])
    },
  )
})
