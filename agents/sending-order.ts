// In which order a session sends what waits. After a long time apart, what is new goes beside what is old, so that
// a backlog does not keep the operator from what happens now. Events keep their order, and go before points.
import type { Ranges } from '../src/protocol/ranges.ts'

/** What is asked of a spool. */
export interface Waiting {
  /** Sequence number of the next frame to be written. */
  readonly next: number
  hasEvents(seq: number): boolean
}

/** A backlog of so many frames is sent in a moment: simply in order. */
const SHORT = 128
/** With more events in it than this, order is worth more than haste: each may cost the hub a range of its own. */
const MOST_EVENTS = 256
/** Of so many frames one is of the backlog, while there are new ones too. */
const OLD_SHARE = 4

/** Gives the numbers to send, one by one; undefined while there is none. */
export type SendingOrder = () => number | undefined

function eventsOf(waiting: Waiting, done: Ranges, end: number): number[] {
  const found: number[] = []
  for (let seq = done.low + 1; seq < end && found.length <= MOST_EVENTS; seq++)
    if (!done.has(seq) && waiting.hasEvents(seq)) found.push(seq)
  return found
}

/** What of the numbers below `end` is still to be sent and not in `sent`, rising. */
function* rising(done: Ranges, end: () => number, sent: ReadonlySet<number>): Generator<number | undefined> {
  for (let seq = done.low + 1; ; seq++) {
    while (seq >= end()) yield undefined
    if (!done.has(seq) && !sent.has(seq)) yield seq
  }
}

/** The order for a session whose hub has `done`, where `live` is the first frame written since it began. */
export function sendingOrder(waiting: Waiting, done: Ranges, live: number): SendingOrder {
  const from = done.low
  const events = live - 1 - from <= SHORT ? undefined : eventsOf(waiting, done, live)
  if (!events || events.length > MOST_EVENTS) {
    const all = rising(done, () => waiting.next, new Set())
    return () => all.next().value
  }
  const old = rising(done, () => live, new Set(events))
  let first = 0
  let next = live
  let turn = 0
  return () => {
    if (first < events.length) return events[first++]
    turn++
    if (next < waiting.next && turn % OLD_SHARE !== 0) return next++
    const older = old.next().value
    if (older !== undefined) return older
    return next < waiting.next ? next++ : undefined
  }
}
