// Marks of rows: one by one, a range, all that pass the filter.
import type { Facts } from './facts.ts'
import { selectedId, selectRow } from './list-cursor.ts'
import { replace } from './navigation.ts'
import type { ListView, UiState } from './ui-state.ts'

/** Ids of the marked rows that are there, in the order of the list, also where the filter hides them. */
export function markedIds(view: ListView, facts: Facts): string[] {
  if (view.marks.size === 0) return []
  const all = facts.rows({ ...view, filter: '' }).items
  return all.filter(({ id }) => view.marks.has(id)).map(({ id }) => id)
}

/** Marks or unmarks the row with the cursor and goes on to the next. */
export function toggleMark(state: UiState, view: ListView, facts: Facts): UiState {
  const id = selectedId(view, facts)
  if (id === undefined) return state
  const marks = new Set(view.marks)
  if (!marks.delete(id)) marks.add(id)
  const marked: ListView = { ...view, marks, anchor: id }
  return selectRow(replace(state, marked), marked, facts, view.index + 1)
}

/** Marks all rows from the one marked last to the one with the cursor. */
export function markRange(state: UiState, view: ListView, facts: Facts): UiState {
  const { items } = facts.rows(view)
  const here = items[view.index]
  if (!here) return state
  const found = items.findIndex(({ id }) => id === view.anchor)
  const start = found < 0 ? view.index : found
  const [from, to] = [Math.min(start, view.index), Math.max(start, view.index)]
  const range = items.slice(from, to + 1).map(({ id }) => id)
  return replace(state, { ...view, marks: new Set([...view.marks, ...range]), anchor: here.id })
}

/** Marks all rows that pass the filter. */
export function markAll(state: UiState, view: ListView, facts: Facts): UiState {
  const ids = facts.rows(view).items.map(({ id }) => id)
  return replace(state, { ...view, marks: new Set([...view.marks, ...ids]) })
}

/** Takes all marks away. */
export const clearMarks = (state: UiState, view: ListView): UiState =>
  replace(state, { ...view, marks: new Set(), anchor: null })
