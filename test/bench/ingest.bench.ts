// Ingest over a real WebSocket into a real hub process: durable (synchronous=FULL) and acked, 1,000 live series.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import WebSocket, { WebSocketServer } from 'ws'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import { toWirePoints } from '../../src/protocol/points.ts'
import type { Figure } from './figure.ts'
import { median } from './process.ts'

declare const __BENCH_DIR__: string

const SERIES = 1000
const POINTS_A_SERIES = 5
const FRAME_POINTS = SERIES * POINTS_A_SERIES
const SECONDS = 6
const WINDOW = 8

function frame(seq: number): string {
  const series = Array.from(
    { length: SERIES },
    (_, i) => [`run-${i % 50}`, `metric/${Math.floor(i / 50)}`] as const,
  )
  const step = seq * POINTS_A_SERIES
  const columns = Array.from({ length: FRAME_POINTS }, (_, i) => i)
  const points = toWirePoints({
    series,
    counts: series.map(() => POINTS_A_SERIES),
    steps: columns.map((i) => step + (i % POINTS_A_SERIES)),
    times: columns.map((i) => 1.7e12 + (step + (i % POINTS_A_SERIES)) * 1000 + (i % 13)),
    values: columns.map((i) => Math.fround(2 / Math.sqrt(step + i + 1) + Math.sin(i * 7.7) * 0.01)),
  })
  return JSON.stringify({ type: 'batch', seq, at: Date.now(), events: [], points })
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!

async function ask(child: ChildProcess, question: string): Promise<{ cpu: NodeJS.CpuUsage; rss: number }> {
  child.send(question)
  const [answer] = await once(child, 'message')
  return answer
}

interface Drive {
  readonly points: number
  readonly seconds: number
  readonly latencies: number[]
}

/** Sends frames with at most `window` unacked until the time is over and all are acked; `pause` ms between frames. */
async function drive(url: string, window: number, seconds: number, pause = 0, from = 1): Promise<Drive> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  const hello = {
    type: 'agent.hello',
    protocol: PROTOCOL,
    agent: 'bench',
    epoch: 'e',
    instance: 'i',
    name: 'bench',
    role: 'training',
    version: '0',
    first: 1,
    next: from,
  }
  socket.send(JSON.stringify(hello))
  const sent = new Map<number, number>()
  const latencies: number[] = []
  let wake = () => {}
  let acked = from - 1
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString())
    if (message.type === 'ack') {
      acked = from - 1 + message.taken
      latencies.push(performance.now() - sent.get(acked)!)
    }
    wake()
  })
  await new Promise<void>((resolve) => {
    wake = resolve
  })
  // Frames are prepared first: the generator is not what is measured.
  const count = pause > 0 ? Math.ceil((seconds * 1000) / pause) : 120
  const frames = Array.from({ length: count }, (_, i) => frame(from + i))
  const start = performance.now()
  for (const [i, text] of frames.entries()) {
    while (from + i - acked > window)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    sent.set(from + i, performance.now())
    socket.send(text)
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause))
  }
  while (acked < from + count - 1)
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  const elapsed = (performance.now() - start) / 1000
  socket.close()
  return { points: count * FRAME_POINTS, seconds: elapsed, latencies }
}

/** Points a second that SQLite alone appends to a log table, batches of the same size, synced. */
function bareSqlite(folder: string): number {
  const db = new Database(join(folder, 'bare.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table log (series integer, step integer, time integer, value real)')
  const insert = db.prepare('insert into log values (?, ?, ?, ?)')
  const write = db.transaction((base: number) => {
    for (let i = 0; i < FRAME_POINTS; i++) insert.run(i % SERIES, base + i, 1.7e12 + i, i * 0.001)
  })
  const start = performance.now()
  for (let i = 0; i < 100; i++) write(i)
  const rate = (100 * FRAME_POINTS) / ((performance.now() - start) / 1000)
  db.close()
  return rate
}

/** Points a second that bare ws carries when the other end only counts frames and answers each. */
async function bareSocket(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  server.on('connection', (socket) => socket.on('message', () => socket.send('ok')))
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`)
  await once(socket, 'open')
  const text = frame(1)
  const total = 300
  let answered = 0
  const start = performance.now()
  for (let i = 0; i < total; i++) socket.send(text)
  await new Promise<void>((resolve) => socket.on('message', () => ++answered === total && resolve()))
  const rate = (total * FRAME_POINTS) / ((performance.now() - start) / 1000)
  socket.close()
  server.close()
  return rate
}

/** The figures of ingest. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ingest-'))
  const child = fork(join(__BENCH_DIR__, 'hub.child.mjs'), [join(folder, 'store.db')])
  try {
    const [{ url }] = (await once(child, 'message')) as [{ url: string }]
    await drive(url, WINDOW, SECONDS)
    const rates: number[] = []
    const costs: number[] = []
    for (let round = 0; round < 5; round++) {
      const before = await ask(child, 'cpu')
      const { points, seconds } = await drive(url, WINDOW, SECONDS, 0, 1 + 120 * (round + 1))
      const after = await ask(child, 'cpu')
      rates.push(points / seconds)
      costs.push((after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / points)
    }
    // A steady load well above any real fleet: 10 frames a second of 5,000 points.
    const steady = await drive(url, 64, 10, 100, 1 + 120 * 6)
    const latencies = steady.latencies.sort((a, b) => a - b)
    const { rss } = await ask(child, 'cpu')
    const bare = Math.min(bareSqlite(folder), await bareSocket())
    return [
      {
        name: 'ingest, durable and acked, 1,000 live series',
        value: median(rates),
        unit: 'points/s',
        budget: 150_000,
        limit: bare,
        better: 'higher',
      },
      { name: 'hub CPU a point', value: median(costs), unit: 'us', budget: 2, better: 'lower' },
      { name: 'ack p50 at 50,000 points/s', value: percentile(latencies, 0.5), unit: 'ms', better: 'lower' },
      {
        name: 'ack p99 at 50,000 points/s',
        value: percentile(latencies, 0.99),
        unit: 'ms',
        budget: 50,
        better: 'lower',
      },
      { name: 'hub RSS afterwards', value: rss / 2 ** 20, unit: 'MiB', better: 'lower' },
    ]
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
