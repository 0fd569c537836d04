// Turns counters that grow since boot into rates. What cannot be known is missing, never 0 or negative.
import type { Counters, CpuTime } from './proc.ts'

/** Percent of processor time that was busy between two moments; undefined when no time passed or it ran back. */
export function cpuShare(before: CpuTime | undefined, after: CpuTime | undefined): number | undefined {
  if (!before || !after) return undefined
  const total = after.total - before.total
  if (!(total > 0)) return undefined
  // The kernel lets iowait run back a little, which puts a fully busy machine just outside 0..100.
  return Math.min(100, Math.max(0, (100 * (after.busy - before.busy)) / total))
}

/**
 * Bytes a second over all devices, [first counter, second counter]. A device counts from its second
 * sight on; one counter that ran back (a wrap, a reset) makes its rate undefined, as does no device.
 */
export function counterRates(
  before: Counters,
  after: Counters,
  seconds: number,
): [number | undefined, number | undefined] {
  const sums: [number, number] = [0, 0]
  let devices = 0
  for (const [name, now] of after) {
    const past = before.get(name)
    if (!past) continue
    devices++
    for (const side of [0, 1] as const)
      sums[side] += now[side] < past[side] ? Number.NaN : now[side] - past[side]
  }
  const rate = (sum: number) => (devices > 0 && seconds > 0 && sum >= 0 ? sum / seconds : undefined)
  return [rate(sums[0]), rate(sums[1])]
}

/** Percent that `used` is of `total`; undefined outside 0..100 or of nothing. */
export function percent(used: number, total: number): number | undefined {
  const share = (100 * used) / total
  return total > 0 && share >= 0 && share <= 100 ? share : undefined
}
