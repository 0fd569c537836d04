// Endpoints that change something: they decide on the state in turn, write, and answer from the state that came of it.
import type * as z from 'zod/mini'
import type { State } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import type { Backend } from './backend.ts'
import { type Method, type Route, route } from './route.ts'
import { createSerial, type Serial } from './serial.ts'

/** What a change consists of, and what is answered once it is durable. */
export interface Change {
  readonly events: readonly AgentEvent[]
  /** JSON of the answer, from the state after the change; `{}` without one. */
  readonly answer?: (state: State) => object
}

const turns = new WeakMap<Backend, Serial>()

/**
 * Runs tasks on one backend one after the other: what a task has read of the state still holds when it writes. Two moves
 * of an alias, or two new versions, cannot both start from the same state.
 */
function inTurn<T>(backend: Backend, task: () => Promise<T>): Promise<T> {
  const serially = turns.get(backend) ?? createSerial()
  turns.set(backend, serially)
  return serially('registry', task)
}

/** Makes a change in its turn. `decide` throws MlflowError when it refuses; nothing is written then. */
export function makeChange(backend: Backend, decide: (state: State, now: number) => Change): Promise<object> {
  return inTurn(backend, async () => {
    const { events, answer } = decide(backend.state(), backend.now())
    if (events.length > 0) await backend.write({ events })
    return answer?.(backend.state()) ?? {}
  })
}

/** An endpoint that makes a change. */
export const changeRoute = <T extends z.ZodMiniType>(
  methods: readonly Method[],
  path: string,
  input: T,
  decide: (state: State, input: z.infer<T>, now: number) => Change,
): Route =>
  route(methods, path, input, (backend, read) =>
    makeChange(backend, (state, now) => decide(state, read, now)),
  )
