// What the hub counts.

/** What the hub took in and what it refused, for `doctor` and `/metrics`. */
export interface HubCounters {
  badFrames: number
  lastBadFrame: string | null
  commitFailures: number
  lastFailure: string | null
  batches: number
  points: number
}

/** Nothing counted yet. */
export const createCounters = (): HubCounters => ({
  badFrames: 0,
  lastBadFrame: null,
  commitFailures: 0,
  lastFailure: null,
  batches: 0,
  points: 0,
})
