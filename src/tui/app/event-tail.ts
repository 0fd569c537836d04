// The newest events of the hub's log, read while they are in sight.
import type { LogEvent } from '../../core/events.ts'
import type { HubLink } from '../../core/link.ts'

/** Events kept, and asked for at once. */
const MAX_KEPT = 1_000

/** The end of the event log. */
export interface EventTail {
  /** What is known, oldest first; asks for more when `seq`, the newest there is, is beyond it. */
  read(seq: number): { readonly events: readonly LogEvent[]; readonly error: string | null }
}

/** Makes a tail over a link; `changed` is called after each answer. */
export function createEventTail(link: Pick<HubLink, 'events'>, changed: () => void): EventTail {
  let events: readonly LogEvent[] = []
  let last: number | undefined
  let error: string | null = null
  let asking = false
  const ask = (since: number): void => {
    asking = true
    link.events({ since, limit: MAX_KEPT }).then(
      (more) => {
        events = [...events, ...more].slice(-MAX_KEPT)
        last = more.at(-1)?.seq ?? last ?? since
        error = null
        asking = false
        changed()
      },
      (reason: Error) => {
        error = reason.message
        asking = false
      },
    )
  }
  return {
    read(seq) {
      // A smaller sequence is another log: a hub with a new store.
      if (last !== undefined && seq < last) {
        events = []
        last = undefined
      }
      const since = last ?? Math.max(0, seq - MAX_KEPT)
      if (!asking && since < seq) ask(since)
      return { events, error }
    },
  }
}
