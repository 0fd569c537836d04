// What the agent's API is made of, loaded with it: the backend on disk, the MLflow surface over it, its source.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorReply, replyToError } from '../../src/mlflow/reply.ts'
import { Aborted } from '../../src/mlflow/request-body.ts'
import { askedOf, createMlflow, isArtifact, sendReply } from '../../src/mlflow/service.ts'
import type { Source, SourceOptions } from '../sources/source.ts'
import { createForwarding } from './forwarding.ts'
import { createJournalSource } from './journal-source.ts'
import { openLocalBackend } from './local-backend.ts'
import { createRunWatch, TICK_MS } from './run-watch.ts'
import type { TrackingOptions } from './tracking.ts'

/** The API, open. */
export interface Surface {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  source(options: SourceOptions): Source
  close(): Promise<void>
}

/** Opens the API. Rejects with what the disk says. */
export async function openSurface(options: TrackingOptions): Promise<Surface> {
  const { folder, agent, onWrite, onTrouble, call, connected, caughtUp, processMetrics = true } = options
  const disk = await openLocalBackend({ folder, agent, onWrite })
  const watch = createRunWatch({ backend: disk, processMetrics, onTrouble })
  const { backend } = watch
  const onError = (error: unknown) => onTrouble(`the API failed: ${(error as Error).stack ?? error}`)
  const mlflow = createMlflow(backend, { onError })
  const answer = createForwarding({
    backend,
    call,
    connected,
    caughtUp,
    local: (asked) => mlflow.answer(asked),
  })
  const timer = setInterval(() => void watch.tick(), TICK_MS).unref()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const asked = askedOf(request)
    if (isArtifact(asked.path)) return mlflow.handle(request, response)
    const reply = await answer(asked).catch((error) =>
      error instanceof Aborted ? errorReply('BAD_REQUEST', 400, '') : replyToError(error, onError),
    )
    if (!reply) return false
    request.resume()
    sendReply(response, reply)
    return true
  }

  return {
    handle: (request, response) => watch.during(request, () => handle(request, response)),
    source: (sourceOptions) => createJournalSource(disk.journal, sourceOptions),
    close() {
      clearInterval(timer)
      return disk.close()
    },
  }
}
