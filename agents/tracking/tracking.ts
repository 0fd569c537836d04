// The agent's own API for training code, opened when somebody uses it: an agent that nobody logs to stays small.
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Answer, Request } from '../calls.ts'
import type { Source, SourceOptions } from '../sources/source.ts'
import type { Surface } from './surface.ts'

/** What the API stands on. */
export interface TrackingOptions {
  /** Folder of the journal and the artifacts. */
  readonly folder: string
  /** Id of this agent's host. */
  readonly agent: string
  /** Called when something was written that the source will find. */
  readonly onWrite: () => void
  readonly onTrouble: (text: string) => void
  /** Asks the hub; undefined where it does not answer. */
  readonly call: (request: Request) => Promise<Answer | undefined>
  /** Whether a hub is there to be asked. */
  readonly connected: () => boolean
  /** Resolves when the hub has all that was written. */
  readonly caughtUp: () => Promise<void>
  /** Whether the processes of runs are measured; true unless said. */
  readonly processMetrics?: boolean
}

/** The API and the source of what it was told. */
export interface Tracking {
  /** Answers a request of the API; false where its path is not one of it. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  source(options: SourceOptions): Source
  close(): Promise<void>
}

/** Paths that clients of the API may ask for; others do not load it. */
const PATHS = /^\/(?:api|ajax-api|v1)\/|^\/(?:health|version)(?:\?|$)/

/** 400, for clients retry 5xx for minutes, which stalls a training. */
function refuse(response: ServerResponse, { message }: Error): void {
  if (response.headersSent || response.destroyed) return
  const error = { error_code: 'BAD_REQUEST', message: `The mlops agent cannot open its API: ${message}` }
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error))
}

/** The API of an agent. */
export function createTracking(options: TrackingOptions): Tracking {
  let surface: Promise<Surface> | undefined
  async function load(): Promise<Surface> {
    surface ??= import('./surface.ts').then(({ openSurface }) => openSurface(options))
    const opening = surface
    try {
      return await opening
    } catch (error) {
      // What is in its way may pass: the next request tries again.
      if (surface === opening) surface = undefined
      throw error
    }
  }
  return {
    async handle(request, response) {
      if (!PATHS.test(request.url ?? '')) return false
      try {
        return await (await load()).handle(request, response)
      } catch (error) {
        refuse(response, error as Error)
        return true
      }
    },
    source(sourceOptions) {
      let inner: Source | undefined
      return {
        name: 'tracking',
        async poll(emit, now) {
          if (!surface && !existsSync(join(options.folder, 'journal'))) return false
          const opened = await load().catch((error: Error) => options.onTrouble(`the API: ${error.message}`))
          if (!opened) return false
          inner ??= opened.source(sourceOptions)
          return inner.poll(emit, now)
        },
        close: () => inner?.close(),
      }
    },
    async close() {
      await (await surface?.catch(() => undefined))?.close()
    },
  }
}
