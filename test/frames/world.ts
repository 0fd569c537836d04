// A small world that is the same each time: 3 hosts, 12 runs, metrics with a NaN, a problem, a lost host.
import { apply } from '../../src/core/apply.ts'
import { type Columns, toColumns } from '../../src/core/columns.ts'
import type { LogEvent } from '../../src/core/events.ts'
import type { Line } from '../../src/core/lines.ts'
import type { HubLink, LinkStatus } from '../../src/core/link.ts'
import { emptyState, type Host, type Problem, type Run, type RunStatus } from '../../src/core/state.ts'
import { type Summary, summarise } from '../../src/core/summary.ts'
import type { World } from '../../src/core/world.ts'
import { pageOf, spansOf } from '../helpers/lines.ts'
import { registryTables, sourced } from './registry.ts'

/** The moment of the pictures, Unix ms. */
export const NOW = Date.UTC(2026, 10, 23, 12, 0, 0)

/** Numbers in [0, 1) that are the same each time (mulberry32, T. Ettinger 2017, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

function host(index: number, name: string, online: boolean, gpus: number): Host {
  return {
    id: `host${index}`,
    name,
    role: index === 2 ? 'serving' : 'training',
    online,
    reason: online ? null : 'no heartbeat for 15 s',
    version: '0.1.0',
    epoch: 'e1',
    since: NOW - 3 * 3_600_000,
    os: 'Linux',
    kernel: '6.8.0',
    cpus: 32,
    cpuModel: 'EPYC 7543',
    memoryBytes: 256 * 2 ** 30,
    gpus: Array.from({ length: gpus }, (_, i) => ({ index: i, name: 'H100', memoryMiB: 81_559 })),
    note: null,
    lostPoints: 0,
  }
}

const STATUSES: readonly RunStatus[] = ['running', 'running', 'finished', 'failed', 'running', 'idle']
const MODELS = ['resnet50', 'vit-b16', 'churn-xgb', 'bert-base'] as const

function run(index: number): Run {
  const status = STATUSES[index % STATUSES.length]!
  const model = MODELS[index % MODELS.length]!
  return {
    id: `run${String(index).padStart(4, '0')}`,
    host: `host${index % 3}`,
    epoch: 'e1',
    name: `${model}-${index}`,
    experiment: index % 2 === 0 ? 'vision' : 'tabular',
    source: index % 3 === 0 ? 'tfevents' : 'jsonl',
    path: `/data/logs/${model}/${index}`,
    status,
    started: NOW - (index + 1) * 600_000,
    ended: status === 'finished' ? NOW - index * 1_000 : null,
    params: {
      lr: String(10 ** -(1 + (index % 4))),
      batch_size: String(32 << (index % 3)),
      optimizer: 'adamw',
    },
    tags: { team: index % 2 === 0 ? 'vision' : 'risk' },
    restarts: 0,
  }
}

const POINTS = 400

function columnsOf(count: number, from: number, to: number, value: (i: number) => number): Columns {
  const at = (i: number) => Math.round(from + ((to - from) * i) / Math.max(1, count - 1))
  const all = Array.from({ length: count }, (_, i) => i)
  return toColumns(
    all.map((i) => i * 10),
    all.map(at),
    all.map(value),
    0,
    count,
  )
}

const curves: Readonly<Record<string, (share: number, noise: number) => number>> = {
  'train/loss': (share, noise) => 2.3 * Math.exp(-3 * share) + 0.1 * noise,
  'val/loss': (share, noise) => 2.4 * Math.exp(-2.5 * share) + 0.15 + 0.03 * noise,
  'val/accuracy': (share, noise) => 0.95 - 0.85 * Math.exp(-3 * share) + 0.01 * noise,
  'train/grad_norm': (share, noise) => 10 ** (1 - 2 * share) * (1 + noise),
  lr: (share) => 1e-3 * (1 + Math.cos(Math.PI * share)),
  'perf/samples_per_second': (_, noise) => 900 + 80 * noise,
}

function runSeries(index: number): Map<string, Columns> {
  const random = randomFrom(index + 1)
  const { started, status } = run(index)
  const end = status === 'running' ? NOW - 500 * (index + 1) : NOW - 60_000 * (index + 1)
  const keys = Object.keys(curves).slice(0, index % 4 === 2 ? 3 : undefined)
  const series = keys.map((key) => {
    const columns = columnsOf(POINTS, started!, Math.max(started! + 1, end), (i) =>
      index === 3 && key === 'train/loss' && i > 300 ? Number.NaN : curves[key]!(i / POINTS, random()),
    )
    return [key, columns] as const
  })
  return new Map(series)
}

function hostSeries(index: number, gpus: number): Map<string, Columns> {
  const random = randomFrom(100 + index)
  const wave = (middle: number, size: number) => (i: number) =>
    Math.max(0, Math.min(100, middle + size * Math.sin(i / 20) + size * 0.3 * (random() - 0.5)))
  const make = (value: (i: number) => number) => columnsOf(600, NOW - 600_000, NOW - 1_000, value)
  const series = new Map<string, Columns>([
    ['cpu', make(wave(40 + index * 25, 15))],
    ['memory', make(wave(60, 4))],
    ['disk', make(() => 71 + index)],
    ['load1', make(wave(12, 5))],
    ['net.rx', make(wave(50, 40))],
    ['net.tx', make(wave(20, 15))],
  ])
  for (let gpu = 0; gpu < gpus; gpu++) {
    series.set(`gpu.${gpu}.utilization`, make(wave(80, 18)))
    series.set(`gpu.${gpu}.memory`, make(wave(88, 2)))
  }
  return series
}

const problem: Problem = {
  id: 'host1:/data/logs/old.csv',
  host: 'host1',
  about: 'host1',
  source: 'csv',
  path: '/data/logs/old.csv',
  problem: 'line 42 has 7 fields, the header has 5',
  count: 1,
  at: NOW - 120_000,
}

const events: readonly LogEvent[] = [
  {
    seq: 1,
    at: NOW - 9_000_000,
    type: 'host.connected',
    about: 'host0',
    by: 'hub',
    data: { name: 'gpu-a', role: 'training', version: '0.1.0', epoch: 'e1' },
  },
  {
    seq: 2,
    at: NOW - 8_000_000,
    type: 'host.connected',
    about: 'host1',
    by: 'hub',
    data: { name: 'gpu-b', role: 'training', version: '0.1.0', epoch: 'e1' },
  },
  {
    seq: 3,
    at: NOW - 7_000_000,
    type: 'host.disconnected',
    about: 'host1',
    by: 'hub',
    data: { reason: 'no heartbeat for 15 s' },
  },
]

const map = <T extends { readonly id: string }>(all: readonly T[]) => new Map(all.map((one) => [one.id, one]))

/** What a training run prints, a line each two seconds, the last one 10 s ago. */
function outputOf(name: string, epochs: number): Line[] {
  const texts = [`loading ${name}`, 'UserWarning: lr_scheduler.step() was called before optimizer.step()']
  for (let epoch = 1; epoch <= epochs; epoch++)
    for (let step = 1; step <= 20; step++)
      texts.push(`epoch ${epoch} step ${step * 50}/1000 loss ${(2.3 / (epoch + step / 20)).toFixed(4)}`)
  texts.push('Traceback (most recent call last):', 'RuntimeError: CUDA error: out of memory')
  return texts.map((text, i) => ({
    number: i + 1,
    at: NOW - 10_000 - (texts.length - 1 - i) * 2000,
    stream: 'train.log',
    text,
  }))
}

/** A hub that never changes unless told to. */
export interface FakeHub {
  readonly link: HubLink
  /** Adds a run, with the event that it was found, and tells the listeners. */
  grow(): void
  /** The first run prints lines. */
  print(...texts: string[]): void
  /** The listeners hear of a change that is none. */
  poke(): void
  /** The first host goes offline now: an alert opens. */
  dropHost(): void
  /** The hub says why it takes nothing. */
  ail(trouble: string): void
  lose(reason: string): void
  /** The link is back. */
  regain(): void
}

/** Makes the hub; `runs` of them, 0 for a hub that has seen nothing. */
export function fakeHub(runs = 12): FakeHub {
  const gpus = [2, 4, 0]
  const hosts =
    runs === 0 ? [] : ['gpu-a', 'gpu-b', 'serve-1'].map((name, i) => host(i, name, i !== 1, gpus[i]!))
  const points = new Map<string, Map<string, Columns>>()
  const summaries = new Map<string, Map<string, Summary>>()
  const add = (id: string, series: Map<string, Columns>) => {
    points.set(id, series)
    summaries.set(
      id,
      new Map(
        [...series].map(([key, columns]) => [key, summarise(undefined, columns, 0, columns.times.length)]),
      ),
    )
  }
  for (const [i, { id }] of hosts.entries()) add(id, hostSeries(i, gpus[i]!))
  const all = Array.from({ length: runs }, (_, i) => sourced(run(i)))
  for (const [i, { id }] of all.entries()) {
    const like = all[i % 12]!.id
    if (i < 12) add(id, runSeries(i))
    else summaries.set(id, summaries.get(like)!)
    points.set(id, points.get(like)!)
  }
  const output: Record<string, Line[]> =
    runs === 0 ? {} : { run0000: outputOf('resnet50', 60), run0001: outputOf('vit-b16', 40) }
  const table = map(all)
  const problems = map(runs === 0 ? [] : [problem])
  const presence = new Map(
    hosts.map(({ id, online }) => [id, { lastSeen: NOW - (online ? 800 : 60_000), lagMs: 12 }]),
  )
  const log = [...events]
  let world: World = {
    state: {
      ...emptyState,
      ...(runs > 0 && registryTables(NOW)),
      seq: runs === 0 ? 0 : events.length,
      hosts: map(hosts),
      runs: table,
      problems,
    },
    series: summaries,
    presence,
    lines: spansOf(output),
  }
  const listeners = new Set<() => void>()
  const linked: LinkStatus = { where: 'this process', connected: true, trouble: null, heard: NOW }
  let status = linked
  const poke = () => {
    for (const listener of listeners) listener()
  }
  return {
    poke,
    print(...texts) {
      const mine = output.run0000!
      for (const text of texts) mine.push({ number: mine.length + 1, at: NOW, stream: 'train.log', text })
      world = { ...world, lines: spansOf(output) }
      poke()
    },
    grow() {
      const index = table.size
      table.set(run(index).id, { ...run(index), name: `grown-${index}` })
      add(run(index).id, runSeries(index % 12))
      const seq = log.length + 1
      const { id: about, name, experiment, source, path } = { ...run(index), name: `grown-${index}` }
      log.push({
        seq,
        at: NOW,
        type: 'run.found',
        about,
        by: 'agent:host0',
        data: { name, experiment, source, path, started: NOW },
      })
      world = { ...world, state: { ...world.state, seq } }
      poke()
    },
    dropHost() {
      const first = world.state.hosts.get('host0')!
      const gone = { ...first, online: false, reason: 'power', since: NOW }
      const lost = new Map(world.state.hosts).set('host0', gone)
      world = { ...world, state: { ...world.state, hosts: lost } }
      poke()
    },
    ail(trouble) {
      status = { ...linked, where: 'ws://hub.example:7430', trouble }
      poke()
    },
    lose(reason) {
      status = { where: 'ws://hub.example:7430', connected: false, trouble: reason, heard: NOW - 12_000 }
      poke()
    },
    regain() {
      status = linked
      poke()
    },
    link: {
      world: () => world,
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      points: async ({ owner, key }) => points.get(owner)!.get(key)!,
      events: async ({ since, limit }) => log.filter(({ seq }) => seq > since).slice(0, limit),
      lines: async (query) => pageOf(output, query),
      worldAt: async () => world,
      async act(action) {
        if (action.action !== 'alias.move') return
        const { about, alias, version, note: reason } = action
        const data = { alias, version, ...(reason !== undefined && { reason }) }
        const event = {
          seq: log.length + 1,
          at: NOW,
          type: 'alias.moved',
          about,
          by: 'user:me',
          data,
        } as const
        log.push(event)
        world = { ...world, state: apply(world.state, [event]) }
        poke()
      },
      status: () => status,
      close: () => {},
    },
  }
}
