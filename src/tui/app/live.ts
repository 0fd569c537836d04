// The hub's data at a pace for people: changes are gathered and shown a few times a second.
import type { HubLink } from '../../core/link.ts'
import type { Clock } from './clock.ts'

/** Least time between two commits of data, ms. */
const COMMIT_MS = 150
/** How often ages move on without data, ms. */
const TICK_MS = 1_000

/** The data as it is shown. */
export interface Live {
  /** Grows with each commit of data and each tick. */
  readonly version: number
  /** Unix ms of the newest commit or tick. */
  readonly now: number
  /** Commits at once: the world is another one. */
  touch(): void
  stop(): void
}

/** Follows a link. `changed` is called at most once in COMMIT_MS for data, and once a second. */
export function followLink(link: HubLink, clock: Clock, changed: (what: 'data' | 'time') => void): Live {
  const live = { version: 1, now: clock.now(), touch: commit, stop }
  let waiting: (() => void) | undefined
  let lastCommit = clock.now()
  function commit(): void {
    waiting = undefined
    lastCommit = live.now = clock.now()
    live.version++
    changed('data')
  }
  const unsubscribe = link.subscribe(() => {
    waiting ??= clock.after(Math.max(0, lastCommit + COMMIT_MS - clock.now()), commit)
  })
  const tick = (): void => {
    // Hearing from a host changes its presence without a word: look at least once a second.
    live.version++
    live.now = clock.now()
    callOff = clock.after(TICK_MS, tick)
    changed('time')
  }
  let callOff = clock.after(TICK_MS, tick)
  function stop(): void {
    unsubscribe()
    callOff()
    waiting?.()
  }
  return live
}
