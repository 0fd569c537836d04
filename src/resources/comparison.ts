// Compares one raw field of a row with what a filter names. Missing fields match nothing but
// `!=` and `=null`.
import { globTest } from '../core/glob.ts'

/** Operators of a filter. */
export type Operator = '=' | '!=' | '~' | '<' | '<=' | '>' | '>='

/** A value as written. A quoted one is text: no number, no `*`, no null. */
export interface Operand {
  readonly text: string
  readonly quoted: boolean
}

/** A test of one raw field. */
export type FieldTest = (field: unknown) => boolean

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/
const MAX_DIGITS = 40

const isMissing = (field: unknown) =>
  field === undefined || field === null || (Array.isArray(field) && field.length === 0)

/** What a scalar reads as; undefined for objects and what else has no text of its own. */
function textOf(field: unknown): string | undefined {
  if (typeof field === 'string') return field
  if (typeof field === 'number' || typeof field === 'bigint' || typeof field === 'boolean')
    return String(field)
  return field instanceof Date && !Number.isNaN(field.getTime()) ? field.toISOString() : undefined
}

/** A number, or a number as text; integers beyond the safe ones as bigint. */
function numberOf(field: unknown): number | bigint | undefined {
  if (typeof field === 'number' || typeof field === 'bigint') return field
  if (typeof field !== 'string' || field.length > MAX_DIGITS) return undefined
  if (NOT_FINITE.test(field)) {
    if (/nan/i.test(field)) return Number.NaN
    return field.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!NUMBER.test(field)) return undefined
  const short = Number(field)
  const exact = /^[+-]?\d+$/.test(field) && !Number.isSafeInteger(short)
  return exact ? BigInt(field.replace('+', '')) : short
}

/** Unix ms of ISO 8601 text (UTC when it names no zone); of a Date; and of Unix ms itself. */
function timeOf(field: unknown): number | undefined {
  if (typeof field === 'number') return field
  if (field instanceof Date) return field.getTime()
  const found = typeof field === 'string' ? ISO_TIME.exec(field) : null
  if (!found) return undefined
  const iso = found[0].replace(' ', 'T')
  const time = Date.parse(iso.length > 10 && !found[1] ? `${iso}Z` : iso)
  return Number.isNaN(time) ? undefined : time
}

/** Negative, 0 or positive; NaN equals NaN and has no order with other numbers. */
function order<T extends number | bigint | string>(a: T, b: T): number | undefined {
  if (a < b) return -1
  if (a > b) return 1
  return Number.isNaN(a) === Number.isNaN(b) ? 0 : undefined
}

/** How a field lies to a value: as numbers when both are, else as times, else as text. */
function orderOf(value: string): (field: unknown) => number | undefined {
  const number = numberOf(value)
  const time = number === undefined ? timeOf(value) : undefined
  const text = value.toLowerCase()
  return (field) => {
    const asNumber = number === undefined ? undefined : numberOf(field)
    if (number !== undefined && asNumber !== undefined) return order(asNumber, number)
    const asTime = time === undefined ? undefined : timeOf(field)
    if (time !== undefined && asTime !== undefined) return order(asTime, time)
    const asText = typeof field === 'number' || typeof field === 'bigint' ? undefined : textOf(field)
    return asText === undefined ? undefined : order(asText.toLowerCase(), text)
  }
}

/** A glob that ignores case. */
function anyCase(glob: string): (text: string) => boolean {
  const test = globTest(glob.toLowerCase())
  return (text) => test(text.toLowerCase())
}

function onText(test: (text: string) => boolean): FieldTest {
  return (field) => {
    const text = textOf(field)
    return text !== undefined && test(text)
  }
}

/** True for a field, or for a list when one of its items passes. */
const someItem =
  (test: FieldTest): FieldTest =>
  (field) =>
    Array.isArray(field) ? field.some(test) : !isMissing(field) && test(field)

function equals({ text, quoted }: Operand): FieldTest {
  const wanted = text.toLowerCase()
  if (quoted) return someItem(onText((found) => found.toLowerCase() === wanted))
  if (wanted === 'null') return isMissing
  if (text.includes('*')) return someItem(onText(anyCase(text)))
  const compare = orderOf(text)
  return someItem((field) => compare(field) === 0)
}

const ORDERS: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** The test of a comparison other than `~`. Several operands, for `=` and `!=`, mean any of them. */
export function fieldTest(operator: Exclude<Operator, '~'>, operands: readonly Operand[]): FieldTest {
  if (operator === '=' || operator === '!=') {
    const tests = operands.map(equals)
    return (field) => tests.some((test) => test(field)) === (operator === '=')
  }
  const compare = orderOf(operands[0]?.text ?? '')
  return someItem((field) => {
    const found = compare(field)
    return found !== undefined && ORDERS[operator](found)
  })
}

/** The test of `~`: the field's text, or that of one item of a list, passes. */
export const textTest = (test: (text: string) => boolean): FieldTest => someItem(onText(test))
