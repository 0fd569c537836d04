// Time as the console sees it, so that tests own it.

/** A clock and its timers. */
export interface Clock {
  /** Unix ms. */
  now(): number
  /** Calls `run` once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void
}

/** The machine's clock; `now` may be replaced. */
export const systemClock = (now: () => number = Date.now): Clock => ({
  now,
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
})
