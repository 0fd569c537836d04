// The runs that are being logged here and have not ended, with the processes that do it.
import type { Run } from '../../src/core/state.ts'
import type { Backend } from '../../src/mlflow/backend.ts'
import type { Connection } from './connections.ts'
import type { ProcessId } from './process-identity.ts'
import { processesIn, TAG } from './run-tags.ts'

/** One of them. */
export interface OpenRun {
  readonly id: string
  processes: readonly ProcessId[]
  /** Connections whose process is known to log for it. */
  readonly connections: WeakSet<Connection>
  /** Whether its context was read, or is being read. */
  described: boolean
  /** When it last logged something, Unix ms. */
  heard: number
  /** Since when all its processes are gone, Unix ms. */
  goneSince: number | undefined
  /** Writes of clients under way. */
  writing: number
}

/** All of them, by id. */
export interface OpenRuns {
  readonly all: ReadonlyMap<string, OpenRun>
  /** The run as the backend has it. */
  run(id: string): Run | undefined
  /** The entry of a run that is running; makes one. Undefined for other runs. */
  entry(id: string): OpenRun | undefined
  forget(id: string): void
}

/** True for a run that says that it is running. */
const isOpen = (run: Run | undefined): run is Run => run?.status === 'running' && run.deleted === undefined

/** Makes the list; runs that were open in an earlier life of the agent are in it. */
export function createOpenRuns(backend: Backend): OpenRuns {
  const all = new Map<string, OpenRun>()
  const run = (id: string) => backend.state().runs.get(id)

  function entry(id: string): OpenRun | undefined {
    const found = run(id)
    if (!isOpen(found)) return undefined
    let known = all.get(id)
    if (!known) {
      known = {
        id,
        processes: processesIn(found),
        connections: new WeakSet(),
        described: TAG.pid in found.tags,
        heard: backend.now(),
        goneSince: undefined,
        writing: 0,
      }
      all.set(id, known)
    }
    return known
  }

  for (const id of backend.state().runs.keys()) entry(id)
  return { all, run, entry, forget: (id) => void all.delete(id) }
}
