// The console in a real PTY on 10,000 runs with 200 metrics each and 50 hosts, while ten hosts report each second.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type IPty, spawn } from 'node-pty'
import type { Figure } from './figure.ts'
import { fillLargeStore } from './large-store.ts'
import { startHosts } from './live-hosts.ts'
import { cpuSeconds, median, residentMiB, sleep } from './process.ts'

declare const __BENCH_ROOT__: string

const REST_S = 8
/** A key that changes nothing draws nothing: it counts as this, ms. */
const NO_FRAME_MS = 2_000

function start(folder: string): IPty {
  const env: Record<string, string> = { ...(process.env as Record<string, string>), TERM: 'xterm-256color' }
  delete env.NODE_ENV
  env.XDG_STATE_HOME = join(folder, 'xdg')
  const options = { name: 'xterm-256color', cols: 200, rows: 50, cwd: folder, env }
  return spawn(process.execPath, [join(__BENCH_ROOT__, 'dist', 'mlops.js')], options)
}

/** Milliseconds to the first frame, and to the first rows in it. */
async function firstFrame(pty: IPty, from: number): Promise<{ frame: number; rows: number }> {
  let seen = ''
  let frame = 0
  return new Promise((resolve) => {
    const listener = pty.onData((data) => {
      seen += data
      if (frame === 0 && seen.includes('help')) frame = performance.now() - from
      if (!seen.includes('resnet-')) return
      listener.dispose()
      resolve({ frame, rows: performance.now() - from })
    })
  })
}

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

async function keys(pty: IPty, all: readonly string[], pause: number): Promise<number[]> {
  const times: number[] = []
  for (const key of all) {
    times.push(await keyToFrame(pty, key))
    await sleep(pause)
  }
  return times.sort((a, b) => a - b)
}

/** Share of a core and bytes a second while nobody presses a key. */
async function atRest(pty: IPty): Promise<{ cpu: number; bytes: number }> {
  let bytes = 0
  const counter = pty.onData((data) => {
    bytes += data.length
  })
  const before = cpuSeconds(pty.pid)
  await sleep(REST_S * 1000)
  counter.dispose()
  return { cpu: ((cpuSeconds(pty.pid) - before) / REST_S) * 100, bytes: bytes / REST_S }
}

async function measure(folder: string): Promise<Figure[]> {
  const from = performance.now()
  const pty = start(folder)
  const first = await firstFrame(pty, from)
  await sleep(3000)
  const rss = residentMiB(pty.pid)
  const idle = await atRest(pty)
  const { url } = JSON.parse(readFileSync(join(folder, 'state', 'hub.json'), 'utf8')) as { url: string }
  const stop = await startHosts(`${url}/ws`, 10)
  const moves = await keys(
    pty,
    Array.from({ length: 80 }, (_, i) => (i % 20 === 19 ? 'G' : i % 20 === 0 && i > 0 ? 'g' : 'j')),
    37,
  )
  const rest = await atRest(pty)
  pty.write('/')
  await sleep(300)
  const filter = await keys(pty, [...'loss<0.05'], 150)
  stop()
  pty.kill('SIGKILL')
  const lower = 'lower' as const
  const share = { unit: '% of core', better: lower }
  return [
    {
      name: 'first frame, 2 M series in the store',
      value: first.frame,
      unit: 'ms',
      budget: 400,
      better: lower,
    },
    { name: 'first rows on the screen', value: first.rows, unit: 'ms', better: lower },
    { name: 'RSS of console and hub after the start', value: rss, unit: 'MiB', better: lower },
    { name: 'key to frame, ten hosts reporting, median', value: median(moves), unit: 'ms', better: lower },
    {
      name: 'key to frame, ten hosts reporting, p95',
      value: moves[Math.floor(moves.length * 0.95)]!,
      unit: 'ms',
      budget: 50,
      better: lower,
    },
    {
      name: 'letter of a filter to frame, median',
      value: median(filter),
      unit: 'ms',
      budget: 50,
      better: lower,
    },
    { name: 'CPU at rest, ten hosts reporting', value: rest.cpu, budget: 6, ...share },
    { name: 'CPU at rest, nobody reporting', value: idle.cpu, ...share },
    { name: 'bytes written, nobody reporting', value: idle.bytes, unit: 'B/s', budget: 0, better: lower },
  ]
}

/** The figures of the console at scale. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'))
  try {
    fillLargeStore(join(folder, 'state'))
    const config = { state: 'state', watch: [] }
    writeFileSync(join(folder, 'mlops.config.json'), JSON.stringify(config))
    return await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
