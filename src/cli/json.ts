// JSON of raw values. JSON.stringify would throw on bigints and turn NaN into null.
import type { Raw } from '../resources/define.ts'

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  return Number.isFinite(value) ? String(value) : `"${value}"`
}

const timeText = (time: Date) => (Number.isNaN(time.getTime()) ? 'null' : `"${time.toISOString()}"`)

function recordText(record: { readonly [key: string]: Raw }): string {
  const entries = Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}:${jsonText(value)}`)
  return `{${entries.join(',')}}`
}

/**
 * A raw value as JSON on one line: bigints as integers in full, NaN and infinities as the texts `NaN`,
 * `Infinity`, `-Infinity`, times as ISO 8601 UTC (null beyond what a Date holds), missing as null.
 */
export function jsonText(raw: Raw): string {
  switch (typeof raw) {
    case 'string':
      return JSON.stringify(raw)
    case 'number':
      return numberText(raw)
    case 'bigint':
    case 'boolean':
      return String(raw)
  }
  if (raw === null) return 'null'
  if (raw instanceof Date) return timeText(raw)
  if (Array.isArray(raw)) return `[${raw.map(jsonText).join(',')}]`
  return recordText(raw as { readonly [key: string]: Raw })
}

/** One array, a record a line. */
export function* jsonArray(records: Iterable<Raw>): Generator<string> {
  let before = '[\n'
  for (const record of records) {
    yield `${before}${jsonText(record)}`
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}

/** A record a line. */
export function* jsonLines(records: Iterable<Raw>): Generator<string> {
  for (const record of records) yield `${jsonText(record)}\n`
}
