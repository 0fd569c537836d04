// Order of rows: several columns, each rising or falling; what is missing comes last either way.
import type { Item, Raw } from './define.ts'
import { lastValue } from './define.ts'

/** One column of an order. */
export interface SortKey {
  readonly path: string
  readonly falling: boolean
}

/** Reads `-metrics.loss,name`. */
export function parseSort(text: string): SortKey[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '-')
    .map((part) =>
      part.startsWith('-') ? { path: part.slice(1), falling: true } : { path: part, falling: false },
    )
}

/** The text that parseSort reads. */
export const sortText = (keys: readonly SortKey[]): string =>
  keys.map(({ path, falling }) => (falling ? `-${path}` : path)).join(',')

type Comparable = number | bigint | string

function comparable(raw: Raw | undefined): Comparable | undefined {
  const value = lastValue(raw)
  if (value === null || value === undefined) return undefined
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value === 'bigint') return value
  if (typeof value === 'string')
    return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value
  return Array.isArray(value) ? value.length : Object.keys(value).length
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function compare(a: Comparable, b: Comparable): number {
  if (typeof a === 'string' || typeof b === 'string') {
    if (typeof a !== typeof b) return typeof a === 'string' ? 1 : -1
    return collator.compare(String(a), String(b))
  }
  return a < b ? -1 : a > b ? 1 : 0
}

/** A row in its place, with what it is sorted by. */
export interface SortedRow {
  readonly item: Item
  readonly values: readonly (Comparable | undefined)[]
  /** Where it stood before; equal rows stay in this order. */
  readonly at: number
}

/** Order of two rows, what is missing last. */
function compareRows(a: SortedRow, b: SortedRow, keys: readonly SortKey[]): number {
  for (let i = 0; i < keys.length; i++) {
    const [x, y] = [a.values[i], b.values[i]]
    if (x === undefined || y === undefined) {
      if (x !== y) return x === undefined ? 1 : -1
      continue
    }
    const order = compare(x, y)
    if (order !== 0) return keys[i]!.falling ? -order : order
  }
  return a.at - b.at
}

/** A row with what it is sorted by. */
export const sortedRow = (item: Item, at: number, keys: readonly SortKey[]): SortedRow => ({
  item,
  at,
  values: keys.map(({ path }) => comparable(item.field(path))),
})

/** Puts rows in order, in place. */
export const sortRows = (rows: SortedRow[], keys: readonly SortKey[]): SortedRow[] =>
  rows.sort((a, b) => compareRows(a, b, keys))

/** Rows in order, without those of `gone` and with `fresh`, which need no order: as if all had been sorted. */
export function mergeRows(
  rows: readonly SortedRow[],
  gone: ReadonlySet<string>,
  fresh: SortedRow[],
  keys: readonly SortKey[],
): SortedRow[] {
  const added = sortRows(fresh, keys)
  const merged: SortedRow[] = []
  let next = 0
  for (const row of rows) {
    if (gone.has(row.item.id)) continue
    while (next < added.length && compareRows(added[next]!, row, keys) < 0) merged.push(added[next++]!)
    merged.push(row)
  }
  while (next < added.length) merged.push(added[next++]!)
  return merged
}

/** A sorted copy; equal rows keep their order. */
export function sortItems(items: readonly Item[], keys: readonly SortKey[]): Item[] {
  if (keys.length === 0) return [...items]
  const rows = items.map((item, i) => sortedRow(item, i, keys))
  return sortRows(rows, keys).map(({ item }) => item)
}
