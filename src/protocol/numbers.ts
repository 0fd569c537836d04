// JSON has neither NaN nor 64-bit integers; both matter here: a diverged loss is the most
// important point on the screen, and steps of token counters pass 2^53.

/** A training step, an int64: a number while safe (|n| <= 2^53 - 1), else a bigint. */
export type Step = number | bigint

/** A JSON-safe number: finite as itself, others as `NaN`, `Infinity`, `-Infinity`. */
export type WireValue = number | 'NaN' | 'Infinity' | '-Infinity'

/** A JSON-safe step: safe integers as themselves, others as decimal text. */
export type WireStep = number | string

const INT64_MAX = 9223372036854775807n
const INT64_MIN = -9223372036854775808n

/** The smallest exact form of an int64: a number when safe. */
export function toStep(value: bigint): Step {
  const asNumber = Number(value)
  return Number.isSafeInteger(asNumber) ? asNumber : value
}

/** Reads `[+-]digits` (no exponent) as an int64; undefined when it is none. */
export function parseStep(text: string): Step | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined
  const short = text.length < 16
  if (short) return Number(text)
  const wide = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return wide > INT64_MAX || wide < INT64_MIN ? undefined : toStep(wide)
}

/** Encodes a value for JSON. */
export function toWireValue(value: number): WireValue {
  return Number.isFinite(value) ? value : (String(value) as WireValue)
}

/** Decodes a JSON value; undefined when it is none. Also reads -0, which JSON writes as 0. */
export function fromWireValue(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (value === 'NaN') return Number.NaN
  if (value === 'Infinity') return Number.POSITIVE_INFINITY
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY
  return undefined
}

/** Encodes a step for JSON. */
export function toWireStep(step: Step): WireStep {
  return typeof step === 'number' ? step : step.toString()
}

/** Decodes a JSON step; undefined when it is no int64. */
export function fromWireStep(step: unknown): Step | undefined {
  if (typeof step === 'number') return Number.isSafeInteger(step) ? step : undefined
  return typeof step === 'string' ? parseStep(step) : undefined
}
