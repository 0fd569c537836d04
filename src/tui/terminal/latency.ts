// How long the link to the terminal takes there and back: now and then a question goes out behind a
// frame, and the terminal's answer is timed. Nothing is sent while nothing is drawn.

/** The round trip as it is known now. */
export interface Latency {
  /** Median of the last answers, ms; null before the first one and where the terminal never answers. */
  readonly ms: number | null
  /** The round trip, or an answer still awaited, takes above 300 ms, or frames were skipped just now. */
  readonly slow: boolean
  /** A question has no answer yet. */
  readonly asked: boolean
  /** What to send behind a frame: the question when one is due, else ''. */
  question(): string
  /** The terminal answered (a 'cursor' reply); false when nothing was asked. */
  answered(): boolean
  /** A frame was dropped after the link had been busy for `busyMs`. */
  skipped(busyMs: number): void
}

/** At most one question in this time; also how long a first answer is waited for, ms. */
export const QUESTION_MS = 5_000
const SLOW_MS = 300
// A frame dropped earlier than this is a burst of keys, not a slow link, ms.
const BUSY_MS = 50
const SAMPLES = 5

// The cursor is moved off the first row: there the answer could also mean Ctrl-F3 (see keys.ts).
const QUESTION = '\u001b[2H\u001b[6n'

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]!

/** Makes the clockwork. `now` is a clock in ms; `rows` the height, for which one row is too few. */
export function createLatency(now: () => number, rows: () => number): Latency {
  const samples: number[] = []
  let askedAt: number | undefined
  let last = now()
  let skippedAt = Number.NEGATIVE_INFINITY
  let off = false
  const waits = (): number => (askedAt === undefined || off ? 0 : now() - askedAt)
  return {
    get ms() {
      return samples.length > 0 ? median(samples) : null
    },
    get slow() {
      const answers = samples.length > 0 && Math.max(median(samples), waits()) > SLOW_MS
      return answers || now() - skippedAt < QUESTION_MS
    },
    get asked() {
      return askedAt !== undefined && !off
    },
    question() {
      if (off || rows() < 2 || now() - last < QUESTION_MS) return ''
      // Never an answer: the terminal has none to give. One that answered before is only late.
      off = askedAt !== undefined && samples.length === 0
      if (askedAt !== undefined) return ''
      last = now()
      askedAt = last
      return QUESTION
    },
    answered() {
      if (askedAt === undefined) return false
      samples.push(now() - askedAt)
      if (samples.length > SAMPLES) samples.shift()
      askedAt = undefined
      off = false
      return true
    },
    skipped(busyMs) {
      if (busyMs >= BUSY_MS) skippedAt = now()
    },
  }
}
