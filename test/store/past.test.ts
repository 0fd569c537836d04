// The past as the log tells it: exactly the fold of what the hub had stored by then.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { emptyState } from '../../src/core/state.ts'
import { summarise } from '../../src/core/summary.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { HOST_WINDOW_MS, MOST_RUNS, onlyNewest, openPast } from '../../src/store/past.ts'
import { inSlices } from '../../src/store/slices.ts'
import { openStore, type Store, type Unit } from '../../src/store/store.ts'

let folder: string
let file: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'past-'))
  file = join(folder, 'store.db')
  store = openStore(file)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const found = (about: string): NewEvent => ({
  type: 'run.found',
  at: 1,
  about,
  data: { name: about, experiment: 'x', source: 'csv', path: `/${about}`, started: null },
})

type Row = readonly [owner: string, key: string, step: number, time: number, value: number]

let batches = 0
function points(rows: readonly Row[]): Unit {
  const buffer = new PointBuffer()
  for (const row of rows) buffer.add(...row)
  const taken = buffer.take()
  const seq = ++batches
  const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(taken) })
  return {
    by: 'agent:h',
    events: [],
    batch: {
      from: { agent: 'h', epoch: 'e', seq: seq, mark: { high: seq, beyond: [] } },
      points: taken,
      frame,
    },
  }
}

describe('the state at a time', () => {
  const about = fc.constantFrom('a', 'b', 'c')
  const event = fc.oneof<fc.Arbitrary<NewEvent>[]>(
    about.map(found),
    fc
      .tuple(about, fc.constantFrom('running' as const, 'idle' as const, 'finished' as const))
      .map(([id, status]) => ({ type: 'run.status', at: 5, about: id, data: { status } }) as const),
    fc.tuple(about, fc.integer({ min: 0, max: 2 })).map(
      ([path, count]) =>
        ({
          type: 'source.problem',
          at: 5,
          about: 'h',
          data: { source: 'csv', path, problem: 'x', count },
        }) as const,
    ),
    about.map(
      (id) =>
        ({ type: 'alert.silenced', at: 5, about: id, data: { opened: 1, until: 9, note: null } }) as const,
    ),
    about.map((id) => ({ type: 'alert.unsilenced', at: 5, about: id, data: { note: null } }) as const),
  )
  const commit = fc.record({
    stored: fc.integer({ min: 0, max: 30 }),
    events: fc.array(event, { maxLength: 4 }),
  })

  test('is the fold of the events up to the last one that was stored by then, whatever the clock did', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(commit, { maxLength: 12 }),
        fc.array(fc.integer({ min: -1, max: 31 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (commits, times, restart) => {
          const path = join(mkdtempSync(join(folder, 'p-')), 'store.db')
          let each = openStore(path)
          const log: { event: LogEvent; stored: number }[] = []
          for (const { stored, events } of commits)
            for (const logged of each.commit([{ by: 'agent:h', events }], stored))
              log.push({ event: logged, stored })
          if (restart) {
            each.close()
            each = openStore(path)
          }
          const past = openPast(each)
          for (const time of times) {
            const stored = Math.max(
              ...log.filter((entry) => entry.stored <= time).map((entry) => entry.stored),
            )
            const last = log.findLastIndex((entry) => entry.stored === stored)
            const expected = apply(
              emptyState,
              log.slice(0, last + 1).map((entry) => entry.event),
            )
            const world = await past.worldAt(time)
            expect(world.state).toEqual(expected)
            expect([world.at, world.presence.size]).toEqual([time, 0])
            expect((await past.worldAt({ seq: last + 1 })).state).toEqual(expected)
          }
          each.close()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('of a log longer than a slice is the fold of all of it', async () => {
    const events = Array.from({ length: 3000 }, (_, i) => found(`r${i}`))
    store.commit([{ by: 'agent:h', events }], 10)
    store.commit([{ by: 'agent:h', events: [found('late')] }], 20)
    const { state } = await openPast(store).worldAt(15)
    expect([state.seq, state.runs.size, state.runs.has('late')]).toEqual([3000, 3000, false])
  })

  test('before the first event there is nothing, and after the last one all of it', async () => {
    store.commit([{ by: 'agent:h', events: [found('a')] }], 10)
    const past = openPast(store)
    expect((await past.worldAt(9)).state).toEqual(emptyState)
    expect((await past.worldAt(1e15)).state).toBe(store.state())
    expect((await past.worldAt({ seq: 99 })).state).toBe(store.state())
  })
})

describe('the summaries at a time', () => {
  const row = fc.tuple(
    fc.constantFrom('a', 'b'),
    fc.constantFrom('loss', 'acc'),
    fc.nat(50),
    fc.integer({ min: 0, max: 40 }),
    fc.constantFrom(1, 2, Number.NaN, 0.5),
  )

  test('are those of the points with times up to then, sealed or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(row, { minLength: 1, maxLength: 20 }), fc.boolean()), { maxLength: 6 }),
        fc.integer({ min: -1, max: 41 }),
        async (commits, time) => {
          const each = openStore(join(mkdtempSync(join(folder, 's-')), 'store.db'))
          each.commit([{ by: 'agent:h', events: [found('a'), found('b')] }], -5)
          const expected = new Map()
          for (const [rows, seal] of commits) {
            each.commit([points(rows)])
            if (seal) each.seal()
            for (const [owner, key, step, at, value] of rows) {
              if (at > time) continue
              const before = expected.get(`${owner} ${key}`)
              expected.set(
                `${owner} ${key}`,
                summarise(before, { steps: [step], times: [at], values: [value] }, 0, 1),
              )
            }
          }
          const { series } = await openPast(each).worldAt(time)
          const got = new Map()
          for (const [owner, keys] of series)
            for (const [key, summary] of keys) got.set(`${owner} ${key}`, summary)
          expect(got).toEqual(expected)
          each.close()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('of a host are of its last ten minutes', async () => {
    const connected = { name: 'h', role: 'training', version: '1', epoch: 'e' } as const
    store.commit([{ by: 'hub', events: [{ type: 'host.connected', at: 0, about: 'h', data: connected }] }], 0)
    const now = HOST_WINDOW_MS * 3
    const times = [0, HOST_WINDOW_MS * 2 - 1, HOST_WINDOW_MS * 2, now, now + 1]
    store.commit([points(times.map((time, i) => ['h', 'cpu', i, time, i] as const))], 0)
    const { series } = await openPast(store).worldAt(now)
    expect(series.get('h')?.get('cpu')).toMatchObject({ count: 2, min: 2, last: { time: now, value: 3 } })
  })

  test('are there for the runs updated last only', async () => {
    const ids = Array.from({ length: MOST_RUNS + 5 }, (_, i) => `r${i}`)
    store.commit([{ by: 'agent:h', events: ids.map(found) }], 0)
    store.commit([points(ids.map((id, i) => [id, 'loss', 1, 1000 + i, 1] as const))], 0)
    const { series, state } = await openPast(store).worldAt(5000)
    expect([state.runs.size, series.size]).toEqual([MOST_RUNS + 5, MOST_RUNS])
    expect([series.has('r4'), series.has('r5')]).toEqual([false, true])
  })

  test('stay exact when points are sealed while they are computed', async () => {
    store.commit([{ by: 'agent:h', events: [found('a')] }], 0)
    const rows = (from: number) =>
      Array.from({ length: 5000 }, (_, i) => ['a', 'loss', from + i, from + i, from + i] as const)
    store.commit([points(rows(0))])
    store.seal()
    store.commit([points(rows(5000))])
    const work = store.summaryWithin('a', 'loss', Number.NEGATIVE_INFINITY, 8999)
    expect(work.next().done).toBe(false)
    store.seal()
    const summary = await inSlices(work)
    expect(summary).toMatchObject({ count: 9000, min: 0, max: 8999, last: { step: 8999 } })
  })
})

describe('a chart of the past', () => {
  test.each([true, false])('has only points with times up to then; sealed: %s', (seal) => {
    const times = Array.from({ length: 4000 }, (_, i) => i * 10)
    // Steps run against the time, so that a limit of steps would not do.
    store.commit([points(times.map((time, i) => ['a', 'loss', 4000 - i, time, i] as const))])
    if (seal) store.seal()
    for (const x of ['step', 'time', 'relative'] as const) {
      const query = { owner: 'a', key: 'loss', x, until: 20_000 }
      const whole = store.points({ ...query, points: 0 })
      expect([whole.times.length, whole.times.at(-1)]).toEqual([2001, 20_000])
      const thinned = store.points({ ...query, points: 50 })
      expect([Math.max(...thinned.times), Math.max(...thinned.values)]).toEqual([20_000, 2000])
      expect(store.points({ ...query, until: -1, points: 50 }).times.length).toBe(0)
    }
  })
})

describe('a question about the past', () => {
  test('ends when a newer one is asked', async () => {
    store.commit(
      [{ by: 'agent:h', events: Array.from({ length: 20_000 }, (_, i) => found(`r${i % 7}`)) }],
      10,
    )
    store.commit([{ by: 'agent:h', events: [found('late')] }], 20)
    const ask = onlyNewest(openPast(store).worldAt)
    const older = ask(15)
    const newer = ask(25)
    await expect(older).rejects.toThrow('another moment was asked for')
    expect((await newer).state.runs.has('late')).toBe(true)
  })

  test('leaves others their turn', async () => {
    store.commit([{ by: 'agent:h', events: Array.from({ length: 20_000 }, (_, i) => found(`r${i}`)) }], 10)
    store.commit([{ by: 'agent:h', events: [found('late')] }], 20)
    let turns = 0
    const turn = () => {
      turns++
      timer = setImmediate(turn)
    }
    let timer = setImmediate(turn)
    await openPast(store).worldAt(15)
    clearImmediate(timer)
    expect(turns).toBeGreaterThan(5)
  })
})
