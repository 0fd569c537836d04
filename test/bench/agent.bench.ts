// What the agent costs its host: bundle size, memory, CPU at two intervals while it serves a real hub.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figure.ts'
import { cpuSeconds, residentMiB, sleep } from './process.ts'

declare const __BENCH_DIR__: string
declare const __BENCH_ROOT__: string

/** Minutes per interval; MLOPS_BENCH_MINUTES=5 for the long run. */
const MINUTES = Number(process.env.MLOPS_BENCH_MINUTES ?? 0.5)
const WARM_UP_MS = 5_000

/** The files that `file` of a folder imports at once, itself included. */
function loadedAtStart(folder: string, file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(join(folder, file), 'utf8')
  for (const [, target] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
    if (target) loadedAtStart(folder, target, seen)
  return seen
}

function bundle(): Figure[] {
  const folder = join(__BENCH_ROOT__, 'dist', 'agent')
  const start = loadedAtStart(folder, 'agent.js')
  const size = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 1000
  const rest = readdirSync(folder).filter((file) => file.endsWith('.js') && !start.has(file))
  return [
    {
      name: 'agent bundle, what every agent loads',
      value: size([...start]),
      unit: 'kB',
      budget: 150,
      better: 'lower',
    },
    { name: 'agent bundle, loaded on demand', value: size(rest), unit: 'kB', better: 'lower' },
  ]
}

async function measure(url: string, folder: string, seconds: number, cpuBudget: number): Promise<Figure[]> {
  const args = [
    '--hub',
    url,
    '--interval',
    String(seconds),
    '--state',
    join(folder, `agent-${seconds}`),
    folder,
  ]
  const agent: ChildProcess = spawn(
    process.execPath,
    [join(__BENCH_ROOT__, 'dist', 'agent', 'agent.js'), ...args],
    { stdio: 'ignore' },
  )
  try {
    await sleep(WARM_UP_MS)
    const before = cpuSeconds(agent.pid!)
    const start = performance.now()
    let most = 0
    while (performance.now() - start < MINUTES * 60_000) {
      await sleep(1000)
      most = Math.max(most, residentMiB(agent.pid!))
    }
    const cpu = ((cpuSeconds(agent.pid!) - before) / ((performance.now() - start) / 1000)) * 100
    return [
      {
        name: `agent CPU at ${seconds} s`,
        value: cpu,
        unit: '% of core',
        budget: cpuBudget,
        better: 'lower',
      },
      {
        name: `agent RSS at ${seconds} s, highest`,
        value: most,
        unit: 'MiB',
        budget: 60,
        limit: 45,
        better: 'lower',
      },
    ]
  } finally {
    agent.kill('SIGKILL')
  }
}

/** The figures of the agent. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-agent-'))
  const hub = fork(join(__BENCH_DIR__, 'hub.child.mjs'), [join(folder, 'store.db')])
  try {
    const [{ url }] = (await once(hub, 'message')) as [{ url: string }]
    return [...bundle(), ...(await measure(url, folder, 1, 1)), ...(await measure(url, folder, 10, 0.2))]
  } finally {
    hub.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
