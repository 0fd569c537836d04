// Looks after open runs from time to time: ends those whose process has ended, measures the others.
import type { Backend } from '../../src/mlflow/backend.ts'
import { eventOf } from '../../src/mlflow/run-events.ts'
import { areGone, judge } from './liveness.ts'
import type { OpenRun, OpenRuns } from './open-runs.ts'
import type { ProcessId, Sight } from './process-identity.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import { TAG } from './run-tags.ts'

/** What care is taken with. */
export interface RunCareOptions {
  readonly backend: Backend
  readonly runs: OpenRuns
  /** Undefined measures nothing. */
  readonly metrics: ProcessMetrics | undefined
  readonly look: (process: ProcessId) => Sight
}

/** Time between two measurements, ms. */
const MEASURE_MS = 10_000

/** Makes what looks after them once; rejects with what the disk says. */
export function createRunCare({ backend, runs, metrics, look }: RunCareOptions): () => Promise<void> {
  let measured = Number.NEGATIVE_INFINITY

  async function check(entry: OpenRun): Promise<void> {
    if (!runs.entry(entry.id)) return runs.forget(entry.id)
    const now = backend.now()
    const processes = entry.processes.map((each) => ({ pid: each.pid, sight: look(each) }))
    entry.goneSince = areGone(processes) ? (entry.goneSince ?? now) : undefined
    const verdict = judge({ processes, goneSince: entry.goneSince, heard: entry.heard, now })
    // What is being written may be how it ended.
    if (!verdict || entry.writing > 0) return
    const { status, ended, why } = verdict
    await backend.write({
      events: [
        eventOf('run.status', entry.id, now, { status, ended }),
        eventOf('run.tags', entry.id, now, { tags: { [TAG.ended]: why } }),
      ],
    })
    runs.forget(entry.id)
  }

  async function measure(): Promise<void> {
    const now = backend.now()
    if (!metrics || Math.abs(now - measured) < MEASURE_MS) return
    measured = now
    const alive = [...runs.all.values()].flatMap(({ id, processes }) => {
      const pids = processes.filter((each) => look(each) === 'alive').map(({ pid }) => pid)
      return pids.length > 0 ? [{ run: id, started: runs.run(id)?.started ?? now, pids }] : []
    })
    // One run a write: that is how the journal finds the points of a run again.
    for (const points of await metrics.measure(alive, now))
      if (runs.entry(points[0]!.run)) await backend.write({ events: [], points })
  }

  return async () => {
    for (const entry of [...runs.all.values()]) await check(entry)
    await measure()
  }
}
