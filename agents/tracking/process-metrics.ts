// Measures the processes of runs: processor, memory, threads, memory on GPUs, as metrics of each run.
import type { MetricPoint } from '../../src/mlflow/backend.ts'
import type { GpuProcess, GpuProcesses } from './gpu-processes.ts'
import type { ProcessStat } from './process-identity.ts'
import { cpuBetween, memoryOf, type ProcessTable, readProcesses, treeOf } from './process-table.ts'

/** A run to measure. */
export interface Measured {
  readonly run: string
  /** Unix ms: steps are seconds since then. */
  readonly started: number
  /** Processes that log for it; those below them count too. */
  readonly pids: readonly number[]
}

/** Measures runs, again and again. */
export interface ProcessMetrics {
  /** Points of each run that has a process; `now` in Unix ms. */
  measure(runs: readonly Measured[], now: number): Promise<MetricPoint[][]>
}

interface Look {
  readonly tree: readonly ProcessStat[]
  /** Monotonic ms. */
  readonly at: number
}

function valuesOf(tree: readonly ProcessStat[], apps: readonly GpuProcess[], proc: string) {
  const values = new Map<string, number>([
    ['system/process_memory_mib', memoryOf(tree, proc)],
    ['system/process_threads', tree.reduce((sum, { threads }) => sum + threads, 0)],
  ])
  const pids = new Set(tree.map(({ pid }) => pid))
  for (const { gpu, pid, memory } of apps) {
    const key = `system/gpu_${gpu}_process_memory_mib`
    if (pids.has(pid)) values.set(key, (values.get(key) ?? 0) + memory)
  }
  return values
}

/** Makes it; `clock` is monotonic, ms. */
export function createProcessMetrics(
  gpus: GpuProcesses,
  proc = '/proc',
  clock = () => performance.now(),
): ProcessMetrics {
  let looks = new Map<string, Look>()

  function pointsOf(
    { run, started, pids }: Measured,
    now: number,
    table: ProcessTable,
    apps: readonly GpuProcess[],
    next: Map<string, Look>,
  ): MetricPoint[] {
    const look: Look = { tree: treeOf(table, pids), at: clock() }
    if (look.tree.length === 0) return []
    const before = looks.get(run)
    next.set(run, look)
    const values = valuesOf(look.tree, apps, proc)
    const cpu = before && cpuBetween(before.tree, look.tree, (look.at - before.at) / 1000)
    if (cpu !== undefined) values.set('system/process_cpu_percent', cpu)
    const step = Math.max(0, Math.floor((now - started) / 1000))
    return Array.from(values, ([key, value]) => ({ run, key, step, time: now, value }))
  }

  return {
    async measure(runs, now) {
      if (runs.length === 0) {
        looks.clear()
        return []
      }
      const [table, apps] = await Promise.all([readProcesses(proc), gpus.list()])
      const next = new Map<string, Look>()
      const points = runs.map((run) => pointsOf(run, now, table, apps, next))
      looks = next
      return points.filter((each) => each.length > 0)
    },
  }
}
