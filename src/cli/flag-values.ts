// Reads what stands behind a flag: whole numbers.
import { usageError } from './cli-error.ts'

/** A whole number from `min` to `max`. Throws CliError with code 2. */
export function readWhole(flag: string, text: string, min: number, max: number): number {
  const number = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw usageError(
    `${flag} ${text} is no whole number from ${min} to ${max}`,
    `write ${flag} ${min}, for example`,
  )
}
