// The points of one series as parallel columns: what the store decodes and what a chart reads.
import type { Step } from '../protocol/numbers.ts'

/** Points of one series; the three columns have the same length. */
export interface Columns {
  /** int64 steps; BigInt64Array only when some step is not a safe integer. */
  readonly steps: Float64Array | BigInt64Array
  /** Unix time, whole milliseconds. */
  readonly times: Float64Array
  /** float64; NaN, infinities and -0 included. */
  readonly values: Float64Array
}

/** No points. */
export const noColumns: Columns = {
  steps: new Float64Array(0),
  times: new Float64Array(0),
  values: new Float64Array(0),
}

/** Copies [from, to) of plain arrays into columns. */
export function toColumns(
  steps: readonly Step[],
  times: readonly number[],
  values: readonly number[],
  from: number,
  to: number,
): Columns {
  const part = steps.slice(from, to)
  const wide = part.some((step) => typeof step === 'bigint')
  return {
    steps: wide ? BigInt64Array.from(part, (step) => BigInt(step)) : Float64Array.from(part as number[]),
    times: Float64Array.from(times.slice(from, to)),
    values: Float64Array.from(values.slice(from, to)),
  }
}

/** Joins parts in order of arrival. */
export function concat(parts: readonly Columns[]): Columns {
  if (parts.length === 1) return parts[0]!
  const length = parts.reduce((sum, { times }) => sum + times.length, 0)
  const wide = parts.some(({ steps }) => steps instanceof BigInt64Array)
  const steps = wide ? new BigInt64Array(length) : new Float64Array(length)
  const times = new Float64Array(length)
  const values = new Float64Array(length)
  let at = 0
  for (const part of parts) {
    if (steps instanceof Float64Array) steps.set(part.steps as Float64Array, at)
    else for (let i = 0; i < part.times.length; i++) steps[at + i] = BigInt(part.steps[i]!)
    times.set(part.times, at)
    values.set(part.values, at)
    at += part.times.length
  }
  return { steps, times, values }
}

/** The points [from, to). */
export function sliceColumns(columns: Columns, from: number, to: number): Columns {
  return {
    steps: columns.steps.slice(from, to),
    times: columns.times.slice(from, to),
    values: columns.values.slice(from, to),
  }
}
