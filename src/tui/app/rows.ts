// The rows of lists: made, filtered and sorted once a change of the data, never for a key.
import type { World } from '../../core/world.ts'
import type { Item } from '../../resources/define.ts'
import { parseFilter } from '../../resources/filter.ts'
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
  readonly texts: Map<string, string>
}

interface Kept {
  readonly table: Table
  readonly rows: Rows
}

function rowText(item: Item, keys: readonly string[], now: number, texts: Map<string, string>): string {
  let text = texts.get(item.id)
  if (text === undefined) {
    text = keys
      .map((key) => item.text(key, now))
      .join(' ')
      .toLowerCase()
    texts.set(item.id, text)
  }
  return text
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
    const table = { version, madeAt: now, items: resourceOf(resource).items(world), texts: new Map() }
    tables.set(resource, table)
    return table
  }

  const filtered = (table: Table, resource: string, filter: string): Omit<Rows, 'total'> => {
    if (filter === '') return { items: table.items, error: null }
    const parsed = parseFilter(filter)
    if (!parsed.ok) return { items: table.items, error: `${parsed.reason}, at character ${parsed.at + 1}` }
    const keys = resourceOf(resource)
      .headings.filter(({ table: shown }) => shown !== 'never')
      .map(({ key }) => key)
    const items = table.items.filter((item) =>
      parsed.test({
        text: () => rowText(item, keys, table.madeAt, table.texts),
        field: (path) => item.field(path),
      }),
    )
    return { items, error: null }
  }

  return (source, { resource, filter, sort }) => {
    const table = tableOf(source, resource)
    const key = `${resource}\n${sortText(sort)}\n${filter}`
    const before = kept.get(key)
    if (before?.table === table) return before.rows
    const { items, error } = filtered(table, resource, filter)
    const rows = { items: sortItems(items, sort), total: table.items.length, error }
    kept.delete(key)
    kept.set(key, { table, rows })
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return rows
  }
}
