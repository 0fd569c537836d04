// kill -9 of hub, agent and both under load, again and again. MLOPS_FAULTS=long makes 240 kills of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Daemon, killAll } from './daemon.ts'
import { caughtUp, judge } from './oracle.ts'
import { makePlace, type Place } from './place.ts'
import { pause, until } from './until.ts'

const KILLS = process.env.MLOPS_FAULTS === 'long' ? 240 : 20
const ROWS_PER_SECOND = 1500

let place: Place
beforeEach(async () => {
  place = await makePlace()
})
afterEach(async () => {
  await killAll()
  place.remove()
})

/** The same sequence in every run. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32
    return state / 2 ** 32
  }
}

describe('kill -9', () => {
  test(`${KILLS} times, of hub, agent or both: every point is stored once`, {
    timeout: KILLS * 6000,
  }, async () => {
    const random = dice(20)
    const start = { hub: () => place.hub(), agent: () => place.agent() }
    const alive: Record<keyof typeof start, Daemon> = { hub: start.hub(), agent: start.agent() }
    const writer = place.writer(ROWS_PER_SECOND)
    for (let i = 0; i < KILLS; i++) {
      // Mostly while both are at work, now and then while one is still starting.
      await pause(random() < 0.3 ? random() * 300 : 800 + random() * 1800)
      const victims = (['hub', 'agent', 'both'] as const)[Math.floor(random() * 3)]!
      const names = victims === 'both' ? (['hub', 'agent'] as const) : [victims]
      for (const name of names) expect(alive[name].running(), alive[name].said()).toBe(true)
      await Promise.all(names.map((name) => alive[name].kill()))
      for (const name of names) alive[name] = start[name]()
    }
    await writer.stop()
    await caughtUp(place, 45_000, () => alive.agent.said() + alive.hub.said())
    const begun = performance.now()
    place.append(1)
    await caughtUp(place, 5000)
    const fresh = performance.now() - begun
    await until('the spool is small again', 5000, () => place.spoolBytes() < 10 << 20, place.spoolBytes)
    await Promise.all([alive.hub.kill('SIGTERM'), alive.agent.kill('SIGTERM')])
    const { faults, points } = judge(place)
    expect(faults).toEqual([])
    console.log(`${KILLS} kills, ${points} points, a fresh row after ${Math.round(fresh)} ms`)
  })
})
