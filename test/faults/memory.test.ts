// Backpressure: a long time apart and the catching up after it cost neither side memory for good.
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { killAll } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place, readyHub } from './place.ts'
import { pause, until } from './until.ts'

/** What Node may keep of what it once needed, MiB: its heap grows in steps and is given back late. */
const SLACK = 96

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  await killAll()
  place.remove()
})

/** Resident memory of a process, MiB. */
const resident = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

describe('after a backlog', () => {
  test('memory of agent and hub and the spool are back where they were', { timeout: 120_000 }, async () => {
    let hub = await readyHub(place)
    const agent = place.agent()
    const writer = place.writer(3000)
    await pause(4000)
    const base = { hub: resident(hub.pid), agent: resident(agent.pid) }
    await hub.kill()
    await until('a backlog', 30_000, () => place.spoolBytes() > 8 << 20, place.spoolBytes)
    const apart = resident(agent.pid)
    hub = await readyHub(place)
    await writer.stop()
    await caughtUp(place, 60_000, agent.said)
    await until('the spool is small', 10_000, () => place.spoolBytes() < 6 << 20, place.spoolBytes)
    const after = { hub: resident(hub.pid), agent: resident(agent.pid) }
    console.log(
      `MiB resident: agent ${Math.round(base.agent)}, apart ${Math.round(apart)}, after ${Math.round(after.agent)}; ` +
        `hub ${Math.round(base.hub)}, after ${Math.round(after.hub)}`,
    )
    expect(apart).toBeLessThan(base.agent + SLACK)
    expect(after.agent).toBeLessThan(base.agent + SLACK)
    expect(after.hub).toBeLessThan(base.hub + SLACK)
    await Promise.all([hub.kill('SIGTERM'), agent.kill('SIGTERM')])
    expect(judge(place).faults).toEqual([])
  })
})
