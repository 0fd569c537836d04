// Data at a pace for people, and points on demand.
import { describe, expect, test } from 'vitest'
import { noColumns } from '../../../src/core/columns.ts'
import type { HubLink } from '../../../src/core/link.ts'
import type { SeriesQuery } from '../../../src/core/world.ts'
import type { Clock } from '../../../src/tui/app/clock.ts'
import { followLink } from '../../../src/tui/app/live.ts'
import { createSeriesCache } from '../../../src/tui/app/series-cache.ts'
import { fakeHub } from '../../frames/world.ts'

/** A clock that stands still unless moved. */
function handClock() {
  let now = 1_000_000
  let timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
  }
  const pass = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      timers = timers.filter((other) => other !== next)
      now = Math.max(now, next.at)
      next.run()
    }
    now = until
  }
  return { clock, pass, pending: () => timers.length }
}

describe('following a link', () => {
  test('a flood of changes becomes at most 7 commits a second', () => {
    const { clock, pass } = handClock()
    const hub = fakeHub(1)
    const told: string[] = []
    followLink(hub.link, clock, (what) => told.push(what))
    for (let i = 0; i < 1000; i++) {
      hub.poke()
      pass(1)
    }
    const commits = told.filter((what) => what === 'data').length
    expect(commits).toBeGreaterThanOrEqual(5)
    expect(commits).toBeLessThanOrEqual(7)
    expect(told).toContain('time')
  })

  test('a single change after silence is shown at once', () => {
    const { clock, pass } = handClock()
    const hub = fakeHub(1)
    const told: string[] = []
    followLink(hub.link, clock, (what) => told.push(what))
    pass(500)
    hub.poke()
    pass(0)
    expect(told).toEqual(['data'])
  })

  test('stopping leaves no timer and no listener', () => {
    const { clock, pending } = handClock()
    const hub = fakeHub(1)
    const told: string[] = []
    const live = followLink(hub.link, clock, (what) => told.push(what))
    hub.poke()
    live.stop()
    hub.poke()
    expect(pending()).toBe(0)
    expect(told).toEqual([])
  })
})

describe('points', () => {
  const query: SeriesQuery = { owner: 'a', key: 'loss', x: 'step', points: 80 }
  const settled = () => new Promise((resolve) => setImmediate(resolve))

  function cacheOver(points: HubLink['points']) {
    const hand = handClock()
    const asked: SeriesQuery[] = []
    let changes = 0
    const cache = createSeriesCache(
      {
        points: (asking) => {
          asked.push(asking)
          return points(asking)
        },
      },
      hand.clock,
      () => changes++,
    )
    return { ...hand, cache, asked, changes: () => changes }
  }

  test('one question serves all frames until there are more points', async () => {
    const { cache, asked, pass, changes } = cacheOver(async () => noColumns)
    expect(cache.read(query, 10).pending).toBe(true)
    cache.read(query, 10)
    await settled()
    expect(cache.read(query, 10)).toMatchObject({ pending: false, error: null })
    expect([asked.length, changes()]).toEqual([1, 1])
    cache.read(query, 11)
    expect(asked).toHaveLength(1)
    pass(500)
    cache.read(query, 11)
    expect(asked).toHaveLength(2)
  })

  test('at most four questions are under way; the others follow', async () => {
    const answers: (() => void)[] = []
    const { cache, asked } = cacheOver(() => new Promise((resolve) => answers.push(() => resolve(noColumns))))
    for (let i = 0; i < 10; i++) cache.read({ ...query, key: `k${i}` }, 1)
    expect(asked).toHaveLength(4)
    answers[0]!()
    await settled()
    expect(asked).toHaveLength(5)
  })

  test('a failure is told, keeps what was known, and is tried again later', async () => {
    let fails = false
    const known = { ...noColumns, values: Float64Array.of(1) }
    const { cache, pass, asked } = cacheOver(async () => {
      if (fails) throw new Error('the hub cannot be reached')
      return known
    })
    cache.read(query, 1)
    await settled()
    fails = true
    pass(600)
    cache.read(query, 2)
    await settled()
    expect(cache.read(query, 2)).toEqual({
      columns: known,
      error: 'the hub cannot be reached',
      pending: false,
    })
    pass(600)
    cache.read(query, 2)
    expect(asked).toHaveLength(2)
    fails = false
    pass(2000)
    cache.read(query, 2)
    await settled()
    expect(cache.read(query, 2).error).toBeNull()
  })

  test('keeps a bounded number of series', async () => {
    const { cache, asked } = cacheOver(async () => noColumns)
    for (let i = 0; i < 300; i++) {
      cache.read({ ...query, key: `k${i}` }, 1)
      await settled()
    }
    cache.read({ ...query, key: 'k299' }, 1)
    expect(asked).toHaveLength(300)
    expect(cache.read({ ...query, key: 'k0' }, 1).pending).toBe(true)
  })
})
