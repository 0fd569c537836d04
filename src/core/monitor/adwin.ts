// ADWIN: a window that keeps as much of the stream as has one mean. Bifet and Gavalda, "Learning from time-changing
// data with adaptive windowing", SIAM SDM 2007; constants and order of work as in river, so that indices agree.
import { type Detector, isMeasure, type Level, type Method, startDetector } from './detector.ts'

/** Settings of ADWIN. */
export type AdwinSettings = {
  /** Confidence; smaller is calmer. */
  readonly delta: number
  /** A cut is looked for every so many values. */
  readonly clock: number
  /** Most buckets in a row of equal size. */
  readonly maxBuckets: number
  /** Least values on either side of a cut. */
  readonly minWindow: number
  /** No cut before so many values. */
  readonly grace: number
  /** 1: the window is kept after a detection, as in the paper. 0: begins anew, as in river. */
  readonly keepWindow: number
  /** 1: leaves the newest bucket of each row out of the cuts, as river up to 0.21 did. */
  readonly skipNewest: number
}

/** Row r holds buckets of 2^r values, the oldest first: their sums, and squared distances from their means. */
type Window = {
  ticks: number
  width: number
  total: number
  spread: number
  sums: number[][]
  spreads: number[][]
}

function merge(n1: number, sum1: number, n2: number, sum2: number): number {
  const gap = sum1 / n1 - sum2 / n2
  return (n1 * n2 * gap * gap) / (n1 + n2)
}

function insert(window: Window, value: number, maxBuckets: number): void {
  if (window.width > 0) window.spread += merge(window.width, window.total, 1, value)
  window.width++
  window.total += value
  window.sums[0]!.push(value)
  window.spreads[0]!.push(0)
  for (let row = 0; window.sums[row]!.length > maxBuckets; row++) compress(window, row)
}

/** Joins the two oldest buckets of a row into one of the next row. */
function compress({ sums, spreads }: Window, row: number): void {
  const size = 2 ** row
  const [a, b] = sums[row]!.splice(0, 2) as [number, number]
  const [va, vb] = spreads[row]!.splice(0, 2) as [number, number]
  if (sums.length === row + 1) {
    sums.push([])
    spreads.push([])
  }
  sums[row + 1]!.push(a + b)
  spreads[row + 1]!.push(va + vb + merge(size, a, size, b))
}

function dropOldest(window: Window): void {
  const row = window.sums.length - 1
  const size = 2 ** row
  const sum = window.sums[row]!.shift()!
  const spread = window.spreads[row]!.shift()!
  window.width -= size
  window.total -= sum
  window.spread -= spread + merge(size, sum, window.width, window.total)
  if (window.sums[row]!.length > 0) return
  window.sums.pop()
  window.spreads.pop()
}

/** |m0 - m1| > sqrt(2 m s^2 d) + 2/3 d m, with d = ln(2 ln W / delta), m = 1/(n0-min+1) + 1/(n1-min+1). */
function isCut(n0: number, sum0: number, window: Window, { delta, minWindow }: AdwinSettings): boolean {
  const n1 = window.width - n0
  if (n0 < minWindow || n1 < minWindow) return false
  const d = Math.log((2 * Math.log(window.width)) / delta)
  const m = 1 / (n0 - minWindow + 1) + 1 / (n1 - minWindow + 1)
  const bound = Math.sqrt(2 * m * (window.spread / window.width) * d) + (2 / 3) * d * m
  return Math.abs(sum0 / n0 - (window.total - sum0) / n1) > bound
}

/** Whether any cut, from the oldest on, splits the window in two means. */
function hasCut(window: Window, settings: AdwinSettings): boolean {
  let n0 = 0
  let sum0 = 0
  for (let row = window.sums.length - 1; row >= 0; row--) {
    const sums = window.sums[row]!
    const last = sums.length - (settings.skipNewest ? 1 : 0)
    for (let i = 0; i < last; i++) {
      n0 += 2 ** row
      sum0 += sums[i]!
      if (isCut(n0, sum0, window, settings)) return true
    }
  }
  return false
}

function step(window: Window, value: number, settings: AdwinSettings): Level {
  insert(window, value, settings.maxBuckets)
  window.ticks++
  if (window.ticks % settings.clock !== 0 || window.width <= settings.grace) return 'stable'
  let level: Level = 'stable'
  while (hasCut(window, settings)) {
    dropOldest(window)
    level = 'drift'
  }
  return level
}

/** The method. */
export const adwinMethod: Method<AdwinSettings, Window> = {
  name: 'adwin',
  defaults: { delta: 0.002, clock: 32, maxBuckets: 5, minWindow: 5, grace: 10, keepWindow: 0, skipNewest: 0 },
  accepts: isMeasure,
  start({ clock, maxBuckets, minWindow }) {
    if (Math.min(clock, maxBuckets, minWindow) < 1)
      throw new RangeError('adwin: clock, maxBuckets and minWindow are at least 1')
    return { ticks: 0, width: 0, total: 0, spread: 0, sums: [[]], spreads: [[]] }
  },
  isSound: ({ width, sums, spreads }, { maxBuckets }) =>
    sums.length > 0 &&
    sums.length === spreads.length &&
    sums.every((row, i) => row.length === spreads[i]!.length && row.length <= maxBuckets) &&
    sums.reduce((count, row, i) => count + row.length * 2 ** i, 0) === width,
  step,
  restarts: ({ keepWindow }) => keepWindow === 0,
}

/**
 * ADWIN over any numbers; by default what river's main branch detects, with `skipNewest: 1` what river 0.21 does.
 * Remembers at most (maxBuckets + 1) * 2 * log2(n) numbers.
 */
export const adwin = (settings?: Partial<AdwinSettings>): Detector => startDetector(adwinMethod, settings)
