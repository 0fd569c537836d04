// 1,000 agents on one hub, each sending a batch of 14 host samples every second.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import type { Figure } from './figure.ts'
import { cpuSeconds, residentMiB, sleep } from './process.ts'

declare const __BENCH_DIR__: string

const AGENTS = 1000
const SECONDS = 15
const KEYS = [
  'cpu',
  'memory',
  'memory.used',
  'swap',
  'disk',
  'disk.read',
  'disk.write',
  'net.rx',
  'net.tx',
  'load1',
  'load5',
  'gpu.0.utilization',
  'gpu.0.memory',
  'gpu.0.power',
]

interface SimulatedAgent {
  readonly socket: WebSocket
  readonly id: string
  seq: number
  readonly sent: Map<number, number>
}

function batch({ id }: SimulatedAgent, seq: number): string {
  const now = Date.now()
  const ones = KEYS.map(() => 1)
  const points = {
    series: KEYS.map((key) => [id, key]),
    counts: ones,
    steps: ones.map(() => seq),
    times: ones.map(() => now),
    values: ones.map(() => Math.random() * 100),
  }
  return JSON.stringify({ type: 'batch', seq, at: now, events: [], points })
}

async function joinHub(url: string, i: number, latencies: number[]): Promise<SimulatedAgent> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const agent: SimulatedAgent = { socket, id: `agent-${i}`, seq: 0, sent: new Map() }
  await once(socket, 'open')
  socket.send(
    JSON.stringify({
      type: 'agent.hello',
      protocol: PROTOCOL,
      agent: agent.id,
      epoch: 'e',
      instance: 'i',
      name: agent.id,
      role: 'training',
      version: '0',
      first: 1,
      next: 1,
    }),
  )
  await once(socket, 'message')
  socket.on('message', (data) => {
    const { type, taken } = JSON.parse(data.toString())
    const sent = agent.sent.get(taken)
    if (type === 'ack' && sent !== undefined) latencies.push(performance.now() - sent)
    agent.sent.delete(taken)
  })
  return agent
}

function send(agent: SimulatedAgent): void {
  agent.seq++
  agent.sent.set(agent.seq, performance.now())
  agent.socket.send(batch(agent, agent.seq))
}

/** The figures of a fleet. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'))
  const hub = fork(join(__BENCH_DIR__, 'hub.child.mjs'), [join(folder, 'store.db')])
  try {
    const [{ url }] = (await once(hub, 'message')) as [{ url: string }]
    const latencies: number[] = []
    const start = performance.now()
    const agents: SimulatedAgent[] = []
    for (let i = 0; i < AGENTS; i += 100)
      agents.push(
        ...(await Promise.all(Array.from({ length: 100 }, (_, j) => joinHub(url, i + j, latencies)))),
      )
    const joined = performance.now() - start
    const before = cpuSeconds(hub.pid!)
    const from = performance.now()
    for (let second = 0; second < SECONDS; second++) {
      // Spread over the second, as a fleet without a common clock is.
      for (let slice = 0; slice < 20; slice++) {
        for (let i = slice; i < AGENTS; i += 20) send(agents[i]!)
        await sleep(Math.max(0, from + second * 1000 + (slice + 1) * 50 - performance.now()))
      }
    }
    const cpu = ((cpuSeconds(hub.pid!) - before) / ((performance.now() - from) / 1000)) * 100
    await sleep(1000)
    const sorted = latencies.sort((a, b) => a - b)
    return [
      { name: '1,000 agents joined', value: joined, unit: 'ms', better: 'lower' },
      {
        name: 'batches acked of those sent',
        value: (sorted.length / (AGENTS * SECONDS)) * 100,
        unit: '%',
        budget: 100,
        better: 'higher',
      },
      {
        name: 'hub CPU with 1,000 agents at 1 s, 14,000 points/s',
        value: cpu,
        unit: '% of core',
        better: 'lower',
      },
      { name: 'ack p50', value: sorted[sorted.length >> 1]!, unit: 'ms', better: 'lower' },
      {
        name: 'ack p99',
        value: sorted[Math.floor(sorted.length * 0.99)]!,
        unit: 'ms',
        budget: 50,
        better: 'lower',
      },
      { name: 'hub RSS', value: residentMiB(hub.pid!), unit: 'MiB', better: 'lower' },
    ]
  } finally {
    hub.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
