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

/** How long an answer may take, ms: a client of the agent waits meanwhile. */
const ANSWER_MS = 10_000
/** Calls under way at once: half of what the hub takes, for it may still be busy with those given up here. */
const MOST_AT_ONCE = 32

/** Calls sent by `send`; those beyond what the hub takes at once wait their turn. */
export function createCalls(send: (call: Call) => void): Calls {
  const waiting = new Map<number, (answer: Answer | undefined) => void>()
  const unsent = new Map<number, Request>()
  let last = 0

  function sendMore(): void {
    for (const [id, request] of unsent) {
      if (waiting.size - unsent.size >= MOST_AT_ONCE) return
      unsent.delete(id)
      send({ type: 'call', id, ...request })
    }
  }

  return {
    ask(request) {
      const id = ++last
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(undefined), ANSWER_MS)
        const settle = (answer: Answer | undefined) => {
          clearTimeout(timer)
          waiting.delete(id)
          unsent.delete(id)
          resolve(answer)
          sendMore()
        }
        waiting.set(id, settle)
        unsent.set(id, request)
        sendMore()
      })
    },
    answered: ({ id, status, body }) => waiting.get(id)?.({ status, body }),
    end() {
      unsent.clear()
      for (const settle of [...waiting.values()]) settle(undefined)
    },
  }
}
