// The points that a chart keeps of a series: a few slots a bucket, filled in order of arrival.
import type { Columns } from './columns.ts'

// Roles of the kept points of one bucket. Behind all buckets: the first and the last point of all.
const FIRST = 0
const LOW = 1
const HIGH = 2
const LAST = 3
const NON_FINITE = 4
const ROLES = 5

/** The points kept so far, ROLES slots a bucket. */
export interface Slots {
  /** Order of arrival, -1 while the slot is empty. */
  readonly order: Float64Array
  readonly x: Float64Array
  readonly times: Float64Array
  readonly values: Float64Array
  readonly steps: Float64Array
  /** Takes over from `steps` once a column of bigints came in. */
  wide?: BigInt64Array
}

/** Empty slots for `buckets` buckets. */
export function createSlots(buckets: number): Slots {
  const size = buckets * ROLES + 2
  const slots: Slots = {
    order: new Float64Array(size).fill(-1),
    x: new Float64Array(size),
    times: new Float64Array(size),
    values: new Float64Array(size),
    steps: new Float64Array(size),
  }
  // What an empty slot must be beaten by: any x, any finite value.
  for (let base = 0; base < buckets * ROLES; base += ROLES) {
    slots.x[base + FIRST] = Number.POSITIVE_INFINITY
    slots.values[base + LOW] = Number.POSITIVE_INFINITY
    slots.values[base + HIGH] = Number.NEGATIVE_INFINITY
    slots.x[base + LAST] = Number.NEGATIVE_INFINITY
  }
  return slots
}

/** One pushed batch of points with its x values and the number of points before it. */
export interface Batch extends Columns {
  readonly x: Float64Array
  readonly before: number
}

function keep(slots: Slots, slot: number, batch: Batch, i: number): void {
  slots.order[slot] = batch.before + i
  slots.x[slot] = batch.x[i]!
  slots.times[slot] = batch.times[i]!
  slots.values[slot] = batch.values[i]!
  if (slots.wide) slots.wide[slot] = BigInt(batch.steps[i]!)
  else slots.steps[slot] = Number(batch.steps[i]!)
}

/** Keeps point i when it is the first or the last of all. */
function keepEnds(slots: Slots, batch: Batch, i: number): void {
  const head = slots.order.length - 2
  const tail = head + 1
  const x = batch.x[i]!
  const order = batch.before + i
  const beats = (slot: number, before: boolean) =>
    slots.order[slot]! < 0 ||
    before ||
    (x === slots.x[slot]! && order < slots.order[slot]! === (slot === head))
  if (beats(head, x < slots.x[head]!)) keep(slots, head, batch, i)
  if (beats(tail, x > slots.x[tail]!)) keep(slots, tail, batch, i)
}

/** Takes the points from `from` on that lie in one bucket, x in [start, end); returns where they end. */
export function scan(
  slots: Slots,
  bucket: number,
  batch: Batch,
  from: number,
  start: number,
  end: number,
): number {
  const base = bucket * ROLES
  const { x, values } = batch
  let first = -1
  let low = -1
  let high = -1
  let last = -1
  let least = slots.x[base + FIRST]!
  let most = slots.x[base + LAST]!
  let lowest = slots.values[base + LOW]!
  let highest = slots.values[base + HIGH]!
  let i = from
  for (; i < x.length; i++) {
    const at = x[i]!
    if (!(at >= start && at < end)) break
    const value = values[i]!
    if (!Number.isFinite(value)) {
      if (slots.order[base + NON_FINITE]! < 0) keep(slots, base + NON_FINITE, batch, i)
      keepEnds(slots, batch, i)
      continue
    }
    if (at < least) {
      least = at
      first = i
    }
    if (at >= most) {
      most = at
      last = i
    }
    if (value < lowest) {
      lowest = value
      low = i
    }
    if (value > highest) {
      highest = value
      high = i
    }
  }
  if (first >= 0) keep(slots, base + FIRST, batch, first)
  if (low >= 0) keep(slots, base + LOW, batch, low)
  if (high >= 0) keep(slots, base + HIGH, batch, high)
  if (last >= 0) keep(slots, base + LAST, batch, last)
  if (first >= 0) keepEnds(slots, batch, first)
  if (last >= 0) keepEnds(slots, batch, last)
  return i
}

function stepsOf({ steps, wide }: Slots, kept: number[]): Columns['steps'] {
  if (!wide) return Float64Array.from(kept, (slot) => steps[slot]!)
  const exact = BigInt64Array.from(kept, (slot) => wide[slot]!)
  const narrow = Float64Array.from(exact, Number)
  return narrow.every(Number.isSafeInteger) ? narrow : exact
}

/** The kept points sorted by x, then by arrival; each once. */
export function keptColumns(slots: Slots): Columns {
  const { order, x } = slots
  const kept = [...order.keys()]
    .filter((slot) => order[slot]! >= 0)
    .sort((a, b) => x[a]! - x[b]! || order[a]! - order[b]!)
    .filter((slot, i, all) => i === 0 || order[slot] !== order[all[i - 1]!])
  return {
    steps: stepsOf(slots, kept),
    times: Float64Array.from(kept, (slot) => slots.times[slot]!),
    values: Float64Array.from(kept, (slot) => slots.values[slot]!),
  }
}
