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

/** Pause after data of which nothing was seen on the screen; doubled again and again, up to a tick. */
const slower = (pause: number): number => Math.min(TICK_MS, pause * 2)

/**
 * Follows a link. `changed` is called at most once in COMMIT_MS for data, and once a second. `frames` counts what was
 * written to the screen: data that changes nothing in sight are shown less and less often.
 */
export function followLink(
  link: HubLink,
  clock: Clock,
  changed: (what: 'data' | 'time') => void,
  frames: () => number = () => Number.NaN,
): Live {
  const live = { version: 1, now: clock.now(), touch: commit, stop }
  let waiting: (() => void) | undefined
  let lastCommit = clock.now()
  let pause = COMMIT_MS
  let drawn = frames()
  function commit(): void {
    waiting?.()
    waiting = undefined
    pause = frames() === drawn ? slower(pause) : COMMIT_MS
    drawn = frames()
    lastCommit = live.now = clock.now()
    live.version++
    changed('data')
  }
  const unsubscribe = link.subscribe(() => {
    waiting ??= clock.after(Math.max(0, lastCommit + pause - clock.now()), commit)
  })
  const tick = (): void => {
    // Hearing from a host changes its presence without a word: look at least once a second.
    callOff = clock.after(TICK_MS, tick)
    // What waits to be shown is shown along with it.
    waiting?.()
    waiting = undefined
    live.version++
    lastCommit = live.now = clock.now()
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
