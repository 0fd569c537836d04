// The rows of lists: made, filtered and sorted once a change of the data, never for a key.
import type { World } from '../../core/world.ts'
import type { Item } from '../../resources/define.ts'
import { type FilterRow, parseFilter } from '../../resources/filter.ts'
import { sortItems, sortText } from '../../resources/sort.ts'
import { type Facts, type Rows, resourceOf } from './facts.ts'

/** The data that rows are made of. */
export interface RowSource {
  readonly world: World
  /** Grows with each change of the data. */
  readonly version: number
  /** Unix ms. */
  readonly now: number
}

/** From this many rows on, rows are made anew at most once in LONG_MS. */
const MANY = 2_000
const LONG_MS = 500
/** Lists whose rows are kept. */
const MAX_KEPT = 8

interface Table {
  readonly version: number
  readonly madeAt: number
  readonly items: readonly Item[]
  /** Cells as they are searched, lower case; only those that were looked at. */
  readonly cells: Map<Item, string[]>
}

interface Kept {
  readonly table: Table
  readonly rows: Rows
}

/** A row as a filter sees it: a word is looked for cell by cell, and most words are found in the first ones. */
function searched(item: Item, keys: readonly string[], { cells, madeAt }: Table): FilterRow {
  const cell = (own: string[], i: number): string => {
    own[i] ??= item.text(keys[i]!, madeAt).toLowerCase()
    return own[i]
  }
  const ownCells = (): string[] => {
    let own = cells.get(item)
    if (own === undefined) {
      own = []
      cells.set(item, own)
    }
    return own
  }
  const text = (): string => {
    const own = ownCells()
    return keys.map((_, i) => cell(own, i)).join(' ')
  }
  return {
    text,
    has(word) {
      // A phrase may lie across two cells.
      if (word.includes(' ')) return text().includes(word)
      const own = ownCells()
      return keys.some((_, i) => cell(own, i).includes(word))
    },
    field: (path) => item.field(path),
  }
}

/** Makes the function that answers for the rows of any list. */
export function createRows(): (source: RowSource, ...list: Parameters<Facts['rows']>) => Rows {
  const tables = new Map<string, Table>()
  const kept = new Map<string, Kept>()

  const tableOf = ({ world, version, now }: RowSource, resource: string): Table => {
    const before = tables.get(resource)
    if (before?.version === version) return before
    if (before && before.items.length > MANY && now - before.madeAt < LONG_MS && now >= before.madeAt)
      return before
    const table = { version, madeAt: now, items: resourceOf(resource).items(world, now), cells: new Map() }
    tables.set(resource, table)
    return table
  }

  const filtered = (table: Table, items: readonly Item[], resource: string, filter: string): Rows => {
    const total = items.length
    const parsed = parseFilter(filter)
    if (!parsed.ok) return { items, total, error: `${parsed.reason}, at character ${parsed.at + 1}` }
    const keys = resourceOf(resource)
      .headings.filter(({ table: shown }) => shown !== 'never')
      .map(({ key }) => key)
    return { items: items.filter((item) => parsed.test(searched(item, keys, table))), total, error: null }
  }

  const rowsOf: ReturnType<typeof createRows> = (source, list) => {
    const { resource, filter, sort } = list
    const table = tableOf(source, resource)
    const key = `${resource}\n${sortText(sort)}\n${filter}`
    const before = kept.get(key)
    if (before?.table === table) return before.rows
    // What passes a filter is taken from the sorted rows: a letter of a filter sorts nothing.
    const rows =
      filter === ''
        ? { items: sortItems(table.items, sort), total: table.items.length, error: null }
        : filtered(table, rowsOf(source, { ...list, filter: '' }).items, resource, filter)
    kept.delete(key)
    kept.set(key, { table, rows })
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return rows
  }
  return rowsOf
}
