// What changed between two views: everything once, the worst first, never more than fits.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply } from '../../src/core/apply.ts'
import { type Change, DIGEST_KINDS, digest, MOST_OF_A_KIND } from '../../src/core/digest.ts'
import type { LogEvent, NewEvent } from '../../src/core/events.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { summarise } from '../../src/core/summary.ts'
import type { World } from '../../src/core/world.ts'

const numbered = (events: NewEvent[], from: number) =>
  events.map((event, i) => ({ by: 'agent:h', ...event, seq: from + i + 1 }) as LogEvent)

const worldOf = (state: State, over: Partial<World> = {}): World => ({
  state,
  series: new Map(),
  presence: new Map(),
  ...over,
})

/** The digest of what `later` does to the world that `earlier` made. */
function changes(
  earlier: NewEvent[],
  later: NewEvent[],
  over: { before?: Partial<World>; after?: Partial<World> } = {},
) {
  const before = apply(emptyState, numbered(earlier, 0))
  const events = numbered(later, before.seq)
  return digest(worldOf(before, over.before), worldOf(apply(before, events), over.after), events)
}
const told = (all: readonly Change[]) => all.map(({ kind, text }) => `${kind}: ${text}`)

const found = (about: string, started: number | null = 1000): NewEvent => ({
  type: 'run.found',
  at: 1100,
  about,
  data: { name: `run ${about}`, experiment: 'x', source: 'csv', path: `/${about}`, started },
})
const status = (
  about: string,
  at: number,
  word: 'running' | 'idle' | 'finished' | 'failed' | 'killed',
): NewEvent => ({
  type: 'run.status',
  at,
  about,
  data: { status: word },
})
const connected = (about: string, at: number): NewEvent => ({
  type: 'host.connected',
  at,
  about,
  data: { name: `host ${about}`, role: 'training', version: '1', epoch: 'e' },
})
const gone = (about: string, at: number): NewEvent => ({
  type: 'host.disconnected',
  at,
  about,
  data: { reason: 'no heartbeat' },
})
const problem = (path: string, at: number, count: number): NewEvent => ({
  type: 'source.problem',
  at,
  about: 'h',
  data: { source: 'csv', path, problem: 'bad line', count },
})

describe('the digest of runs', () => {
  test('tells starts and ends, with how long they took', () => {
    const later = [found('b'), status('b', 1200, 'running'), status('a', 3_601_000, 'finished')]
    const all = changes([found('a'), status('a', 1100, 'running')], later)
    expect(told(all)).toEqual(['run.finished: run a finished after 1h', 'run.started: run b started'])
    expect(all[0]).toMatchObject({ about: 'a', time: 3_601_000, tone: 'good' })
    expect(all[1]).toMatchObject({ about: 'b', time: 1000 })
  })

  test('tells failed and killed before what is fine, and a run that came and went whole', () => {
    const later = [
      found('a'),
      status('a', 2000, 'finished'),
      found('b'),
      status('b', 2000, 'killed'),
      found('c', null),
      status('c', 2500, 'failed'),
    ]
    expect(told(changes([], later))).toEqual([
      'run.failed: run c failed',
      'run.failed: run b was killed after 1s',
      'run.finished: run a finished after 1s',
      'run.started: run c started',
      'run.started: run a started',
      'run.started: run b started',
    ])
  })

  test('tells a run that went idle, and one that began anew', () => {
    const later: NewEvent[] = [
      status('a', 2000, 'idle'),
      { type: 'run.restarted', at: 2100, about: 'b', data: { reason: 'truncated' } },
    ]
    const earlier = [found('a'), status('a', 1, 'running'), found('b')]
    expect(told(changes(earlier, later))).toEqual([
      'run.restarted: run b: its log was replaced, it began anew',
      'run.idle: run a went idle: its log stopped growing',
    ])
  })

  test('a run that another life of the agent reports again has not started', () => {
    expect(changes([found('a')], [found('a')])).toEqual([])
  })

  const series = (...values: number[]) => {
    const columns = { steps: values.map((_, i) => i), times: values.map((_, i) => 2000 + i), values }
    return { series: new Map([['a', new Map([['loss', summarise(undefined, columns, 0, values.length)]])]]) }
  }

  test('tells a divergence first, once', () => {
    const nan = series(1, Number.NaN)
    const later = [found('a')]
    expect(told(changes([], later, { before: { at: 1500 }, after: nan }))[0]).toBe(
      'run.diverged: run a: loss is NaN at step 1',
    )
    expect(changes([found('a')], [], { before: nan, after: nan })).toEqual([])
    expect(told(changes([found('a')], [], { before: series(1), after: nan }))).toHaveLength(1)
  })

  test('judges a divergence by its time where the earlier view left the run out', () => {
    const nan = series(1, Number.NaN)
    expect(changes([found('a')], [], { before: { at: 2001 }, after: nan })).toEqual([])
    expect(changes([found('a')], [], { before: { at: 2000 }, after: nan })).toHaveLength(1)
  })
})

describe('the digest of hosts and files', () => {
  test('tells who is gone, back, new, and was away in between', () => {
    const earlier = [connected('a', 1), connected('b', 2), connected('c', 3), gone('c', 4)]
    const later = [
      gone('a', 10),
      gone('b', 11),
      connected('b', 12),
      gone('b', 13),
      connected('b', 14),
      connected('c', 15),
      connected('d', 16),
    ]
    expect(told(changes(earlier, later))).toEqual([
      'host.gone: host a is offline: no heartbeat',
      'host.away: host b was away 2 times, and is back',
      'host.new: host d is new',
      'host.back: host c is back',
    ])
  })

  test('tells lost points, new problems, and those that are gone', () => {
    const earlier = [connected('h', 1), problem('/old', 2, 1)]
    const later: NewEvent[] = [
      { type: 'agent.gap', at: 10, about: 'h', data: { reason: 'full', batches: 1, points: 300 } },
      problem('/old', 11, 0),
      problem('/new', 12, 4),
    ]
    expect(told(changes(earlier, later))).toEqual([
      'points.lost: host h lost 300 points',
      'problem.new: csv: /new: bad line',
      'problem.gone: csv: /old can be read again',
    ])
  })
})

describe('a long digest', () => {
  test('counts what is beyond the first of a kind', () => {
    const all = changes(
      [],
      Array.from({ length: 20 }, (_, i) => found(`r${i}`, 1000 + i)),
    )
    expect(all).toHaveLength(MOST_OF_A_KIND + 1)
    expect(all[0]).toMatchObject({ about: 'r19', time: 1019 })
    expect(all.at(-1)).toMatchObject({ about: null, text: '12 more runs started', time: 1011 })
  })

  const id = fc.constantFrom('a', 'b', 'c', 'd')
  const at = fc.integer({ min: 0, max: 50 })
  const event = fc.oneof<fc.Arbitrary<NewEvent>[]>(
    id.map((about) => found(about)),
    fc
      .tuple(
        id,
        at,
        fc.constantFrom('running' as const, 'idle' as const, 'finished' as const, 'failed' as const),
      )
      .map(([a, t, s]) => status(a, t, s)),
    fc.tuple(id, at).map(([a, t]) => connected(a, t)),
    fc.tuple(id, at).map(([a, t]) => gone(a, t)),
    fc
      .tuple(fc.constantFrom('/p', '/q'), at, fc.integer({ min: 0, max: 2 }))
      .map(([p, t, c]) => problem(p, t, c)),
  )
  const log = fc.array(event, { maxLength: 40 })

  test('is sorted by kind and time, the same each time, and empty where nothing changed', () => {
    fc.assert(
      fc.property(log, log, (earlier, later) => {
        const all = changes(earlier, later)
        expect(changes(earlier, later)).toEqual(all)
        expect(changes([...earlier, ...later], [])).toEqual([])
        const ranks = all.map(({ kind, time }) => [DIGEST_KINDS.indexOf(kind), -time] as const)
        for (const [i, [rank, time]] of ranks.entries()) {
          const [rankBefore, timeBefore] = ranks[i - 1] ?? [-1, 0]
          expect(rank > rankBefore || (rank === rankBefore && time >= timeBefore)).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })
})
