// The series store on disk: size after sealing, charts from a cold store, start after kill -9 with 14 M points.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PointBuffer } from '../../src/protocol/points.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import type { Figure } from './figure.ts'
import { median } from './process.ts'

declare const __BENCH_DIR__: string

const POINTS_A_BATCH = 8000

let seq = 0
function commit(store: Store, add: (buffer: PointBuffer) => void): void {
  const buffer = new PointBuffer()
  add(buffer)
  const points = buffer.take()
  // The log row is what a restart replays, so it must be real even here.
  const frame = JSON.stringify({ type: 'batch', seq: ++seq, at: 0, events: [], points })
  store.commit([
    {
      by: 'agent:a',
      events: [],
      batch: { from: { agent: 'a', epoch: 'e', seq: seq, mark: { high: seq, beyond: [] } }, points, frame },
    },
  ])
}

type Value = (i: number) => number
const noise = (i: number) =>
  Math.sin(i * 12.9898) * 43758.5453 - Math.floor(Math.sin(i * 12.9898) * 43758.5453)
const KINDS: Record<string, [Value, number]> = {
  'torch-like float32 loss': [(i) => Math.fround(2 / Math.sqrt(i + 1) + noise(i) * 0.05), 9],
  '4-decimal loss': [(i) => Math.round((2 / Math.sqrt(i + 1) + noise(i) * 0.05) * 1e4) / 1e4, 9],
  'integer gauge': [(i) => Math.round(noise(i) * 100), 2],
}

function fill(store: Store, owner: string, total: number, value: Value): void {
  for (let from = 0; from < total; from += POINTS_A_BATCH)
    commit(store, (buffer) => {
      for (let i = from; i < Math.min(total, from + POINTS_A_BATCH); i++)
        buffer.add(owner, 'x', i, 1.7e12 + i * 1000 + Math.floor(noise(i + 7) * 12), value(i))
    })
}

/** Bytes a point of a store that holds nothing else, file and WAL included, after sealing and closing. */
function sizes(): Figure[] {
  return Object.entries(KINDS).map(([kind, [value, budget]]) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-size-'))
    const file = join(folder, 'store.db')
    const empty = openStore(file)
    empty.close()
    const before = statSync(file).size
    const store = openStore(file)
    const total = 1_000_000
    fill(store, 'run', total, value)
    store.seal()
    store.compact()
    store.close()
    const bytes = (statSync(file).size - before) / total
    rmSync(folder, { recursive: true, force: true })
    return { name: `stored size, ${kind}`, value: bytes, unit: 'B/point', budget, better: 'lower' as const }
  })
}

/** Milliseconds from opening a cold store's chart to its points, thinned to 500 columns. */
function chart(total: number, budget: number): Figure {
  const folder = mkdtempSync(join(tmpdir(), 'bench-chart-'))
  const file = join(folder, 'store.db')
  const filled = openStore(file)
  fill(filled, 'run', total, KINDS['torch-like float32 loss']![0])
  filled.seal()
  filled.close()
  const times = Array.from({ length: 7 }, () => {
    const store = openStore(file)
    const start = performance.now()
    store.points({ owner: 'run', key: 'x', x: 'step', points: 400 })
    const took = performance.now() - start
    store.close()
    return took
  })
  rmSync(folder, { recursive: true, force: true })
  return {
    name: `chart of ${total.toLocaleString('en')} points from disk`,
    value: median(times),
    unit: 'ms',
    budget,
    better: 'lower',
  }
}

/** Milliseconds from spawning a hub to its answer, on a store of 14 M points that was killed while taking more. */
async function restart(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-restart-'))
  const file = join(folder, 'store.db')
  const store = openStore(file)
  const total = 14_000_000
  const series = 1000
  for (let from = 0; from < total; from += POINTS_A_BATCH) {
    commit(store, (buffer) => {
      for (let i = from; i < from + POINTS_A_BATCH; i++)
        buffer.add(
          `run-${i % 50}`,
          `m${Math.floor(i / 50) % (series / 50)}`,
          Math.floor(i / series),
          1.7e12 + i,
          noise(i),
        )
    })
    // As the hub does between batches; the last quarter million stays in the log, as after a kill.
    while (total - from > 250_000 && store.maintain(50));
  }
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    const start = performance.now()
    const child = fork(join(__BENCH_DIR__, 'hub.child.mjs'), [file])
    await once(child, 'message')
    times.push(performance.now() - start)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  store.close()
  rmSync(folder, { recursive: true, force: true })
  return [
    {
      name: 'hub ready after kill -9 with 14 M points',
      value: median(times),
      unit: 'ms',
      budget: 2000,
      better: 'lower',
    },
  ]
}

/** The figures of the series store. */
export async function run(): Promise<Figure[]> {
  return [...sizes(), chart(100_000, 30), chart(1_000_000, 80), ...(await restart())]
}
