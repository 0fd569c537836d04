// Requests and answers of the surface without the wire they came over: HTTP, or a session between agent and hub.
import { ERROR_STATUS, MlflowError } from './errors.ts'
import { toJson } from './json.ts'

/** A request of a client. */
export interface Asked {
  readonly method: string
  /** Path, encoded as it came. */
  readonly path: string
  readonly query: string
  /** Content type of the body. */
  readonly type: string
  /** Reads the body; called at most once. */
  read(): Promise<Buffer>
}

/** What the client is answered. */
export interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const JSON_TYPE = 'application/json'

/** A JSON answer. */
export const jsonReply = (status: number, body: object, headers?: Reply['headers']): Reply => ({
  status,
  type: JSON_TYPE,
  body: toJson(body),
  ...(headers && { headers }),
})

/** A refusal as clients know it. */
export const errorReply = (
  error_code: string,
  status: number,
  message: string,
  headers?: Reply['headers'],
): Reply => jsonReply(status, { error_code, message }, headers)

/** Codes of what the same request may not meet again a moment later: a disk or a system that is full or busy. */
const PASSING =
  /^(?:E(?:AGAIN|BUSY|DQUOT|INTR|IO|MFILE|NFILE|NOMEM|NOSPC|TIMEDOUT)|SQLITE_(?:BUSY|FULL|IOERR|LOCKED|NOMEM)(?:_\w+)?)$/

const passes = (error: unknown): boolean => PASSING.test(String((error as { code?: unknown } | null)?.code))

/**
 * Answers what went wrong. Clients retry 5xx for minutes, which stalls a training: 503 is for trouble of the system
 * that may pass. Other trouble, and a fault of ours, will not, so it is a 400 by status.
 */
export function replyToError(error: unknown, onError: (error: unknown) => void): Reply {
  if (error instanceof MlflowError) {
    const retry = error.code === 'TEMPORARILY_UNAVAILABLE' ? { 'retry-after': '2' } : undefined
    return errorReply(error.code, ERROR_STATUS[error.code], error.message, retry)
  }
  onError(error)
  if (passes(error))
    return replyToError(
      new MlflowError('TEMPORARILY_UNAVAILABLE', 'The store cannot be used at the moment.'),
      onError,
    )
  return errorReply('INTERNAL_ERROR', 400, 'The server could not answer this request: a fault of its own.')
}
