// CSV (RFC 4180) of flattened records, safe to open in a spreadsheet.
import { lastValue, type Raw } from '../resources/define.ts'

/** A flat cell; null is empty. */
export type Scalar = string | number | bigint | boolean | Date | null

/** A record before it is flattened. */
export interface CsvRecord {
  readonly [key: string]: Raw
}

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|Infinity)$/i
// What makes a spreadsheet read a cell as a formula; full-width forms count in East Asian ones.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

function scalarText(value: Scalar): string {
  if (value === null) return ''
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  return Object.is(value, -0) ? '-0' : String(value)
}

/** One cell: formulas get a leading apostrophe, quotes are doubled. */
export function csvCell(value: Scalar): string {
  const text = scalarText(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line of cells. */
export const csvLine = (cells: readonly Scalar[]): string => `${cells.map(csvCell).join(',')}\r\n`

function flatten(path: string, raw: Raw, into: Map<string, Scalar>): void {
  const value = lastValue(raw) ?? null
  if (typeof value !== 'object' || value === null || value instanceof Date) into.set(path, value)
  else
    for (const [key, part] of Object.entries(value as { readonly [key: string]: Raw }))
      flatten(`${path}.${key}`, part, into)
}

/** Flattens a record; adds what it has below each field to `found`. */
function flatRow(record: CsvRecord, found: Map<string, Set<string>>): Map<string, Scalar> {
  const row = new Map<string, Scalar>()
  for (const [field, raw] of Object.entries(record)) {
    const cells = new Map<string, Scalar>()
    flatten(field, raw, cells)
    const paths = found.get(field) ?? new Set()
    found.set(field, paths)
    for (const [path, value] of cells) {
      paths.add(path)
      row.set(path, value)
    }
  }
  return row
}

const collator = new Intl.Collator('en', { numeric: true })
const byName = (a: string, b: string) => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/**
 * Header and lines. Records flatten to dotted columns (`params.lr`, `gpus.0.utilization`), a metric's
 * summary to its last value. Columns stand in the order of the records' fields, below one field by name.
 * `fields` are the header where there are no records. The records are gone through twice and not kept.
 */
export function* csvTable(records: Iterable<CsvRecord>, fields: readonly string[] = []): Generator<string> {
  const found = new Map<string, Set<string>>()
  let isEmpty = true
  for (const record of records) {
    flatRow(record, found)
    isEmpty = false
  }
  const paths = [...found.values()].flatMap((below) => [...below].sort(byName))
  const columns = isEmpty ? fields : [...new Set(paths)]
  if (columns.length === 0) return
  yield csvLine(columns)
  for (const record of records) {
    const row = flatRow(record, found)
    yield csvLine(columns.map((column) => row.get(column) ?? null))
  }
}
