// `--at`: the same rows as they stood at a moment of the past.
import { formatAge, formatTime } from '../core/format.ts'
import { type Moment, momentMs, readMoment } from '../core/moment.ts'
import type { World } from '../core/world.ts'
import { usageError } from './cli-error.ts'
import type { Flag } from './flags.ts'
import type { Context } from './verb.ts'

/** The flag of verbs that can look back. */
export const pastFlags = {
  at: {
    value: 'WHEN',
    doc: 'as it stood then: an ISO time, or a span before now (2h); by the clock of the hub',
  },
} satisfies Record<string, Flag>

/** Reads the flag. Throws CliError with code 2. */
export function readAt(text: string | undefined): Moment | undefined {
  const moment = text === undefined ? undefined : readMoment(text)
  if (text === undefined || moment) return moment
  throw usageError(`--at ${text} is no time`, 'write 2026-01-05T10:00:00Z, or 2h for two hours ago')
}

/** What to show, and the time from which ages count. */
export interface View {
  readonly world: World
  /** Unix ms. */
  readonly now: number
}

/** The world of now, or of the moment asked for; then a note says which one. */
export async function viewOf({ link, now, note }: Context, moment: Moment | undefined): Promise<View> {
  if (!moment) return { world: link.world(), now: now() }
  const at = Math.max(0, momentMs(moment, now()))
  const world = await link.worldAt(at)
  const { seq } = world.state
  const what = seq === 0 ? 'before the first event' : `after event ${seq}`
  note(`as it stood at ${formatTime(at)} UTC (${formatAge(now() - at)} ago), ${what}`)
  return { world, now: at }
}
