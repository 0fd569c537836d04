// Requests that an agent passes on to its hub, and their answers.
import type { CallResult } from '../src/protocol/agent-answers.ts'
import type { Call } from '../src/protocol/messages.ts'

/** A request: path and query, and a JSON body. */
export type Request = Pick<Call, 'method' | 'url' | 'body'>
/** Its answer. */
export type Answer = Pick<CallResult, 'status' | 'body'>

/** The calls of one session. */
export interface Calls {
  /** Resolves with the hub's answer; undefined when the session ended first or the hub took too long. */
  ask(request: Request): Promise<Answer | undefined>
  answered(result: CallResult): void
  /** The session is over: nobody will answer. */
  end(): void
}

/** How long the hub may take, ms: a client of the agent waits meanwhile. */
const ANSWER_MS = 10_000

/** Calls sent by `send`. */
export function createCalls(send: (call: Call) => void): Calls {
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  let last = 0
  return {
    ask(request) {
      const id = ++last
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(undefined), ANSWER_MS)
        const settle = (answer: Answer | undefined) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(answer)
        }
        waiting.set(id, settle)
        send({ type: 'call', id, ...request })
      })
    },
    answered: ({ id, status, body }) => waiting.get(id)?.({ status, body }),
    end() {
      for (const settle of [...waiting.values()]) settle(undefined)
    },
  }
}
