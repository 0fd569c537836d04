// The digest of a link since a moment: `mlops since`, and what a console shows as "since you left".
import { type Change, digest } from './digest.ts'
import type { LogEvent } from './events.ts'
import type { HubLink } from './link.ts'
import type { PastMoment } from './world.ts'

/** What changed since a moment. */
export interface Since {
  /** The event after which it begins. */
  readonly seq: number
  /** Unix ms, hub's clock. */
  readonly at: number
  /** Events since then. */
  readonly events: number
  /** See digest(). */
  readonly changes: readonly Change[]
}

/** Events asked for at once, and read at most: the newest; older ones only tell times. */
const PAGE = 5_000
const MOST_EVENTS = 50_000

async function eventsAfter(link: Pick<HubLink, 'events'>, since: number, to: number): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for (let at = Math.max(since, to - MOST_EVENTS); at < to; ) {
    const page = await link.events({ since: at, limit: PAGE })
    if (page.length === 0) break
    events.push(...page.filter(({ seq }) => seq <= to))
    at = page.at(-1)!.seq
  }
  return events
}

/** What changed since a moment; undefined when the log is not that long: the hub has another store now. Rejects as the link does. */
export async function digestSince(
  link: Pick<HubLink, 'world' | 'worldAt' | 'events'>,
  moment: PastMoment,
): Promise<Since | undefined> {
  const after = link.world()
  if (typeof moment === 'object' && moment.seq > after.state.seq) return undefined
  const before = await link.worldAt(moment)
  const { seq } = before.state
  const events = await eventsAfter(link, seq, after.state.seq)
  return {
    seq,
    at: before.at ?? 0,
    events: Math.max(0, after.state.seq - seq),
    changes: digest(before, after, events),
  }
}
