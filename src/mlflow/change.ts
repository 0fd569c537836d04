// Endpoints that change something: they decide on the state in turn, write, and answer from the state that came of it.
import type * as z from 'zod/mini'
import type { State } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import { anyClient, type Mover } from './alias-guard.ts'
import type { Writer } from './backend.ts'
import { type Method, type Route, route } from './route.ts'
import { createSerial, type Serial } from './serial.ts'

/** What a change consists of, and what is answered once it is durable. */
export interface Change {
  readonly events: readonly AgentEvent[]
  /** JSON of the answer, from the state after the change; `{}` without one. */
  readonly answer?: (state: State) => object
}

const turns = new WeakMap<object, Serial>()

/**
 * Runs tasks on one store one after the other: what a task has read of the state still holds when it writes. Two moves
 * of an alias, or two new versions, cannot both start from the same state.
 */
function inTurn<T>(store: object, task: () => Promise<T>): Promise<T> {
  const serially = turns.get(store) ?? createSerial()
  turns.set(store, serially)
  return serially('registry', task)
}

/** Makes a change in its turn. `decide` throws MlflowError when it refuses; nothing is written then. */
export function makeChange(writer: Writer, decide: (state: State, now: number) => Change): Promise<object> {
  return inTurn(writer.store ?? writer, async () => {
    const { events, answer } = decide(writer.state(), writer.now())
    if (events.length > 0) await writer.write({ events })
    return answer?.(writer.state()) ?? {}
  })
}

/** An endpoint that makes a change; `mover` is who asks for it. */
export const changeRoute = <T extends z.ZodMiniType>(
  methods: readonly Method[],
  path: string,
  input: T,
  decide: (state: State, input: z.infer<T>, now: number, mover: Mover) => Change,
): Route =>
  route(methods, path, input, (backend, read) =>
    makeChange(backend, (state, now) => decide(state, read, now, backend.mover ?? anyClient)),
  )
