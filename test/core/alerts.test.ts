// What people say of an alert holds for as long as it should, and no longer.
import { describe, expect, test } from 'vitest'
import { type Alert, alertsOf } from '../../src/core/alerts.ts'
import { apply } from '../../src/core/apply.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { fromWireSummary, type Summary, summarise, toWireSummary } from '../../src/core/summary.ts'
import type { World } from '../../src/core/world.ts'

/** Folds events, numbered from where the state stands. */
function following(state: State, ...events: (NewEvent & { by?: string })[]): State {
  return apply(
    state,
    events.map((event, i) => ({ by: 'agent:h', ...event, seq: state.seq + i + 1 }) as LogEvent),
  )
}

const connected = (at: number): NewEvent => ({
  type: 'host.connected',
  at,
  about: 'h',
  data: { name: 'gpu', role: 'training', version: '1', epoch: 'e' },
})
const gone = (at: number): NewEvent => ({
  type: 'host.disconnected',
  at,
  about: 'h',
  data: { reason: 'power' },
})
const ack = (about: string, opened: number, note: string | null = null) =>
  ({ type: 'alert.acknowledged', at: 50, about, data: { opened, note }, by: 'user:ada' }) as const
const silence = (about: string, until: number) =>
  ({ type: 'alert.silenced', at: 50, about, data: { opened: 0, until, note: null }, by: 'user:ada' }) as const

const worldOf = (state: State, series: World['series'] = new Map()): World => ({
  state,
  series,
  presence: new Map(),
})
const one = (world: World, now = 100): Alert => {
  const found = alertsOf(world, now)
  expect(found).toHaveLength(1)
  return found[0]!
}
const off = following(emptyState, connected(1), gone(10))
const OFFLINE = 'host.offline:h'

describe('an alert', () => {
  test('fires without an owner until somebody speaks', () => {
    expect(one(worldOf(off))).toMatchObject({
      id: OFFLINE,
      state: 'firing',
      owner: null,
      note: null,
      opened: 10,
    })
  })

  test('acknowledged has an owner and a note', () => {
    const state = following(off, ack(OFFLINE, 10, 'on it'))
    expect(one(worldOf(state))).toMatchObject({
      state: 'acknowledged',
      owner: 'ada',
      note: 'on it',
      until: null,
    })
  })

  test('fires again when it went away and came back', () => {
    const state = following(off, ack(OFFLINE, 10), connected(20), gone(30))
    expect(one(worldOf(state))).toMatchObject({ state: 'firing', owner: null })
  })

  test('silenced stays silent although it came back, until its time is over', () => {
    const state = following(off, silence(OFFLINE, 200), connected(20), gone(30))
    expect(one(worldOf(state), 199)).toMatchObject({ state: 'silenced', owner: 'ada', until: 200 })
    expect(one(worldOf(state), 200)).toMatchObject({ state: 'firing', until: null })
  })

  test('the newest word counts, and can be taken back', () => {
    const both = following(off, silence(OFFLINE, 200), ack(OFFLINE, 10))
    expect(one(worldOf(both)).state).toBe('acknowledged')
    const back = following(both, { type: 'alert.unsilenced', at: 60, about: OFFLINE, data: { note: null } })
    expect(one(worldOf(back)).state).toBe('firing')
    expect(back.acks.size).toBe(0)
  })

  test('a word about one alert says nothing of another', () => {
    expect(one(worldOf(following(off, ack('host.offline:x', 10)))).state).toBe('firing')
  })
})

describe('an acknowledgement lasts while the condition does', () => {
  const found: NewEvent = {
    type: 'run.found',
    at: 1,
    about: 'r',
    data: { name: 'r', experiment: 'x', source: 'csv', path: '/r', started: null },
  }
  const push = (before: Summary | undefined, values: number[], from: number) =>
    summarise(
      before,
      { steps: values.map((_, i) => from + i), times: values.map((_, i) => 1000 + from + i), values },
      0,
      values.length,
    )
  const diverged = (summary: Summary, state: State) =>
    one(worldOf(state, new Map([['r', new Map([['loss', summary]])]])))

  test('more values that are not finite are the same divergence; a recovery ends it', () => {
    const first = push(undefined, [1, Number.NaN], 0)
    const state = following(emptyState, found, ack('run.diverged:r:loss', 1001))
    expect(diverged(first, state)).toMatchObject({ opened: 1001, state: 'acknowledged' })
    expect(diverged(push(first, [Infinity, Number.NaN], 2), state).state).toBe('acknowledged')
    expect(diverged(push(first, [2, Number.NaN], 2), state)).toMatchObject({ opened: 1003, state: 'firing' })
  })

  test('a divergence is told over the wire, and guessed from what an older build wrote', () => {
    const summary = push(push(undefined, [1, Number.NaN], 0), [Number.NaN], 2)
    const wire = JSON.parse(JSON.stringify(toWireSummary(summary)))
    expect(fromWireSummary(wire)).toEqual(summary)
    expect(fromWireSummary(wire.slice(0, 6)).badSince).toBe(1002)
    expect(fromWireSummary(toWireSummary(push(undefined, [1], 0))).badSince).toBeNull()
  })

  const problem = (at: number, count: number): NewEvent => ({
    type: 'source.problem',
    at,
    about: 'h',
    data: { source: 'csv', path: '/p', problem: 'bad line', count },
  })

  test('a problem met again is the same; one that was gone is another', () => {
    const state = following(emptyState, problem(5, 1), ack('source.unreadable:h:/p', 5), problem(7, 2))
    expect(one(worldOf(state))).toMatchObject({ opened: 5, state: 'acknowledged' })
    expect(one(worldOf(following(state, problem(8, 0), problem(9, 1))))).toMatchObject({
      opened: 9,
      state: 'firing',
    })
  })

  test('lost points: a reconnect changes nothing, another loss does', () => {
    const gap = (at: number, points: number): NewEvent => ({
      type: 'agent.gap',
      at,
      about: 'h',
      data: { reason: 'full', batches: 1, points },
    })
    const state = following(
      emptyState,
      connected(1),
      gap(3, 10),
      ack('agent.lost-points:h', 3),
      connected(4),
      gap(5, 0),
    )
    expect(one(worldOf(state))).toMatchObject({ opened: 3, state: 'acknowledged' })
    expect(one(worldOf(following(state, gap(6, 1)))).state).toBe('firing')
  })
})
