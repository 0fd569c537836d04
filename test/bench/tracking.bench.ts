// Logging over REST as MLflow's clients do it: durable before the answer, over four keep-alive connections, into an
// agent and into a hub; then the questions that a UI asks.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figure.ts'
import { median, residentMiB, sleep } from './process.ts'

declare const __BENCH_ROOT__: string

const CONNECTIONS = 4
const BATCH = 1000
/** Milliseconds of each load. */
const LOAD_MS = 6_000
const RUNS = 1000
const HISTORY = 100_000

type Ask = (method: string, path: string, body?: object | string) => Promise<{ [key: string]: unknown }>

interface Client {
  readonly ask: Ask
  close(): void
}

/** A client with one keep-alive connection. */
function connect(port: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask: Ask = (method, path, body) =>
    new Promise((resolve, reject) => {
      const text = typeof body === 'string' ? body : body && JSON.stringify(body)
      const headers = text
        ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
        : {}
      const sent = request(
        { agent, port, host: '127.0.0.1', method, path: `/api/2.0/mlflow/${path}`, headers },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part) => parts.push(part))
          response.on('end', () => {
            const answer = Buffer.concat(parts).toString()
            if (response.statusCode === 200) resolve(JSON.parse(answer))
            else reject(new Error(`${path}: ${response.statusCode} ${answer}`))
          })
        },
      )
      sent.on('error', reject)
      sent.end(text)
    })
  return { ask, close: () => agent.destroy() }
}

async function createRun(ask: Ask, name: string): Promise<string> {
  const { run } = await ask('POST', 'runs/create', {
    experiment_id: '0',
    run_name: name,
    start_time: Date.now(),
  })
  return (run as { info: { run_id: string } }).info.run_id
}

function batchOf(run: string, first: number): string {
  const timestamp = Date.now()
  const metrics = Array.from({ length: BATCH }, (_, i) => ({
    key: `m${i % 10}`,
    value: Math.fround(Math.sin(first + i)),
    timestamp,
    step: Math.floor((first + i) / 10),
  }))
  return JSON.stringify({ run_id: run, metrics })
}

/** Requests a second that four clients get answered. */
async function load(port: number, body: (run: string, i: number) => string, path: string): Promise<number> {
  const clients = Array.from({ length: CONNECTIONS }, () => connect(port))
  const until = performance.now() + LOAD_MS
  let answered = 0
  const start = performance.now()
  await Promise.all(
    clients.map(async ({ ask, close }, c) => {
      const run = await createRun(ask, `load-${c}`)
      // Made before: the generator is not what is measured.
      const bodies = Array.from({ length: 20 }, (_, i) => body(run, i))
      for (let i = 0; performance.now() < until; i++) {
        const fresh = bodies[i % 20]!.replaceAll('"step":', `"step":${i + 1}`)
        await ask('POST', path, i < 20 ? bodies[i]! : fresh)
        answered++
      }
      close()
    }),
  )
  return (answered / (performance.now() - start)) * 1000
}

async function timed(times: number, ask: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    await ask()
    took.push(performance.now() - start)
  }
  return median(took)
}

async function seedRuns({ ask }: Client): Promise<void> {
  for (let i = 0; i < RUNS; i++) {
    const run_id = await createRun(ask, `run-${i}`)
    const timestamp = Date.now()
    const metrics = Array.from({ length: 10 }, (_, m) => ({
      key: `metric${m}`,
      value: (i * 7919 + m) % 1000,
      timestamp,
      step: 1,
    }))
    const params = Array.from({ length: 10 }, (_, p) => ({ key: `param${p}`, value: String(i % 10) }))
    await ask('POST', 'runs/log-batch', { run_id, metrics, params, tags: [{ key: 'a', value: 'b' }] })
  }
}

async function seedHistory({ ask }: Client): Promise<string> {
  const run_id = await createRun(ask, 'history')
  for (let from = 0; from < HISTORY; from += BATCH)
    await ask('POST', 'runs/log-batch', {
      run_id,
      metrics: Array.from({ length: BATCH }, (_, i) => ({
        key: 'loss',
        value: Math.sin(from + i),
        timestamp: 1e12 + from + i,
        step: from + i,
      })),
    })
  return run_id
}

async function readHistory({ ask }: Client, run: string): Promise<number> {
  let points = 0
  for (let token: unknown = ''; token !== undefined; ) {
    const page = await ask(
      'GET',
      `metrics/get-history?run_id=${run}&metric_key=loss&max_results=25000${token ? `&page_token=${token}` : ''}`,
    )
    points += (page.metrics as unknown[]).length
    token = page.next_page_token
  }
  if (points !== HISTORY) throw new Error(`${points} points of ${HISTORY}`)
  return points
}

async function questions(port: number, who: string): Promise<Figure[]> {
  const client = connect(port)
  const run = await seedHistory(client)
  await seedRuns(client)
  const history = await timed(5, () => readHistory(client, run))
  const search = (max_results: number) =>
    client.ask('POST', 'runs/search', {
      experiment_ids: ['0'],
      max_results,
      order_by: ['metrics.metric3 DESC'],
    })
  const page = await timed(7, () => search(100))
  const all = await timed(5, () => search(1010))
  client.close()
  return [
    { name: `${who}: history of 100k points`, value: history, unit: 'ms', budget: 300, better: 'lower' },
    {
      name: `${who}: page of 100 of 1,000 runs by a metric`,
      value: page,
      unit: 'ms',
      budget: 50,
      better: 'lower',
    },
    { name: `${who}: search of all 1,000 runs`, value: all, unit: 'ms', budget: 200, better: 'lower' },
  ]
}

async function measure(who: string, words: readonly string[], port: number): Promise<Figure[]> {
  const server: ChildProcess = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    await new Promise<void>((resolve, reject) => {
      server.stderr!.on('data', (text) => /listening/.test(String(text)) && resolve())
      server.once('exit', () => reject(new Error(`${who} ended`)))
    })
    const batches = await load(port, (run, i) => batchOf(run, i * BATCH), 'runs/log-batch')
    const single = (run: string, i: number) =>
      JSON.stringify({ run_id: run, key: 'loss', value: i, timestamp: Date.now(), step: i })
    const singles = await load(port, single, 'runs/log-metric')
    const memory = residentMiB(server.pid!)
    await sleep(500)
    return [
      {
        name: `${who}: log-batch of 1,000, durable`,
        value: batches * BATCH,
        unit: 'points/s',
        budget: 200_000,
        better: 'higher',
      },
      {
        name: `${who}: log-metric, durable`,
        value: singles,
        unit: 'requests/s',
        budget: 2_000,
        better: 'higher',
      },
      { name: `${who}: RSS after it`, value: memory, unit: 'MiB', budget: 150, better: 'lower' },
      ...(await questions(port, who)),
    ]
  } finally {
    server.kill('SIGKILL')
  }
}

/** The figures of REST logging. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tracking-'))
  const dist = process.env.MLOPS_DIST ?? join(__BENCH_ROOT__, 'dist')
  try {
    const hub = ['hub', '--listen', '127.0.0.1:17430', '--state', join(folder, 'hub')]
    const agent = ['--listen', '127.0.0.1:17431', '--state', join(folder, 'agent'), '--interval', '0']
    return [
      ...(await measure('agent', [join(dist, 'agent', 'agent.js'), ...agent], 17431)),
      ...(await measure('hub', [join(dist, 'mlops.js'), ...hub], 17430)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
