// The cursor of a list: it stays with its row, and in sight.
import { keepInSight } from '../panels/table.ts'
import type { Facts } from './facts.ts'
import { listRows } from './layout.ts'
import { replace } from './navigation.ts'
import type { ListView, UiState } from './ui-state.ts'

/** Moves the cursor to a row, held within the rows. */
export function selectRow(state: UiState, view: ListView, facts: Facts, index: number): UiState {
  const { items } = facts.rows(view)
  const at = Math.max(0, Math.min(index, items.length - 1))
  const offset = keepInSight(view.offset, at, listRows(state, view), items.length)
  const selected = items[at]?.id ?? null
  if (selected === view.selected && at === view.index && offset === view.offset) return state
  return replace(state, { ...view, selected, index: at, offset })
}

/** Puts the cursor where its row has gone; where the row is gone, the cursor stays in place. */
export function settleList(state: UiState, view: ListView, facts: Facts): UiState {
  const { items } = facts.rows(view)
  // A filter half typed often passes nothing; the cursor must outlive that.
  if (items.length === 0) return state
  const still = items[view.index]?.id === view.selected
  const found = still || view.selected === null ? -1 : items.findIndex(({ id }) => id === view.selected)
  return selectRow(state, view, facts, found < 0 ? view.index : found)
}

/** Id of the row with the cursor. */
export function selectedId(view: ListView, facts: Facts): string | undefined {
  return facts.rows(view).items[view.index]?.id
}
