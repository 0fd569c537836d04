// Events of runs and experiments as the MLflow surface writes them.
import type { Experiment, Texts } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'

/** An event about a noun; `at` in Unix ms. */
export function eventOf<T extends AgentEvent['type']>(
  type: T,
  about: string,
  at: number,
  data: Extract<AgentEvent, { type: T }>['data'],
): AgentEvent {
  return { type, about, at, data } as Extract<AgentEvent, { type: T }>
}

/** Texts above this, UTF-16 units, go in several events: a frame of an agent holds 1 MiB. */
const MAX_TEXTS = 200_000

/** Texts as events of one type, each of them of bounded size; none for no texts. */
export function textEvents(
  type: 'run.params' | 'run.tags',
  about: string,
  at: number,
  texts: ReadonlyMap<string, string>,
): AgentEvent[] {
  const events: AgentEvent[] = []
  let part: [string, string][] = []
  let size = 0
  const flush = () => {
    const record = Object.fromEntries(part)
    if (part.length > 0)
      events.push(
        type === 'run.params'
          ? eventOf(type, about, at, { params: record })
          : eventOf(type, about, at, { tags: record }),
      )
    part = []
    size = 0
  }
  for (const [key, value] of texts) {
    if (size + key.length + value.length > MAX_TEXTS) flush()
    part.push([key, value])
    size += key.length + value.length
  }
  flush()
  return events
}

/** The entries that a record does not hold with the same value. */
export const changed = (record: Texts, texts: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...texts].filter(([key, value]) => !Object.hasOwn(record, key) || record[key] !== value))

/** What makes an experiment that only runs name, or the default one, one of its own; nothing for one that is. */
export function madeReal(state: State, { id, name, created }: Experiment, at: number): AgentEvent[] {
  if (state.experiments.has(id)) return []
  return [
    eventOf('experiment.found', id, at, { name, artifactLocation: null, created: created ?? at, tags: {} }),
  ]
}
