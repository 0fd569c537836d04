// The hub's HTTP API, loaded when somebody first uses it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asked } from '../mlflow/reply.ts'
import type { Mlflow } from '../mlflow/service.ts'
import type { Call } from '../protocol/messages.ts'
import { filesIn } from './files.ts'
import type { Hub } from './hub.ts'

/** Answers requests for the API; see ListenerOptions.handle. */
export interface Api {
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

const NO_ENDPOINT = '{"error_code":"ENDPOINT_NOT_FOUND","message":"no such endpoint"}'

/** Paths that clients of the API may ask for; others do not load it. */
const PATHS = /^\/(?:api|ajax-api|v1)\/|^\/(?:health|version)(?:\?|$)/

/** The API of a hub; files of artifacts lie in its state folder. */
export function createApi(hub: Hub, state: string, onTrouble: (text: string) => void): Api {
  let mlflow: Promise<Mlflow> | undefined
  async function load(): Promise<Mlflow> {
    const [{ createMlflow }, { createHubBackend }, { artifacts }] = await Promise.all([
      import('../mlflow/service.ts'),
      import('./mlflow-backend.ts'),
      (hub.files ?? filesIn(state))(),
    ])
    const backend = createHubBackend(hub, artifacts)
    return createMlflow(backend, {
      onError: (error) => onTrouble(`the API failed: ${(error as Error).stack}`),
    })
  }
  const open = () => {
    mlflow ??= load()
    return mlflow
  }
  hub.answerCalls(async (call) => {
    const reply = await (await open()).answer(askedBy(call))
    return { status: reply?.status ?? 404, body: reply?.body ?? NO_ENDPOINT }
  })
  return {
    async handle(request, response) {
      if (!PATHS.test(request.url ?? '')) return false
      return (await open()).handle(request, response)
    },
  }
}

/** What an agent asks for a client of its own. */
function askedBy({ method, url, body }: Call): Asked {
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  return { method, path, query, type: 'application/json', read: async () => Buffer.from(body) }
}
