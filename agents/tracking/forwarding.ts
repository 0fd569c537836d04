// What the agent's API does not know itself it asks the hub: the model registry, searches over all hosts, runs and
// experiments of others. While the hub is away these are refused at once, in words, with a code that no client retries.
import type { Backend } from '../../src/mlflow/backend.ts'
import { type Asked, errorReply, type Reply } from '../../src/mlflow/reply.ts'
import { fitsCall } from '../../src/protocol/agent-answers.ts'
import { MAX_URL } from '../../src/protocol/messages.ts'
import type { Answer, Request } from '../calls.ts'

/** What forwarding needs. */
export interface ForwardingOptions {
  readonly backend: Backend
  /** Answers from this host. */
  readonly local: (asked: Asked) => Promise<Reply | undefined>
  /** Asks the hub; undefined where it does not answer. */
  readonly call: (request: Request) => Promise<Answer | undefined>
  /** Whether a hub is there to be asked. */
  readonly connected: () => boolean
  /** Resolves when the hub has all that was written here. */
  readonly caughtUp: () => Promise<void>
}

/** Everything about registered models: there is one registry, and it is the hub's. */
const REGISTRY = /\/mlflow\/(?:registered-models|model-versions)\//
/** Questions about more than what this host has. */
const SEARCHES =
  /\/mlflow\/(?:runs\/search|experiments\/(?:search|list|search-datasets)|logged-models\/search)$/
/** How long a search waits for what was written here to reach the hub, ms. */
const CATCH_UP_MS = 1_500

/** What the hub says where its answer does not fit: to answer with less would hide what there is. */
const TOO_LONG = 413

const JSON_TYPE = 'application/json'

/** The body is read once, however often it is asked for. */
function once(asked: Asked): Asked {
  let body: Promise<Buffer> | undefined
  return {
    ...asked,
    read: () => {
      body ??= asked.read()
      return body
    },
  }
}

async function requestOf({ method, path, query, read }: Asked): Promise<Request | undefined> {
  const body = method === 'GET' ? '' : (await read()).toString()
  const url = query ? `${path}?${query}` : path
  return url.length <= MAX_URL && fitsCall(body) ? { method, url, body } : undefined
}

const isLacking = (reply: Reply | undefined) =>
  reply?.status === 404 && reply.body.startsWith('{"error_code":"RESOURCE_DOES_NOT_EXIST"')

interface RemoteExperiment {
  experiment_id: string
  name: string
  artifact_location?: string
  creation_time?: number
  lifecycle_stage?: string
}

/** Makes an experiment of the hub known here, so that runs can be made in it while the hub is away. */
async function adopt({ backend }: ForwardingOptions, reply: Reply): Promise<void> {
  const { experiment } = JSON.parse(reply.body) as { experiment?: RemoteExperiment }
  if (!experiment || experiment.lifecycle_stage === 'deleted') return
  if (backend.state().experiments.has(experiment.experiment_id)) return
  const { experiment_id: about, name, artifact_location, creation_time } = experiment
  const data = { name, artifactLocation: artifact_location ?? null, created: creation_time ?? null, tags: {} }
  await backend.write({ events: [{ type: 'experiment.found', at: backend.now(), about, data }] })
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref())

/** Answers requests from this host, from the hub, or with a refusal that says why. */
export function createForwarding(options: ForwardingOptions): (asked: Asked) => Promise<Reply | undefined> {
  const { local, call, connected, caughtUp } = options

  async function remote(asked: Asked): Promise<Reply | undefined> {
    const request = await requestOf(asked)
    const answer = request && (await call(request))
    // The client would wait for minutes on trouble that is not this host's.
    if (answer && answer.status >= 500) return errorReply('BAD_REQUEST', 400, `The hub says: ${answer.body}`)
    return answer && { ...answer, type: JSON_TYPE }
  }

  async function search(asked: Asked): Promise<Reply | undefined> {
    if (!connected()) return local(asked)
    await Promise.race([caughtUp(), pause(CATCH_UP_MS)])
    const reply = await remote(asked)
    return reply?.status === 200 || reply?.status === TOO_LONG ? reply : local(asked)
  }

  /** A run may be made in an experiment that only the hub knows so far. */
  async function createRun(asked: Asked, refused: Reply): Promise<Reply | undefined> {
    const { experiment_id: id } = JSON.parse((await asked.read()).toString())
    const path = asked.path.replace('runs/create', 'experiments/get')
    const query = `experiment_id=${encodeURIComponent(String(id))}`
    const found = await remote({ ...asked, method: 'GET', path, query })
    if (found?.status !== 200) return refused
    await adopt(options, found)
    return local(asked)
  }

  async function elsewhere(asked: Asked, refused: Reply): Promise<Reply | undefined> {
    if (asked.path.endsWith('/runs/create')) return createRun(asked, refused)
    const reply = await remote(asked)
    if (!reply || isLacking(reply)) return refused
    if (reply.status === 200 && /\/experiments\/get(?:-by-name)?$/.test(asked.path))
      await adopt(options, reply)
    return reply
  }

  return async (came) => {
    const asked = once(came)
    if (REGISTRY.test(asked.path)) return (await remote(asked)) ?? registryAway()
    if (SEARCHES.test(asked.path)) return search(asked)
    const reply = await local(asked)
    return reply && isLacking(reply) ? elsewhere(asked, reply) : reply
  }
}

const registryAway = (): Reply =>
  errorReply(
    'BAD_REQUEST',
    400,
    'The model registry is kept by the mlops hub, which this agent cannot reach now. Nothing was changed; runs, ' +
      'metrics and artifacts are still taken. Register the model once the hub is back.',
  )
