// The MLflow surface of the hub: reads the store, writes through the same group commit as the agents' batches.
import type { Principal } from '../mlflow/alias-guard.ts'
import type { Backend, MetricPoint, Writer } from '../mlflow/backend.ts'
import { MlflowError } from '../mlflow/errors.ts'
import { gather } from '../mlflow/gather.ts'
import { toWirePoints } from '../protocol/points.ts'
import type { StoredBatch, Unit } from '../store/store.ts'
import type { Hub } from './hub.ts'

function batchOf(points: readonly MetricPoint[], once: string | undefined): StoredBatch | undefined {
  if (points.length === 0) return undefined
  const gathered = gather(points)
  return { points: gathered, frame: JSON.stringify({ once, points: toWirePoints(gathered) }) }
}

/** Newest frames that are looked at for digests of requests. */
const KEPT = 1000

function* digestsOf(frames: Iterable<string>): Generator<string> {
  for (const frame of frames) {
    const digest = /^\{"once":"([^"\\]+)"/.exec(frame)?.[1]
    if (digest) yield digest
  }
}

/** What changes a hub's store in the name of a principal; `by` is who the log says it was. */
export function hubWriter(hub: Hub, by: string, principal: Principal): Writer {
  return {
    state: () => hub.store.state(),
    write: ({ events, points = [], once }) => {
      const batch = batchOf(points, once)
      const unit: Unit = { by, events, ...(batch && { batch }) }
      return hub.write(unit).catch((error) => {
        throw new MlflowError('BAD_REQUEST', `${(error as Error).message}.`)
      })
    },
    now: () => hub.now(),
    store: hub.store,
    mover: { principal, protectedAliases: hub.protectedAliases },
  }
}

/** The backend on a hub's store; files of artifacts lie where `artifacts` says. `by` is who writes, for the log. */
export function createHubBackend(hub: Hub, artifacts: Backend['artifacts'], by = 'hub'): Backend {
  return {
    metrics: (run) => hub.store.series.get(run) ?? new Map(),
    history: async (owner, key) => hub.store.points({ owner, key, x: 'step', points: 0 }),
    digests: () => digestsOf(hub.store.newestFrames(KEPT)),
    artifacts,
    ...hubWriter(hub, by, { kind: 'client', name: by }),
  }
}
