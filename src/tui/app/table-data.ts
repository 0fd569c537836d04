// The table of a list: what its painter is given.
import type { TableData } from '../panels/table.ts'
import { type Facts, resourceOf } from './facts.ts'
import { shownColumns } from './list-moves.ts'
import type { ListView } from './ui-state.ts'

/** The table of a list, `width` cells wide. */
export function tableOf(facts: Facts, view: ListView, width: number): TableData {
  const { items, error } = facts.rows(view)
  return {
    headings: resourceOf(view.resource).headings,
    items,
    columns: shownColumns(view, width),
    offset: view.offset,
    selected: items.length > 0 ? view.index : -1,
    marked: view.marks,
    sort: view.sort,
    now: facts.now,
    empty: error ?? `no ${view.resource} pass the filter ${view.filter}`,
  }
}
