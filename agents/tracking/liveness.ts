// Whether a run that says it is running still is. Pure: who looks, and when, is elsewhere.
import type { Sight } from './process-identity.ts'

/** How often a run must give a sign of life, ms. */
export const HEARTBEAT_MS = 5_000
/** How long a process must have been gone, ms: whoever started it may be about to say how it ended. */
export const GONE_MS = (3 / 5) * HEARTBEAT_MS
/** How long a run that nobody can see may say nothing, ms. */
export const SILENCE_MS = 30 * 60_000

/** What is known of a running run; times in Unix ms. */
export interface Signs {
  /** Each process that has logged for it, as it was seen now. */
  readonly processes: readonly { readonly pid: number; readonly sight: Sight }[]
  /** Since when all of them are gone. */
  readonly goneSince: number | undefined
  /** When it last logged something. */
  readonly heard: number
  readonly now: number
}

/** A run that is over, or of which nothing is known: `why` says in words what was seen. */
export interface Verdict {
  readonly status: 'killed' | 'stale'
  readonly why: string
  /** Unix ms; null where it is not known. */
  readonly ended: number | null
}

/** True when no process is left and each is known to be gone. */
export const areGone = (processes: Signs['processes']): boolean =>
  processes.length > 0 && processes.every(({ sight }) => sight === 'gone')

function words(pids: readonly number[]): string {
  return pids.length === 1
    ? `the process ${pids[0]} ended without closing the run`
    : `the processes ${pids.join(', ')} ended without closing the run`
}

/** Judges a run; undefined while it may well be running. */
export function judge({ processes, goneSince, heard, now }: Signs): Verdict | undefined {
  if (areGone(processes)) {
    if (goneSince === undefined || now - goneSince < GONE_MS) return undefined
    return { status: 'killed', why: words(processes.map(({ pid }) => pid)), ended: goneSince }
  }
  if (processes.some(({ sight }) => sight === 'alive') || now - heard < SILENCE_MS) return undefined
  const what = processes.length > 0 ? 'its process cannot be seen from here' : 'its process is not known'
  const minutes = Math.floor((now - heard) / 60_000)
  return { status: 'stale', why: `nothing was logged for ${minutes} minutes, and ${what}`, ended: null }
}
