// The rows of a noun in one order: those that changed are put in their new places, the others stay.
import type { Item } from '../../resources/define.ts'
import { mergeRows, type SortedRow, type SortKey, sortedRow, sortRows } from '../../resources/sort.ts'
import type { RowTable } from './row-table.ts'

/** With more rows changed than this share of all, all are sorted. */
const FEW = 0.25

/** Rows in order. */
export interface Order {
  readonly items: readonly Item[]
  /** Brings the order up to a table. */
  refresh(table: RowTable): void
}

/** Makes an order by these keys; it is empty before the first refresh. */
export function createOrder(keys: readonly SortKey[]): Order {
  let revision = -1
  let rows: readonly SortedRow[] = []
  let items: readonly Item[] = []

  const changedRows = (table: RowTable, changed: ReadonlySet<string>): SortedRow[] =>
    [...changed].flatMap((id) => {
      const item = table.item(id)
      return item ? [sortedRow(item, table.place(id), keys)] : []
    })

  return {
    get items() {
      return items
    },
    refresh(table) {
      if (table.revision === revision) return
      const changed = table.changedSince(revision)
      rows =
        changed === 'all' || changed.size > FEW * rows.length
          ? sortRows(
              table.items().map((item) => sortedRow(item, table.place(item.id), keys)),
              keys,
            )
          : mergeRows(rows, changed, changedRows(table, changed), keys)
      items = rows.map(({ item }) => item)
      revision = table.revision
    },
  }
}
