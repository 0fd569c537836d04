// A world made by hand for the tests of the command line, and a link that shows it.
import type { Columns } from '../../src/core/columns.ts'
import { decimate } from '../../src/core/decimate.ts'
import type { LogEvent } from '../../src/core/events.ts'
import type { Action, HubLink } from '../../src/core/link.ts'
import { type Ack, emptyState, type Host, type Problem, type Run, type State } from '../../src/core/state.ts'
import { type Summary, summarise } from '../../src/core/summary.ts'
import type { PastMoment, SeriesQuery, World } from '../../src/core/world.ts'
import { cleanText } from '../../src/protocol/text.ts'
import { type Printed, pageOf, spansOf } from '../helpers/lines.ts'

/** Now, in these tests. */
export const NOW = Date.parse('2026-01-05T12:00:00Z')

/** What came from outside: quotes, commas, a line break and a formula, as the door for text leaves them. */
export const HOSTILE = cleanText('=SUM("a", b)\n\u001b[31mred\u202e')

export function run(id: string, over: Partial<Run> = {}): Run {
  return {
    id,
    host: 'h-train',
    epoch: 'e1',
    name: `run ${id}`,
    experiment: 'vision',
    source: 'jsonl',
    path: `/logs/${id}`,
    status: 'running',
    started: NOW - 3_600_000,
    ended: null,
    params: {},
    tags: {},
    restarts: 0,
    ...over,
  }
}

export function host(id: string, over: Partial<Host> = {}): Host {
  return {
    id,
    name: id,
    role: 'training',
    online: true,
    reason: null,
    version: '0.1.0',
    epoch: 'e1',
    since: NOW - 60_000,
    os: 'linux',
    kernel: '6.1',
    cpus: 8,
    cpuModel: 'x',
    memoryBytes: 16 * 2 ** 30,
    gpus: [],
    note: null,
    lostPoints: 0,
    ...over,
  }
}

/** Points by owner and key; steps may be bigints. */
export type Points = Record<string, Record<string, readonly (readonly [number | bigint, number, number])[]>>

function columnsOf(points: readonly (readonly [number | bigint, number, number])[]): Columns {
  const wide = points.some(([step]) => typeof step === 'bigint')
  return {
    steps: wide
      ? BigInt64Array.from(points, ([step]) => BigInt(step))
      : Float64Array.from(points, ([step]) => Number(step)),
    times: Float64Array.from(points, ([, time]) => time),
    values: Float64Array.from(points, ([, , value]) => value),
  }
}

export interface Parts {
  readonly runs?: readonly Run[]
  readonly hosts?: readonly Host[]
  readonly problems?: readonly Problem[]
  readonly acks?: readonly Ack[]
  /** What the hub answers for the past. */
  readonly past?: (moment: PastMoment) => World
  readonly points?: Points
  readonly registry?: Pick<State, 'models' | 'versions'>
  readonly events?: readonly LogEvent[]
  readonly lines?: Printed
}

const byId = <T extends { id: string }>(rows: readonly T[] = []) => new Map(rows.map((row) => [row.id, row]))

function stateOf({ runs, hosts, problems, acks, registry, events = [] }: Parts): State {
  const tables = { runs: byId(runs), hosts: byId(hosts), problems: byId(problems), acks: byId(acks) }
  return { ...emptyState, ...registry, seq: events.at(-1)?.seq ?? 0, ...tables }
}

export function worldOf(parts: Parts): World {
  const series = new Map<string, Map<string, Summary>>()
  for (const [owner, keys] of Object.entries(parts.points ?? {})) {
    const mine = new Map<string, Summary>()
    for (const [key, points] of Object.entries(keys))
      mine.set(key, summarise(undefined, columnsOf(points), 0, points.length))
    series.set(owner, mine)
  }
  return { state: stateOf(parts), series, presence: new Map(), lines: spansOf(parts.lines ?? {}) }
}

function readPoints(parts: Parts, { owner, key, x, from, to, points }: SeriesQuery): Columns {
  const all = parts.points?.[owner]?.[key] ?? []
  const origin = all[0]?.[1] ?? 0
  const kept = all.filter(([step, time]) => {
    const at = x === 'step' ? Number(step) : x === 'time' ? time : time - origin
    return at >= (from ?? -Infinity) && at <= (to ?? Infinity)
  })
  const columns = columnsOf(kept)
  return points === 0 || kept.length === 0 ? columns : decimate(columns, points, x)
}

/** A link whose world can be exchanged. */
export interface FakeLink extends HubLink {
  show(parts: Parts): void
  readonly asked: SeriesQuery[]
  readonly acted: Action[]
  listeners(): number
}

export function linkTo(first: Parts): FakeLink {
  let parts = first
  const listeners = new Set<() => void>()
  const asked: SeriesQuery[] = []
  const acted: Action[] = []
  return {
    asked,
    acted,
    listeners: () => listeners.size,
    show(next) {
      parts = next
      for (const listener of listeners) listener()
    },
    world: () => worldOf(parts),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    points: async (query) => {
      asked.push(query)
      return readPoints(parts, query)
    },
    events: async ({ since, limit, about }) =>
      (parts.events ?? [])
        .filter(({ seq, about: mine }) => seq > since && (about === undefined || mine === about))
        .slice(0, limit),
    lines: async (query) => pageOf(parts.lines ?? {}, query),
    worldAt: async (moment) => parts.past!(moment),
    act: async (action) => void acted.push(action),
    status: () => ({ where: 'a test', connected: true, trouble: null, heard: NOW }),
    close: () => {},
  }
}

const line = (count: number, value: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => [i, NOW - 1_000_000 + i * 1000, value(i)] as const)

const event = (seq: number, over: Partial<LogEvent> = {}) =>
  ({
    seq,
    at: NOW - 600_000 + seq * 1000,
    type: 'run.status',
    about: seq % 2 === 0 ? 'aa01' : 'bb02',
    by: 'agent:h-train',
    data: { status: 'running' },
    ...over,
  }) as LogEvent

/** Four runs, two hosts: diverged, hostile and empty ones among them. */
export const fleet: Parts = {
  runs: [
    run('aa01', { name: 'good', params: { lr: '1e-3', batch: '32', opt: 'adam' }, tags: { team: 'x' } }),
    run('aa02', { name: 'diverged', status: 'failed', params: { lr: '0.1', batch: '32' }, ended: NOW }),
    run('bb02', { name: HOSTILE, params: { note: HOSTILE, '=cmd': '-1+2', lr: '2' }, host: 'h-serve' }),
    run('cc03', { name: 'twin', status: 'finished', started: null }),
    run('cc04', { name: 'twin', status: 'idle' }),
  ],
  hosts: [
    host('h-train', {
      name: 'gpu-1',
      gpus: [{ index: 0, name: 'H100', memoryMiB: 81_559 }],
    }),
    host('h-serve', { name: 'serve-1', role: 'serving', online: false, reason: 'no heartbeat' }),
  ],
  problems: [
    {
      id: 'h-train:/logs/aa01',
      host: 'h-train',
      about: 'h-train',
      source: 'jsonl',
      path: '/logs/aa01',
      problem: 'line 3 is no JSON',
      count: 2,
      at: NOW - 5000,
    },
  ],
  points: {
    aa01: {
      loss: line(1000, (i) => 1 / (i + 1)),
      'val/loss': line(3, (i) => 0.5 - i / 10),
      'val/acc': line(3, (i) => i / 10),
      tokens: [
        [9007199254740993n, NOW, 1],
        [9223372036854775807n, NOW + 1, -0],
      ],
    },
    aa02: {
      loss: [
        [0, NOW - 3, 2],
        [1, NOW - 2, Number.POSITIVE_INFINITY],
        [2, NOW - 1, Number.NEGATIVE_INFINITY],
        [3, NOW, Number.NaN],
      ],
    },
    bb02: { loss: line(2, () => 0.25), '=HYPERLINK("x")': line(1, () => 7) },
    'h-train': { cpu: line(5, (i) => i * 10), 'gpu.0.utilization': line(5, () => 97) },
  },
  events: Array.from({ length: 12 }, (_, i) => event(i + 1)),
}

export { event }
