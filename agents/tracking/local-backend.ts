// The MLflow backend of an agent: accepted is what is on this disk; the hub gets it from there.
import { join } from 'node:path'
import { createArtifactFolder } from '../../src/mlflow/artifact-folder.ts'
import type { Backend } from '../../src/mlflow/backend.ts'
import { MlflowError } from '../../src/mlflow/errors.ts'
import { gather } from '../../src/mlflow/gather.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import { fromWirePoints, toWirePoints } from '../../src/protocol/points.ts'
import { openHistories } from './histories.ts'
import { Journal, JournalFull } from './journal.ts'
import { isCheckpoint, type LocalWorld, openWorld } from './local-world.ts'

/** What a local backend is made with. */
export interface LocalBackendOptions {
  /** Folder of the journal and the artifacts. */
  readonly folder: string
  /** Id of this agent's host. */
  readonly agent: string
  readonly now?: () => number
  /** Called when something was written. */
  readonly onWrite?: () => void
  readonly segmentBytes?: number
}

/** A backend on this machine's disk. */
export interface LocalBackend extends Backend {
  readonly journal: Journal
  close(): Promise<void>
}

/** The state at the newest checkpoint and all that was written after it. */
function restore(journal: Journal, agent: string): LocalWorld {
  let world = openWorld(agent)
  for (const { frame } of journal.entries({ segment: journal.segments.at(-1) ?? 0, offset: 0 })) {
    if (isCheckpoint(frame)) {
      world = openWorld(agent, frame.toString())
      continue
    }
    const { events, points } = JSON.parse(frame.toString())
    world.take(events, fromWirePoints(points))
  }
  return world
}

/** Digests of the requests in the two newest segments. */
function* digestsOf(journal: Journal): Generator<string> {
  for (const { frame } of journal.entries({ segment: journal.segments.at(-2) ?? 0, offset: 0 })) {
    const digest = /^\{"once":"([^"\\]+)"/.exec(frame.toString('latin1', 0, 64))?.[1]
    if (digest) yield digest
  }
}

function refusalOf(error: unknown): MlflowError {
  const reason = (error as Error).message
  const hint = error instanceof JournalFull ? 'until a hub has taken what waits' : 'see the disk of this host'
  return new MlflowError('BAD_REQUEST', `The mlops agent cannot take it: ${reason} (${hint}).`)
}

/** Opens the backend in a folder. Rejects with what the disk says. */
export async function openLocalBackend(options: LocalBackendOptions): Promise<LocalBackend> {
  const { folder, agent, now = Date.now, onWrite = () => {}, segmentBytes } = options
  let world: LocalWorld
  const journal = new Journal({
    folder: join(folder, 'journal'),
    checkpoint: () => world.save(now()),
    ...(segmentBytes !== undefined && { segmentBytes }),
  })
  world = restore(journal, agent)
  const histories = openHistories(journal)

  return {
    journal,
    state: () => world.state(),
    metrics: (run) => world.metrics(run),
    history: async (run, key) => histories.read(run, key, world.metrics(run).get(key)?.count ?? 0),
    digests: () => digestsOf(journal),
    async write({ events, points = [], once }) {
      const gathered = gather(points)
      const frame = JSON.stringify({ once, at: now(), events, points: toWirePoints(gathered) })
      try {
        histories.note(await journal.append(frame), gathered)
      } catch (error) {
        throw refusalOf(error)
      }
      world.take(events as AgentEvent[], gathered)
      onWrite()
    },
    artifacts: createArtifactFolder(join(folder, 'artifacts')),
    now,
    close: () => journal.close(),
  }
}
