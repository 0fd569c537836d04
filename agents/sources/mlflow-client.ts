// Asks an MLflow tracking server over HTTP: bounded time, bounded size, JSON or a sentence that says what came instead.
import { fromJson } from '../../src/mlflow/json.ts'
import { readAuthorization } from './mlflow-access.ts'

/** Longest wait for an answer, ms, and longest answer, bytes. */
const TIMEOUT_MS = 30_000
const MAX_BYTES = 64 << 20
/** Most pages of one question. */
const MAX_PAGES = 10_000

/** What a server answers: fields of unknown types. */
export type Answer = Readonly<Record<string, unknown>>

/** Why a question has no answer; `status` is that of HTTP, 0 without one. */
export class NoAnswer extends Error {
  readonly status: number
  constructor(message: string, status = 0) {
    super(message)
    this.status = status
  }
}

/** What a client is made with. */
export interface ClientOptions {
  /** Address of the server, as in MLFLOW_TRACKING_URI. */
  readonly url: string
  /** File with one line: a token, or `user:password`. */
  readonly authFile?: string | undefined
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

/** Asks a server. */
export interface Client {
  /** Rejects with NoAnswer. */
  get(path: string, input: Readonly<Record<string, string>>): Promise<Answer>
  post(path: string, input: object): Promise<Answer>
}

async function readBody(response: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    length += piece.length
    if (length > MAX_BYTES) throw new NoAnswer('its answer is longer than 64 MiB')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parse(body: string): Answer {
  try {
    return fromJson(body)
  } catch {
    throw new NoAnswer('its answer is no JSON object: is it an MLflow server?')
  }
}

function refusal(status: number, body: string): NoAnswer {
  let said: unknown
  try {
    const { error_code, message } = fromJson(body)
    said = [error_code, message].filter((part) => typeof part === 'string').join(': ')
  } catch {
    said = ''
  }
  const hint = status === 401 || status === 403 ? ' (--mlflow-auth FILE)' : ''
  return new NoAnswer(`it answers ${status}${said ? ` ${String(said).slice(0, 300)}` : ''}${hint}`, status)
}

function failure(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error
  const { name, message, cause } = error as Error
  if (name === 'TimeoutError') return new NoAnswer('it does not answer in time')
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  return new NoAnswer(`it cannot be reached (${code ?? (cause as Error | undefined)?.message ?? message})`)
}

/** Opens a client of a server. */
export function createClient(options: ClientOptions): Client {
  const { url, authFile, signal, timeoutMs = TIMEOUT_MS } = options

  async function ask(path: string, init: RequestInit): Promise<Answer> {
    const headers = {
      accept: 'application/json',
      ...(init.body ? { 'content-type': 'application/json' } : {}),
      ...(authFile ? { authorization: readAuthorization(authFile) } : {}),
    }
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      // Credentials are for this server alone.
      const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
        ...init,
        headers,
        signal: limit,
        redirect: 'error',
      })
      const body = await readBody(response)
      if (!response.ok) throw refusal(response.status, body)
      return parse(body)
    } catch (error) {
      throw failure(error)
    }
  }

  return {
    get: (path, input) => ask(`${path}?${new URLSearchParams(input)}`, { method: 'GET' }),
    post: (path, input) => ask(path, { method: 'POST', body: JSON.stringify(input) }),
  }
}

/** The objects in a list of an answer; what is none is left out. */
export function listOf(answer: Answer, name: string): Answer[] {
  const list = answer[name]
  if (!Array.isArray(list)) return []
  return list.filter(
    (item): item is Answer => typeof item === 'object' && item !== null && !Array.isArray(item),
  )
}

/** All pages of a question. Rejects with NoAnswer, also where the pages do not end. */
export async function* pages(
  ask: (page: { readonly page_token?: string }) => Promise<Answer>,
  name: string,
  first?: string,
): AsyncGenerator<{ readonly items: Answer[]; readonly token: string | undefined }> {
  const seen = new Set<string>()
  let token = first
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask(token === undefined ? {} : { page_token: token })
    const items = listOf(answer, name)
    yield { items, token }
    const next = answer.next_page_token
    if (typeof next !== 'string' || next === '') return
    if (seen.has(next) || items.length === 0) break
    seen.add(next)
    token = next
  }
  throw new NoAnswer(`the pages of its ${name} do not end`)
}
