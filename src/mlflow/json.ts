// JSON as MLflow writes it: int64 are numbers of any size, NaN is "NaN", infinities are the largest float64.

import { deeperThan, MAX_DEPTH } from '../protocol/decode.ts'
import { type Step, toWireStep } from '../protocol/numbers.ts'
import { MlflowError } from './errors.ts'

/** Marks a text that stands for an int64 beyond 2^53: no stored text holds a NUL. */
const WIDE = '\u0000int64:'
const WIDE_ALL = /"\\u0000int64:(-?\d+)"/g
/** A step too wide for a JavaScript number. A string's quotes are escaped, so none can hold this. */
const WIDE_STEP = /("step"\s*:\s*)(-?\d{16,19})(?=\s*[,}])/g

/** A step in an answer; becomes a JSON number whatever its size. */
export const int64 = (step: Step): number | string =>
  typeof step === 'number' ? step : `${WIDE}${toWireStep(step)}`

/** A value in an answer. */
export function float64(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN'
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
}

/** Writes an answer. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value)
  return json.includes('\\u0000int64:') ? json.replace(WIDE_ALL, '$1') : json
}

/** Reads a request: an object, or {} where there is nothing. Wide steps become text. Throws MlflowError (400). */
export function fromJson(json: string): Record<string, unknown> {
  if (json.trim() === '') return {}
  if (deeperThan(json, MAX_DEPTH))
    throw new MlflowError('BAD_REQUEST', `The JSON is nested deeper than ${MAX_DEPTH}.`)
  let value: unknown
  try {
    value = JSON.parse(json.replace(WIDE_STEP, '$1"$2"'))
  } catch {
    throw new MlflowError('BAD_REQUEST', 'The request body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MlflowError('BAD_REQUEST', 'The request body must be a JSON object.')
  return value as Record<string, unknown>
}
