// Limits beyond which a value is an alert: mean +- 3 deviations over the chunks of a reference (Shewhart; NannyML's
// default).
import { deviationOf } from './sampling-error.ts'

/** Both limits; a value on a limit is within. */
export interface Limits {
  readonly lower: number
  readonly upper: number
}

const WIDTH = 3
/** Fewer values say nothing about how far they stray. */
const FEWEST = 3

/** Limits of these values, kept within [least, greatest]; undefined below three values. */
export function controlLimits(
  values: readonly number[],
  [least, greatest]: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Limits | undefined {
  if (values.length < FEWEST) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const reach = WIDTH * deviationOf(values)
  return { lower: Math.max(least, mean - reach), upper: Math.min(greatest, mean + reach) }
}

/** Whether a value lies outside; never without a value or limits. */
export const isBeyond = (limits: Limits | undefined, value: number | undefined): boolean =>
  limits !== undefined && value !== undefined && (value < limits.lower || value > limits.upper)
