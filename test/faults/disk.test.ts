// Disks that are full or read-only, of the hub and of the agent: small tmpfs mounts, so only as root.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAble, run } from './abilities.ts'
import { killAll, saying, startMlops } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place, readyHub } from './place.ts'
import { until } from './until.ts'

let place: Place
let mounted: string[] = []
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  await killAll()
  for (const folder of mounted) execFileSync('umount', ['-l', folder])
  mounted = []
  place.remove()
})

function mount(folder: string, size: string): void {
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder)
  mounted.push(folder)
}

/** Takes `bytes` of a folder's disk, or all that there is. */
function fill(folder: string, bytes = Number.POSITIVE_INFINITY): void {
  const piece = Buffer.alloc(64 << 10, 'x')
  try {
    for (let i = 0; i * piece.length < bytes; i++)
      writeFileSync(join(folder, 'ballast'), piece, { flag: 'a' })
    return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
  // The last bytes, which a whole piece did not fit in.
  for (let size = 4096; size >= 1; size /= 2)
    try {
      for (;;) writeFileSync(join(folder, 'ballast'), Buffer.alloc(size), { flag: 'a' })
    } catch {
      // smaller, then
    }
}
const empty = (folder: string) => rmSync(join(folder, 'ballast'))

/** What a reading verb answers through the hub. */
async function runsRead(): Promise<number> {
  const reader = startMlops(['get', 'runs', '--hub', `ws://127.0.0.1:${place.hubPort}`, '-o', 'json'])
  expect(await reader.ended(), reader.said()).toBe(0)
  return (JSON.parse(reader.said()) as unknown[]).length
}

describe.skipIf(!isAble('mount'))('a full disk', { timeout: 60_000 }, () => {
  test('of the hub, below the floor: no acks, in words; reads go on; resumes by itself', async () => {
    mount(place.hubState, '90m')
    const hub = await readyHub(place)
    const agent = place.agent()
    place.append(300)
    await caughtUp(place, 15_000, agent.said)
    const writer = place.writer(200)
    fill(place.hubState, 40 << 20)
    await saying(agent, /below the floor.*taking nothing/, 15_000)
    expect(await runsRead()).toBe(4)
    const config = join(place.folder, 'mlops.config.mjs')
    writeFileSync(config, `export default { watch: [], state: '${place.hubState}' }`)
    const doctor = startMlops(['doctor', '--config', config])
    expect(await doctor.ended()).toBe(1)
    expect(doctor.said()).toMatch(/BAD +disk/)
    await writer.stop()
    empty(place.hubState)
    await caughtUp(place, 30_000, agent.said)
    expect(hub.running()).toBe(true)
    expect(judge(place).faults).toEqual([])
  })

  test('of the hub, to the last byte and through a kill: it comes up, is read, and catches up later', async () => {
    mount(place.hubState, '90m')
    let hub = await readyHub(place)
    const agent = place.agent()
    const writer = place.writer(1000)
    await until('points are stored', 15_000, () => place.spoolBytes() > 200_000)
    fill(place.hubState)
    await saying(agent, /could not store|below the floor|disk is full/, 20_000)
    expect(await runsRead()).toBe(4)
    await hub.kill()
    hub = place.hub()
    await saying(hub, /listening on/)
    expect(await runsRead()).toBe(4)
    await writer.stop()
    empty(place.hubState)
    await caughtUp(place, 40_000, () => agent.said() + hub.said())
    expect(hub.running()).toBe(true)
    expect(judge(place).faults).toEqual([])
  })

  test('of the agent: rows wait in their files, it does not end, and a hub makes room again', async () => {
    mount(place.agentState, '3m')
    let agent = place.agent()
    place.append(30_000)
    await saying(agent, /ENOSPC/, 30_000)
    await agent.kill()
    agent = place.agent()
    await saying(agent, /ENOSPC|ECONNREFUSED/, 15_000)
    await readyHub(place)
    place.append(100)
    await caughtUp(place, 40_000, agent.said)
    expect(agent.running()).toBe(true)
    expect(judge(place).faults).toEqual([])
  })

  test('of the agent from the start: it says so, waits, and begins by itself', async () => {
    mount(place.agentState, '1m')
    fill(place.agentState)
    await readyHub(place)
    place.append(100)
    const agent = place.agent()
    await saying(agent, /ENOSPC/)
    empty(place.agentState)
    await caughtUp(place, 20_000, agent.said)
    expect(agent.running()).toBe(true)
    expect(judge(place).faults).toEqual([])
  })
})

describe.skipIf(!isAble('mount'))('a read-only disk', { timeout: 60_000 }, () => {
  test('of the agent: it waits and begins by itself; of the hub: said in words, and it is still read', async () => {
    mount(place.agentState, '8m')
    mount(place.hubState, '90m')
    let hub = await readyHub(place)
    let agent = place.agent()
    place.append(100)
    await caughtUp(place, 15_000, agent.said)
    await agent.kill()
    await hub.kill()
    for (const folder of mounted) run('mount', '-o', 'remount,ro', folder)
    agent = place.agent()
    await saying(agent, /cannot start yet: EROFS/)
    hub = place.hub()
    await saying(hub, /cannot store: attempt to write a readonly database/)
    await saying(hub, /listening on/)
    expect(await runsRead()).toBe(4)
    await hub.kill()
    for (const folder of mounted) run('mount', '-o', 'remount,rw', folder)
    place.append(100)
    await readyHub(place)
    await caughtUp(place, 20_000, agent.said)
    expect(judge(place).faults).toEqual([])
  })
})
