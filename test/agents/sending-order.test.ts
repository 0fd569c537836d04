import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sendingOrder } from '../../agents/sending-order.ts'
import { Ranges } from '../../src/protocol/ranges.ts'

/** Frames 1..count, of which some carry events. */
const spool = (count: number, events: ReadonlySet<number> = new Set()) => ({
  next: count + 1,
  hasEvents: (seq: number) => events.has(seq),
})

function take(order: () => number | undefined, most = Number.POSITIVE_INFINITY): number[] {
  const sent: number[] = []
  while (sent.length < most) {
    const seq = order()
    if (seq === undefined) break
    sent.push(seq)
  }
  return sent
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)
const none = new Ranges()

describe('the order of sending', () => {
  it('is that of the frames where little waits', () => {
    const waiting = spool(100, new Set([50]))
    expect(take(sendingOrder(waiting, none, 101))).toEqual(upTo(100))
  })

  it('puts what is new beside a long backlog: most of what goes out is new', () => {
    const waiting = { ...spool(1000) }
    const order = sendingOrder(waiting, none, 1001)
    waiting.next = 1101
    const first = take(order, 100)
    expect(first.filter((seq) => seq > 1000)).toHaveLength(75)
    expect(first.filter((seq) => seq <= 1000)).toEqual(upTo(25))
  })

  it('sends the events of a backlog first, in order, so that a run is known before its points', () => {
    const order = sendingOrder(spool(1000, new Set([10, 500, 999])), none, 1001)
    expect(take(order, 5)).toEqual([10, 500, 999, 1, 2])
  })

  it('keeps to the order where so many frames carry events that each would be a hole', () => {
    const many = new Set(Array.from({ length: 300 }, (_, i) => 3 * i + 1))
    expect(take(sendingOrder(spool(1000, many), none, 1001))).toEqual(upTo(1000))
  })

  it('sends each frame that the hub lacks once, and never an event before an earlier one', () => {
    const frames = fc.integer({ min: 0, max: 600 })
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 700 }), { maxLength: 40 })
    fc.assert(
      fc.property(frames, fc.nat(80), some, some, (old, fresh, events, stored) => {
        const done = new Ranges()
        for (const seq of stored) if (seq <= old) done.add(seq)
        const waiting = { ...spool(old, new Set(events)) }
        const order = sendingOrder(waiting, done, old + 1)
        const sent = take(order, 50)
        waiting.next += fresh
        sent.push(...take(order))
        const lacking = upTo(old + fresh).filter((seq) => !done.has(seq))
        expect(sent.toSorted((a, b) => a - b)).toEqual(lacking)
        const told = sent.filter((seq) => events.includes(seq))
        expect(told).toEqual(told.toSorted((a, b) => a - b))
      }),
    )
  })
})
