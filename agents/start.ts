// An agent on a state folder with its standard sources: for the daemon and for the console's own.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Agent } from './agent.ts'
import { hostId } from './host-id.ts'
import { lockState } from './lock.ts'
import { createFolderSource } from './sources/folder.ts'
import { createHostSource } from './sources/host.ts'
import { createMlflowSources, type MirroredServer } from './sources/mlflow.ts'
import type { Source, SourceOptions } from './sources/source.ts'
import { Spool } from './spool/index.ts'
import { createTracking, type Tracking } from './tracking/tracking.ts'

/** What an agent is started with. */
export interface StartOptions {
  /** Folder of the spool; one agent at a time. */
  readonly state: string
  /** Tells agents of one machine apart; by default the state folder. */
  readonly place?: string
  /** Folders whose logs are read. */
  readonly folders: readonly string[]
  readonly name: string
  readonly role: 'training' | 'serving'
  readonly version: string
  /** Time between two samples of the machine, ms; 0 takes none. */
  readonly hostIntervalMs: number
  /** Time between two looks at the files, ms. */
  readonly pollMs: number
  /** MLflow tracking servers to mirror. */
  readonly mirrors?: readonly MirroredServer[]
  /** Whether the processes of runs that log through the API are measured; true unless said. */
  readonly processMetrics?: boolean
  /** Wraps what reads runs below the folders. */
  readonly wrap?: (source: Source, options: SourceOptions) => Source
  readonly onTrouble?: (text: string) => void
}

/** A started agent. */
export interface StartedAgent {
  readonly agent: Agent
  /** Its API for training code. */
  readonly tracking: Tracking
  stop(): void
}

/** What reads runs: logs and stores below the folders, tracking servers. */
function runSources(
  source: SourceOptions,
  folders: readonly string[],
  servers: readonly MirroredServer[],
  onReady: () => void,
): Source[] {
  const mlflow = createMlflowSources({ ...source, servers, onReady })
  const logs = folders.length > 0 ? [createFolderSource({ ...source, folders, isTaken: mlflow.isTaken })] : []
  return [...logs, ...mlflow.sources]
}

/** Starts an agent. Throws StateTaken when the folder has one already. */
export function startAgent(options: StartOptions): StartedAgent {
  const { state, folders, hostIntervalMs } = options
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const unlock = lockState(state)
  const spool = new Spool({ folder: join(state, 'spool'), agent: hostId(options.place ?? resolve(state)) })
  const watched = folders.map((folder) => resolve(folder))
  const tracking = createTracking({
    folder: join(state, 'tracking'),
    agent: spool.identity.agent,
    onWrite: () => agent.wake(),
    onTrouble: (text) => options.onTrouble?.(text),
    processMetrics: options.processMetrics ?? true,
    call: (request) => agent.call(request),
    connected: () => agent.connected,
    caughtUp: () => agent.caughtUp(true),
  })
  const agent: Agent = new Agent({
    ...options,
    spool,
    sources: (lane, source) => {
      if (lane === 'run') {
        const logs = runSources(source, watched, options.mirrors ?? [], () => agent.wake())
        const { wrap = (log: Source) => log } = options
        return [tracking.source(source), ...logs.map((log) => wrap(log, source))]
      }
      return hostIntervalMs > 0
        ? [createHostSource({ ...source, intervalMs: hostIntervalMs, diskPath: watched[0] ?? '/' })]
        : []
    },
  })
  return {
    agent,
    tracking,
    stop() {
      agent.stop()
      void tracking.close()
      unlock()
    },
  }
}
