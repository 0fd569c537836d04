// What the terminal is asked at the start, and what its answers switch on. Without an answer all stays off.
import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { InputEvent } from './input-events.ts'
import type { Latency } from './latency.ts'

/**
 * Synchronised update (DECRQM of mode 2026), the kitty keyboard protocol, and as the last one DA1: every
 * terminal answers that, in order, so what has no answer by then has none.
 */
export const QUERIES = '\u001b[?2026$p\u001b[?u\u001b[c'

const SYNC_MODE = 2026
// DECRPM: 1 set, 2 reset, 3 for ever set. 0 is unknown, 4 for ever reset.
const isSupported = (state: number | undefined): boolean => state === 1 || state === 2 || state === 3

/** What answers lead to. */
export interface QueryEffects {
  readonly latency: Latency
  /** The terminal can hold a frame back until it is whole. */
  setSync(on: boolean): void
  /** The terminal knows the kitty keyboard protocol. */
  setKitty(): void
}

/** Answers that are awaited. */
export interface Queries {
  /** Takes an answer to one of our questions; false for every other event. */
  take(event: InputEvent): boolean
  /** Some answer is still to come and would otherwise land in the shell. */
  readonly pending: boolean
}

// Who has not answered by then does not answer, ms.
const PATIENCE_MS = 5_000

/** Waits for the answers to QUERIES, if they were written (`asked`), just now. `now` is a clock in ms. */
export function createQueries(effects: QueryEffects, now: () => number, asked = true): Queries {
  const { latency } = effects
  const since = now()
  let open = asked
  return {
    get pending() {
      return (open && now() - since < PATIENCE_MS) || latency.asked
    },
    take(event) {
      if (event.type !== 'reply') return false
      if (event.name === 'cursor') return latency.answered()
      if (!open) return false
      if (event.name === 'mode' && event.params[0] === SYNC_MODE)
        effects.setSync(isSupported(event.params[1]))
      else if (event.name === 'kitty') effects.setKitty()
      else if (event.name === 'da1') open = false
      else return false
      return true
    },
  }
}

const PAUSE_MS = 5
// How long a quitting console waits for a late answer: longer would be felt.
const SWALLOW_MS = 200

/**
 * Reads and drops what comes in on the controlling terminal until an answer has come or 200 ms are over:
 * for the moment before the shell gets it back. Must be in raw mode. Never throws.
 */
export function swallowAnswers(): void {
  let fd = -1
  try {
    fd = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const bytes = Buffer.alloc(1024)
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    for (let waited = 0; waited < SWALLOW_MS; waited += PAUSE_MS) {
      // The last answer of both kinds: DA1 ends with c, a cursor report with R.
      if (/\u001b\[[?\d;]*[cR]/.test(readSome(fd, bytes))) return
      Atomics.wait(sleeper, 0, 0, PAUSE_MS)
    }
  } catch {
    // Gone, or no controlling terminal: then no shell waits for it either.
  } finally {
    if (fd >= 0) closeSync(fd)
  }
}

function readSome(fd: number, bytes: Buffer): string {
  try {
    return bytes.toString('latin1', 0, readSync(fd, bytes))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return ''
    throw error
  }
}
