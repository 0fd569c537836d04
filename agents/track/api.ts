// Asks an MLflow server over one connection that is kept, and never waits long.
import http from 'node:http'
import https from 'node:https'

/** What became of a request: `away` may pass, `refused` will not. */
export type Reply =
  | { readonly kind: 'done'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'away'; readonly message: string }

/** A server. */
export interface Api {
  readonly url: string
  /** Asks a path below /api/2.0/mlflow/; with a body it is a POST. Never rejects. */
  ask(path: string, body?: string): Promise<Reply>
  /** True when it answers. */
  isThere(): Promise<boolean>
  close(): void
}

/** Longest wait for an answer, and for the first one, ms. */
const ANSWER_MS = 5_000
const PROBE_MS = 1_000
const MAX_ANSWER = 4 << 20

/** What MLflow's own clients send for who they are. */
function loginOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD = '' } = env
  if (token) return { authorization: `Bearer ${token}` }
  if (!user) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${MLFLOW_TRACKING_PASSWORD}`).toString('base64')}` }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function replyOf(status: number, text: string): Reply {
  const body = parsed(text)
  if (status >= 200 && status < 300) return { kind: 'done', body }
  const message = typeof body.message === 'string' ? body.message : `status ${status}`
  if (status === 408 || status === 429 || status >= 500) return { kind: 'away', message }
  return { kind: 'refused', code: String(body.error_code ?? status), message }
}

/** Opens it; nothing is asked yet. */
export function openApi(url: string, env: NodeJS.ProcessEnv = process.env): Api {
  const base = url.replace(/\/+$/, '')
  const { request, Agent } = base.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const login = loginOf(env)

  function send(path: string, body: string | undefined, timeout: number): Promise<Reply> {
    return new Promise((resolve) => {
      const away = (message: string) => resolve({ kind: 'away', message })
      const headers =
        body === undefined
          ? login
          : { ...login, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const asked = request(
        `${base}${path}`,
        { agent, method: body === undefined ? 'GET' : 'POST', headers },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => {
            if (text.length < MAX_ANSWER) text += part
          })
          response.on('end', () => resolve(replyOf(response.statusCode ?? 0, text)))
          response.on('error', (error) => away(error.message))
        },
      )
      const timer = setTimeout(() => asked.destroy(new Error('it does not answer')), timeout)
      asked.on('close', () => {
        clearTimeout(timer)
        away('the connection was closed')
      })
      asked.on('error', (error: NodeJS.ErrnoException) =>
        away(error.message || (error.code ?? 'no connection')),
      )
      asked.end(body)
    })
  }

  return {
    url: base,
    ask: (path, body) => send(`/api/2.0/mlflow/${path}`, body, ANSWER_MS),
    isThere: async () => (await send('/health', undefined, PROBE_MS)).kind === 'done',
    close: () => agent.destroy(),
  }
}

/** The agent and the hub of this machine. */
const USUAL = ['http://127.0.0.1:7431', 'http://127.0.0.1:7430']

/** Where to log, the best first. */
export function placesOf(to: string | undefined, env: NodeJS.ProcessEnv = process.env): readonly string[] {
  if (to !== undefined) return [to]
  const named = env.MLFLOW_TRACKING_URI ?? ''
  return /^https?:\/\//.test(named) ? [named, ...USUAL] : USUAL
}

/** The best of these that answers; all are asked at once. */
export async function findApi(places: readonly string[], open = openApi): Promise<Api | undefined> {
  const apis = places.map((place) => open(place))
  const there = apis.map((api) => api.isThere())
  let found: Api | undefined
  for (const [i, api] of apis.entries()) {
    if (!found && (await there[i])) found = api
    else api.close()
  }
  return found
}
