// The console in a real PTY: first frame, key to frame with 10,000 runs and 50 hosts, bytes while idle.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IPty, spawn } from 'node-pty'
import type { NewEvent } from '../../src/core/events.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { openStore } from '../../src/store/store.ts'
import type { Figure } from './figure.ts'
import { cpuSeconds, median, sleep } from './process.ts'

declare const __BENCH_ROOT__: string

const COLUMNS = 200
const ROWS = 50

function start(folder: string, args: string[]): IPty {
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    XDG_STATE_HOME: join(folder, 'xdg'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  }
  delete env.NODE_ENV
  return spawn(process.execPath, [join(__BENCH_ROOT__, 'dist', 'mlops.js'), ...args], {
    name: 'xterm-256color',
    cols: COLUMNS,
    rows: ROWS,
    cwd: folder,
    env,
  })
}

/** Resolves when the output since the call matches. */
function shown(pty: IPty, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    let seen = ''
    const listener = pty.onData((data) => {
      seen += data
      if (!pattern.test(seen)) return
      listener.dispose()
      resolve()
    })
  })
}

/** Milliseconds from spawning `mlops DIR` to its first whole frame. */
async function firstFrame(folder: string): Promise<number> {
  const from = performance.now()
  const pty = start(folder, [folder])
  await shown(pty, /help/)
  const took = performance.now() - from
  pty.kill('SIGKILL')
  await sleep(100)
  return took
}

/** A store with 10,000 runs of 20 metrics on 50 hosts. */
function fillStore(state: string): void {
  const store = openStore(join(state, 'store.db'))
  for (let h = 0; h < 50; h++) {
    const events: NewEvent[] = [
      {
        type: 'host.connected',
        at: 1.7e12,
        about: `host-${h}`,
        data: { name: `gpu-${h}`, role: 'training', version: '1', epoch: 'e' },
      },
    ]
    for (let r = 0; r < 200; r++) {
      const about = `run-${h}-${r}`
      events.push({
        type: 'run.found',
        at: 1.7e12,
        about,
        data: {
          name: `resnet-${h}-${r}`,
          experiment: `exp-${r % 40}`,
          source: 'csv',
          path: `/logs/${h}/${r}`,
          started: 1.7e12,
        },
      })
      events.push({
        type: 'run.params',
        at: 1.7e12,
        about,
        data: { params: { lr: String(10 ** -(r % 5)), batch: '64', seed: String(r) } },
      })
    }
    const buffer = new PointBuffer()
    for (let r = 0; r < 200; r++)
      for (let m = 0; m < 20; m++)
        buffer.add(
          `run-${h}-${r}`,
          m === 0 ? 'loss' : `metric/${m}`,
          100 + r,
          1.7e12 + r * 1000 + h,
          1 / (r + m + 1),
        )
    const points = buffer.take()
    store.commit([
      {
        by: `agent:host-${h}`,
        events,
        batch: {
          from: { agent: `host-${h}`, epoch: 'e', seq: 1, mark: { high: 1, beyond: [] } },
          points,
          frame: JSON.stringify({ points: toWirePoints(points) }),
        },
      },
    ])
  }
  store.seal()
  store.close()
}

/** Keys that each change the screen: down, and now and then to the end and back. */
const keyOf = (i: number) => (i % 20 === 19 ? 'G' : i % 20 === 0 && i > 0 ? 'g' : 'j')
/** A key that changes nothing draws nothing: it counts as this, ms. */
const NO_FRAME_MS = 2_000

/** Milliseconds from a key to the first byte of its frame. */
async function keyToFrame(pty: IPty, key: string): Promise<number> {
  const from = performance.now()
  const answer = new Promise<void>((resolve) => {
    const listener = pty.onData(() => {
      listener.dispose()
      resolve()
    })
  })
  pty.write(key)
  await Promise.race([answer, sleep(NO_FRAME_MS)])
  return performance.now() - from
}

async function withFleet(folder: string): Promise<Figure[]> {
  const state = join(folder, 'state')
  fillStore(state)
  writeFileSync(join(folder, 'mlops.config.json'), JSON.stringify({ state: 'state', watch: [] }))
  const from = performance.now()
  const pty = start(folder, [])
  await shown(pty, /help/)
  const first = performance.now() - from
  await sleep(3000)
  const keys: number[] = []
  for (let i = 0; i < 60; i++) {
    keys.push(await keyToFrame(pty, keyOf(i)))
    await sleep(37)
  }
  const filter: number[] = []
  pty.write('/')
  await sleep(300)
  for (const letter of 'resnet-1') {
    filter.push(await keyToFrame(pty, letter))
    await sleep(150)
  }
  pty.write('\r')
  await sleep(1000)
  let bytes = 0
  const counter = pty.onData((data) => {
    bytes += data.length
  })
  const cpu = cpuSeconds(pty.pid)
  await sleep(10_000)
  counter.dispose()
  const busy = ((cpuSeconds(pty.pid) - cpu) / 10) * 100
  pty.kill('SIGKILL')
  const sorted = keys.sort((a, b) => a - b)
  return [
    { name: 'first frame, 10,000 runs in the store', value: first, unit: 'ms', better: 'lower' },
    {
      name: 'key to frame, 10,000 runs and 50 hosts, median',
      value: median(keys),
      unit: 'ms',
      better: 'lower',
    },
    {
      name: 'key to frame, 10,000 runs and 50 hosts, p95',
      value: sorted[Math.floor(sorted.length * 0.95)]!,
      unit: 'ms',
      budget: 50,
      better: 'lower',
    },
    { name: 'letter of a filter to frame, median', value: median(filter), unit: 'ms', better: 'lower' },
    {
      name: 'bytes a second while one host reports each second',
      value: bytes / 10,
      unit: 'B/s',
      better: 'lower',
    },
    { name: 'console and hub CPU meanwhile', value: busy, unit: '% of core', better: 'lower' },
  ]
}

/** The figures of the console. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-console-'))
  try {
    const logs = mkdtempSync(join(folder, 'logs-'))
    const frames: number[] = []
    for (let i = 0; i < 10; i++) frames.push(await firstFrame(logs))
    return [
      {
        name: 'first frame of mlops DIR, median of 10',
        value: median(frames),
        unit: 'ms',
        budget: 400,
        better: 'lower',
      },
      ...(await withFleet(folder)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
