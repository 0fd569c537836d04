// Who an agent is: replayed frames and sessions, copies of a state folder, a whole fleet that comes back.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { killAll, saying, startMlops } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place, readyHub } from './place.ts'
import { acked, batch, hello, type Speaker, speakTo } from './speaker.ts'
import { until } from './until.ts'

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  await killAll()
  place.remove()
})

function pointsOf(agent: string): number[] {
  const store = openStore(place.store, { readonly: true })
  try {
    return [...store.points({ owner: agent, key: 'n', x: 'step', points: 0 }).values]
  } finally {
    store.close()
  }
}

describe('replay', () => {
  test('of frames within a session, and of a whole session: nothing changes', async () => {
    await readyHub(place)
    const frames = [hello('a'), ...[1, 2, 3].map((seq) => batch('a', seq))]
    const first = await speakTo(place.hubPort)
    for (const frame of [...frames, ...frames.slice(1)]) first.say(frame)
    await acked(first, 3)
    first.say(frames[1]!)
    first.close()
    for (let i = 0; i < 3; i++) {
      const again = await speakTo(place.hubPort)
      for (const frame of frames) again.say(frame)
      await acked(again, 3)
      again.close()
      await again.ended
    }
    expect(pointsOf('a')).toEqual([1, 2, 3])
  })

  test('of a session while the true one is open: at most that link is replaced, nothing is stored twice', async () => {
    await readyHub(place)
    const frames = [hello('a'), batch('a', 1)]
    const first = await speakTo(place.hubPort)
    for (const frame of frames) first.say(frame)
    await acked(first, 1)
    const copy = await speakTo(place.hubPort)
    for (const frame of frames) copy.say(frame)
    await acked(copy, 1)
    expect(await first.ended).toMatch(/replaced by a newer connection/)
    expect(pointsOf('a')).toEqual([1])
  })
})

describe('a copied state folder', () => {
  test('the second agent is refused in words, the first goes on', { timeout: 40_000 }, async () => {
    await readyHub(place)
    place.append(100)
    let agent = place.agent()
    await caughtUp(place, 15_000)
    await agent.kill('SIGTERM')
    const copy = join(place.folder, 'copy')
    cpSync(place.agentState, copy, { recursive: true })
    agent = place.agent()
    place.append(100)
    await caughtUp(place, 15_000)
    const words = [
      'agent',
      place.logs,
      '--hub',
      `ws://127.0.0.1:${place.hubPort}`,
      '--state',
      copy,
      '--interval',
      '0',
    ]
    const second = startMlops(words)
    await saying(second, /another agent with the id \w+ is connected; give one of them its own state folder/)
    place.append(100)
    await caughtUp(place, 15_000)
    expect(agent.said()).not.toMatch(/replaced/)
    expect(judge(place).faults).toEqual([])
  })
})

describe('a fleet', () => {
  test('200 agents are back within 30 s of a restart of the hub', { timeout: 90_000 }, async () => {
    let hub = await readyHub(place)
    const { backoff } = await import('../../src/protocol/backoff.ts')
    const names = Array.from({ length: 200 }, (_, i) => `agent-${i}`)
    const back = new Set<string>()
    const open = new Set<Speaker>()
    let stopped = false
    /** As an agent does: dial, speak, and on the end wait and dial again. */
    async function live(name: string): Promise<void> {
      for (let attempt = 0; !stopped; attempt++) {
        try {
          const speaker = await speakTo(place.hubPort)
          open.add(speaker)
          speaker.say(hello(name))
          await until('welcome', 10_000, () => speaker.heard.some(({ type }) => type === 'welcome'))
          back.add(name)
          attempt = 0
          await speaker.ended
          open.delete(speaker)
        } catch {
          // tried again below
        }
        back.delete(name)
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt)))
      }
    }
    const lives = names.map(live)
    await until(
      'all are there',
      30_000,
      () => back.size === names.length,
      () => back.size,
    )
    await hub.kill()
    await until(
      'all are gone',
      5000,
      () => back.size === 0,
      () => back.size,
    )
    const begun = performance.now()
    hub = await readyHub(place)
    await until(
      'all are back',
      30_000,
      () => back.size === names.length,
      () => `${back.size}\n${hub.said()}`,
    )
    console.log(`200 agents back ${Math.round(performance.now() - begun)} ms after the hub was started again`)
    stopped = true
    for (const speaker of open) speaker.close()
    await Promise.all(lives)
  })
})
