// A Backend in memory, for tests: state by apply(), summaries by summarise(), artifacts in a temporary folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apply } from '../../src/core/apply.ts'
import type { LogEvent } from '../../src/core/events.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { type Summary, summarise } from '../../src/core/summary.ts'
import { createArtifactFolder } from '../../src/mlflow/artifact-folder.ts'
import type { Backend, MetricPoint, Writing } from '../../src/mlflow/backend.ts'
import type { Step } from '../../src/protocol/numbers.ts'

interface Columns {
  readonly steps: Step[]
  readonly times: number[]
  readonly values: number[]
}

export interface MemoryBackend extends Backend {
  /** All writes so far. */
  readonly writes: Writing[]
  /** Events of others, for example of an agent that reads log files. */
  seed(events: readonly Omit<LogEvent, 'seq' | 'by'>[], by?: string): void
  /** What the next writes do first: wait, or fail. */
  beforeWrite: () => Promise<void>
  /** The time, to be moved. */
  readonly clock: { now: number }
  remove(): void
}

const none: Columns = { steps: [], times: [], values: [] }

function series() {
  const columns = new Map<string, Map<string, Columns>>()
  const summaries = new Map<string, Map<string, Summary>>()
  function columnsOf(run: string, key: string): Columns {
    const ofRun = columns.get(run) ?? new Map<string, Columns>()
    const found = ofRun.get(key) ?? { steps: [], times: [], values: [] }
    columns.set(run, ofRun.set(key, found))
    return found
  }
  function add(points: readonly MetricPoint[]): void {
    const from = new Map<Columns, { run: string; key: string; start: number }>()
    for (const { run, key, step, time, value } of points) {
      const column = columnsOf(run, key)
      if (!from.has(column)) from.set(column, { run, key, start: column.times.length })
      column.steps.push(step)
      column.times.push(time)
      column.values.push(value)
    }
    for (const [column, { run, key, start }] of from) {
      const ofRun = summaries.get(run) ?? new Map<string, Summary>()
      ofRun.set(key, summarise(ofRun.get(key), column, start, column.times.length))
      summaries.set(run, ofRun)
    }
  }
  return {
    add,
    summaries: (run: string) => summaries.get(run) ?? new Map<string, Summary>(),
    history: (run: string, key: string) => columns.get(run)?.get(key) ?? none,
  }
}

/** Makes an empty backend. */
export function createMemoryBackend(): MemoryBackend {
  const clock = { now: 1_700_000_000_000 }
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-'))
  const points = series()
  let state: State = emptyState
  const take = (events: readonly Omit<LogEvent, 'seq' | 'by'>[], by: string) => {
    const numbered = events.map((event, i) => ({ ...event, seq: state.seq + i + 1, by }))
    state = apply(state, numbered as LogEvent[])
  }
  const backend: MemoryBackend = {
    writes: [],
    clock,
    seed: (events, by = 'agent:h1') => take(events, by),
    beforeWrite: async () => {},
    remove: () => rmSync(folder, { recursive: true, force: true }),
    state: () => state,
    metrics: points.summaries,
    history: async (run, key) => points.history(run, key),
    digests: () => [],
    async write(writing) {
      await backend.beforeWrite()
      backend.writes.push(writing)
      take(writing.events, 'hub')
      points.add(writing.points ?? [])
    },
    artifacts: createArtifactFolder(folder),
    now: () => clock.now,
  }
  return backend
}
