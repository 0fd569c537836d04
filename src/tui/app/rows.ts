// The rows of lists: made, filtered and sorted for what changed of the data, never for a key.
import type { World } from '../../core/world.ts'
import type { Item } from '../../resources/define.ts'
import { parseFilter } from '../../resources/filter.ts'
import { sortText } from '../../resources/sort.ts'
import { type Facts, type Rows, resourceOf } from './facts.ts'
import { type Part, partOf } from './list-part.ts'
import { createOrder, type Order } from './row-order.ts'
import { createRowTable, type RowTable } from './row-table.ts'

/** The data that rows are made of. */
export interface RowSource {
  readonly world: World
  /** Grows with each change of the data. */
  readonly version: number
  /** Unix ms. */
  readonly now: number
}

/** Lists whose rows are kept. */
const MAX_KEPT = 8
/** Nouns, and parts of nouns, whose rows are kept. */
const MAX_TABLES = 24

/** Makes the function that answers for the rows of any list. */
export function createRows(): (source: RowSource, ...list: Parameters<Facts['rows']>) => Rows {
  const tables = new Map<string, RowTable>()
  const orders = new Map<string, Order>()
  const kept = new Map<
    string,
    { readonly revision: number; readonly rows: Rows; readonly passing: Set<string> }
  >()

  const tableOf = (source: RowSource, { key, resource }: Part): RowTable => {
    const table = tables.get(key) ?? createRowTable(resource)
    tables.delete(key)
    tables.set(key, table)
    if (tables.size > MAX_TABLES) tables.delete(tables.keys().next().value!)
    table.refresh(source)
    return table
  }

  const orderOf = (table: RowTable, part: string, { sort }: Parameters<Facts['rows']>[0]): Order => {
    const key = `${part}\n${sortText(sort)}`
    const order = orders.get(key) ?? createOrder(sort)
    orders.delete(key)
    orders.set(key, order)
    if (orders.size > MAX_KEPT) orders.delete(orders.keys().next().value!)
    order.refresh(table)
    return order
  }

  return (source, list) => {
    const part = partOf(resourceOf(list.resource), list.filter)
    const table = tableOf(source, part)
    const key = `${list.resource}\n${sortText(list.sort)}\n${list.filter}`
    const before = kept.get(key)
    if (before?.revision === table.revision) return before.rows
    const { items } = orderOf(table, part.key, list)
    const passing = before?.passing ?? new Set<string>()
    const rows = filtered(table, items, list.filter, passing, before?.revision)
    kept.delete(key)
    kept.set(key, { revision: table.revision, rows, passing })
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return rows
  }
}

/** The rows that pass; only those that changed since `revision` are looked at again. */
function filtered(
  table: RowTable,
  items: readonly Item[],
  filter: string,
  passing: Set<string>,
  revision: number | undefined,
): Rows {
  const total = items.length
  if (filter === '') return { items, total, error: null }
  const parsed = parseFilter(filter)
  if (!parsed.ok) return { items, total, error: `${parsed.reason}, at character ${parsed.at + 1}` }
  const changed = revision === undefined ? 'all' : table.changedSince(revision)
  if (changed === 'all') passing.clear()
  const looked = changed === 'all' ? items : [...changed].map((id) => table.item(id))
  for (const item of looked)
    if (item && parsed.test(table.searched(item))) passing.add(item.id)
    else if (item) passing.delete(item.id)
  return { items: items.filter(({ id }) => passing.has(id)), total, error: null }
}
