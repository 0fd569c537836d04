// Notes what is written to a run: by which process, and that a run which was called over goes on.
import type { Run } from '../../src/core/state.ts'
import type { Backend, Writing } from '../../src/mlflow/backend.ts'
import { eventOf } from '../../src/mlflow/run-events.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import type { Connection } from './connections.ts'
import type { OpenRun, OpenRuns } from './open-runs.ts'
import type { RunContexts } from './run-context.ts'
import { TAG, tagsOf } from './run-tags.ts'

/** Told of each write once it is done; rejects with what the disk says to its own. */
export type Note = (id: string, writing: Writing, by: Connection | undefined) => Promise<void>

/** Most processes of one run that are remembered. */
const MAX_PROCESSES = 16

const DATA: ReadonlySet<AgentEvent['type']> = new Set(['run.found', 'run.params', 'run.status'])

/** The runs that a request logs for: making one, or logging to it. Tags are set by bystanders too. */
export function runsIn({ events, points = [] }: Writing): Set<string> {
  const runs = new Set(events.filter(({ type }) => DATA.has(type)).map(({ about }) => about))
  // One request logs for one run.
  if (points.length > 0) runs.add(points[0]!.run)
  return runs
}

const wasEnded = ({ status, tags }: Run) => (status === 'killed' || status === 'stale') && TAG.ended in tags

function linking(backend: Backend, runs: OpenRuns, contexts: RunContexts) {
  const tag = (id: string, tags: Record<string, string>) =>
    backend.write({ events: [eventOf('run.tags', id, backend.now(), { tags })] })

  return async (entry: OpenRun, connection: Connection): Promise<void> => {
    entry.connections.add(connection)
    const client = await connection.client!
    if ('hidden' in client) {
      const isNews = !entry.described && !(TAG.context in (runs.run(entry.id)?.tags ?? {}))
      return isNews ? tag(entry.id, { [TAG.context]: client.hidden }) : undefined
    }
    entry.goneSince = undefined
    if (entry.processes.some(({ pid, started }) => pid === client.pid && started === client.started)) return
    entry.processes = [...entry.processes, client].slice(-MAX_PROCESSES)
    const isFirst = !entry.described
    entry.described = true
    await tag(entry.id, tagsOf(entry.processes))
    if (isFirst) await contexts.describe(entry.id, client)
  }
}

/** What is written when a run that was called over goes on, or its client says itself how it ended. */
function reopening(run: Run, isTold: boolean, at: number): AgentEvent[] {
  const goesOn = run.status === 'running' || !isTold
  const tags = { [TAG.reopened]: new Date(at).toISOString() }
  return [
    eventOf('run.untagged', run.id, at, { key: TAG.ended }),
    ...(isTold ? [] : [eventOf('run.status', run.id, at, { status: 'running', ended: null })]),
    ...(goesOn ? [eventOf('run.tags', run.id, at, { tags })] : []),
  ]
}

/** Makes it. */
export function createNotes(backend: Backend, runs: OpenRuns, contexts: RunContexts): Note {
  const link = linking(backend, runs, contexts)
  const busy = new Set<string>()

  async function reopen(run: Run, isTold: boolean): Promise<void> {
    if (busy.has(run.id)) return
    busy.add(run.id)
    try {
      await backend.write({ events: reopening(run, isTold, backend.now()) })
    } finally {
      busy.delete(run.id)
    }
  }

  return async (id, { events }, by) => {
    const run = runs.run(id)
    if (!run || run.deleted !== undefined) return
    if (TAG.ended in run.tags) {
      const isTold = events.some(({ type, about }) => type === 'run.status' && about === id)
      if (isTold || wasEnded(run)) await reopen(run, isTold)
    }
    const entry = runs.entry(id)
    if (!entry) return
    entry.heard = backend.now()
    if (by?.client && !entry.connections.has(by)) await link(entry, by)
  }
}
