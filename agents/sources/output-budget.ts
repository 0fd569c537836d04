// How much of what a program prints is kept: so many lines and bytes a second, saved up over some seconds. What is
// there before the first look is kept up to a larger bound.

/** Kept of one file. */
export const LINES_A_SECOND = 500
export const BYTES_A_SECOND = 256 << 10
/** Saved up while less is printed, s. */
const SECONDS = 10
/** Kept of what is there at the first look. */
export const FIRST_LINES = 50_000
export const FIRST_BYTES = 4 << 20

/** What may still be kept of one file. */
export interface Budget {
  /** Time has passed; `now` in Unix ms. */
  refill(now: number): void
  /** What was there at the first look has been read. */
  caughtUp(): void
  spend(bytes: number): void
  readonly lines: number
  readonly bytes: number
}

/** A full budget. */
export function createBudget(now: number): Budget {
  let lines = FIRST_LINES
  let bytes = FIRST_BYTES
  let at = now
  let isFirst = true
  return {
    get lines() {
      return lines
    },
    get bytes() {
      return bytes
    },
    refill(later) {
      const seconds = Math.max(0, later - at) / 1000
      at = later
      if (isFirst) return
      lines = Math.min(LINES_A_SECOND * SECONDS, lines + Math.floor(LINES_A_SECOND * seconds))
      bytes = Math.min(BYTES_A_SECOND * SECONDS, bytes + Math.floor(BYTES_A_SECOND * seconds))
    },
    caughtUp() {
      isFirst = false
    },
    spend(used) {
      lines--
      bytes -= used
    },
  }
}
