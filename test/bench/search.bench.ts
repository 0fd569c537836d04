// `mlops get runs` with a filter, an order and a page, from a running hub with 2 M series: work beyond starting Node.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figure.ts'
import { fillLargeStore } from './large-store.ts'
import { median } from './process.ts'

declare const __BENCH_DIR__: string
declare const __BENCH_ROOT__: string

const TIMES = 7

/** Median milliseconds of a Node process from start to end. */
function timed(args: readonly string[]): number {
  const took = Array.from({ length: TIMES }, () => {
    const from = performance.now()
    execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    return performance.now() - from
  })
  return median(took)
}

const ORDER = ['--filter', 'metrics.loss<0.05 params.lr=1', '--sort', '-metrics.loss', '--limit', '50']

/** The figures of a search. */
export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-search-'))
  fillLargeStore(folder)
  const hub = fork(join(__BENCH_DIR__, 'hub.child.mjs'), [join(folder, 'store.db')])
  try {
    const [{ url }] = (await once(hub, 'message')) as [{ url: string }]
    const bare = timed(['-e', '0'])
    const program = join(__BENCH_ROOT__, 'dist', 'mlops.js')
    const whole = timed([program, 'get', 'runs', '--hub', url, ...ORDER])
    const name = 'get runs, filter, sort, page of 50 of 10,000'
    return [{ name, value: whole - bare, unit: 'ms', budget: 100, limit: bare, better: 'lower' }]
  } finally {
    hub.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}
