// Writes the context of a process into the runs that it logs: tags, and files among their artifacts.
import { Readable } from 'node:stream'
import type { Run } from '../../src/core/state.ts'
import type { Backend } from '../../src/mlflow/backend.ts'
import { eventOf, textEvents } from '../../src/mlflow/run-events.ts'
import { artifactUri } from '../../src/mlflow/run-json.ts'
import type { Context } from './context.ts'
import type { ProcessId } from './process-identity.ts'
import { TAG } from './run-tags.ts'

/** Puts contexts into runs. */
export interface RunContexts {
  /** Reads the context of a process, once for all of its runs, and writes it into a run. Rejects with what the disk says. */
  describe(run: string, process: ProcessId): Promise<void>
}

/** Most processes whose context is kept in mind. */
const KEPT = 64

/** Path of a run's files; undefined where its artifacts are not kept by this server. */
const rootOf = (uri: string) => /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(uri)?.[1]

/** Tags that the client has not set itself. A user that it named at creation counts. */
function missingTags({ tags, user }: Run, found: Context['tags']): Map<string, string> {
  const isMissing = (name: string) => tags[name] === undefined && !(name === 'mlflow.user' && user)
  return new Map(Object.entries(found).filter(([name]) => name === TAG.context || isMissing(name)))
}

async function writeFiles(backend: Backend, run: Run, files: Context['files']): Promise<string | undefined> {
  const root = rootOf(artifactUri(backend.state(), run))
  if (root === undefined) return 'its artifacts are kept elsewhere, so git.diff and packages.txt are not'
  try {
    for (const [path, bytes] of files)
      await backend.artifacts.write(`${root}/${path}`, Readable.from([bytes]))
    return undefined
  } catch (error) {
    return `git.diff and packages.txt could not be kept: ${(error as Error).message}`
  }
}

/** Makes it over a backend; `read` is readContext. */
export function createRunContexts(
  backend: Backend,
  read: (process: ProcessId) => Promise<Context>,
): RunContexts {
  const contexts = new Map<string, Promise<Context>>()

  function contextOf(process: ProcessId): Promise<Context> {
    const key = `${process.pid}:${process.started}`
    const context = contexts.get(key) ?? read(process)
    contexts.set(key, context)
    if (contexts.size > KEPT) contexts.delete(contexts.keys().next().value!)
    return context
  }

  return {
    async describe(id, process) {
      const context = await contextOf(process)
      const run = backend.state().runs.get(id)
      if (!run || run.deleted !== undefined) return
      const problem = context.files.size > 0 ? await writeFiles(backend, run, context.files) : undefined
      const tags = { ...context.tags, ...(problem !== undefined && { [TAG.context]: problem }) }
      const [at, now] = [backend.now(), backend.state().runs.get(id) ?? run]
      const isCleared = now.tags[TAG.context] !== undefined && !(TAG.context in tags)
      await backend.write({
        events: [
          ...textEvents('run.tags', id, at, missingTags(now, tags)),
          ...(isCleared ? [eventOf('run.untagged', id, at, { key: TAG.context })] : []),
        ],
      })
    },
  }
}
