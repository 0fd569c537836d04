// Watches the runs that training code logs here: which processes do it, what they use, and whether they still live.
import type { Backend, Writing } from '../../src/mlflow/backend.ts'
import { findClient } from './client-process.ts'
import { type Connections, createConnections } from './connections.ts'
import { readContext } from './context.ts'
import { createGpuProcesses, type GpuProcesses } from './gpu-processes.ts'
import { createOpenRuns } from './open-runs.ts'
import { look } from './process-identity.ts'
import { createProcessMetrics } from './process-metrics.ts'
import { createRunCare } from './run-care.ts'
import { createRunContexts } from './run-context.ts'
import { createNotes, runsIn } from './run-notes.ts'

/** What a watch is made with. */
export interface RunWatchOptions {
  readonly backend: Backend
  /** Whether processes are measured. */
  readonly processMetrics: boolean
  readonly onTrouble: (text: string) => void
  readonly gpus?: GpuProcesses
  readonly findClient?: typeof findClient
  readonly look?: typeof look
}

/** A watch over the runs of a backend. */
export interface RunWatch {
  /** The backend as the API must use it: what is written is noted. */
  readonly backend: Backend
  /** Answers a request of the API; who asks is known meanwhile. */
  readonly during: Connections['during']
  /** Looks after the open runs; nothing happens while there are none. Never rejects. */
  tick(): Promise<void>
}

/** How often `tick` is to be called, ms. */
export const TICK_MS = 1_000

/** Begins to watch; runs that were open in an earlier life are found by their tags. */
export function createRunWatch(options: RunWatchOptions): RunWatch {
  const { backend, onTrouble, gpus = createGpuProcesses() } = options
  const runs = createOpenRuns(backend)
  const contexts = createRunContexts(backend, (id) => readContext(id, { gpuNames: gpus.names }))
  const note = createNotes(backend, runs, contexts)
  const metrics = options.processMetrics ? createProcessMetrics(gpus) : undefined
  const care = createRunCare({ backend, runs, metrics, look: options.look ?? look })
  const known = () =>
    new Set([...runs.all.values()].flatMap(({ processes }) => processes.map(({ pid }) => pid)))
  const find = options.findClient ?? findClient
  const { during, current } = createConnections((peer) => find(peer, known()))
  const trouble = (error: unknown) => onTrouble(`watching runs: ${(error as Error).message}`)
  let ticking = false

  async function write(writing: Writing): Promise<void> {
    const ids = runsIn(writing)
    const entries = [...ids].flatMap((id) => runs.all.get(id) ?? [])
    for (const entry of entries) entry.writing++
    try {
      await backend.write(writing)
    } finally {
      for (const entry of entries) entry.writing--
    }
    const by = current()
    for (const id of ids) note(id, writing, by).catch(trouble)
  }

  return {
    backend: { ...backend, write },
    during,
    async tick() {
      if (ticking || runs.all.size === 0) return
      ticking = true
      await care().catch(trouble)
      ticking = false
    },
  }
}
