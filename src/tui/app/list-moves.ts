// What keys do to a list.
import { parseSort, type SortKey } from '../../resources/sort.ts'
import { keepInSight } from '../panels/table.ts'
import { type Facts, resourceOf } from './facts.ts'
import { listRows } from './layout.ts'
import { push, replace, say } from './navigation.ts'
import { chartsView, detailsView, type ListView, listView, type UiState } from './ui-state.ts'

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

/** Marks or unmarks the row with the cursor and goes on to the next. */
export function toggleMark(state: UiState, view: ListView, facts: Facts): UiState {
  const id = selectedId(view, facts)
  if (id === undefined) return state
  const marks = new Set(view.marks)
  if (!marks.delete(id)) marks.add(id)
  const marked: ListView = { ...view, marks }
  return selectRow(replace(state, marked), marked, facts, view.index + 1)
}

// Narrower tables leave ids out where there are names, wider ones have room for more.
const ID_FROM = 100
const WIDE_FROM = 120

/** Columns of a noun that a table of this width shows. */
export function shownColumns({ resource, columns }: ListView, width: number): string[] {
  if (columns) return [...columns]
  const { headings } = resourceOf(resource)
  const named = headings.some(({ key }) => key === 'name')
  return headings
    .filter(({ table }) => table === 'always' || (table === 'wide' && width >= WIDE_FROM))
    .map(({ key }) => key)
    .filter((key) => key !== 'id' || !named || width >= ID_FROM)
}

/** Sorts by a column; by the same one again the other way round. */
export function sortBy(state: UiState, view: ListView, facts: Facts, path: string): UiState {
  const known = resourceOf(view.resource).headings.some(({ key }) => key === path)
  if (!known) return say(state, `${view.resource} have no ${path}`, 'warn')
  const first = view.sort[0]
  return sorted(state, view, facts, [{ path, falling: first?.path === path && !first.falling }])
}

/** Sorts by these keys, the cursor going with its row. */
export function sorted(state: UiState, view: ListView, facts: Facts, sort: readonly SortKey[]): UiState {
  const next = { ...view, sort }
  return settleList(replace(state, next), next, facts)
}

/** Turns the order round. */
export function reverseSort(state: UiState, view: ListView, facts: Facts): UiState {
  const [first, ...rest] =
    view.sort.length > 0 ? view.sort : parseSort(shownColumns(view, state.columns)[0] ?? '')
  if (!first) return state
  return sorted(state, view, facts, [{ ...first, falling: !first.falling }, ...rest])
}

/** Sorts by the column at the left or right of the one sorted by. */
export function moveSort(state: UiState, view: ListView, facts: Facts, by: number): UiState {
  const columns = shownColumns(view, state.columns)
  const at = columns.indexOf(view.sort[0]?.path ?? '')
  const next = columns[(Math.max(at, by > 0 ? -1 : 0) + by + columns.length) % columns.length]
  if (next === undefined) return state
  return sorted(state, view, facts, [{ path: next, falling: view.sort[0]?.falling ?? false }])
}

/** Opens the charts of the marked rows, or of the row with the cursor. */
export function openCharts(state: UiState, view: ListView, facts: Facts): UiState {
  const id = selectedId(view, facts)
  if (id === undefined) return state
  if (view.resource === 'hosts') return push(state, chartsView('host', [id]))
  if (view.resource !== 'runs') return openAbout(state, view, facts)
  const marked = facts
    .rows({ ...view, filter: '' })
    .items.filter((item) => view.marks.has(item.id))
    .map((item) => item.id)
  return push(state, chartsView('run', marked.length > 0 ? marked : [id]))
}

/** Opens what an alert is about; details for what has nothing else to open. */
function openAbout(state: UiState, view: ListView, facts: Facts): UiState {
  const item = facts.rows(view).items[view.index]!
  const about = item.field('about')
  if (typeof about === 'string' && facts.world.state.runs.has(about))
    return push(state, chartsView('run', [about]))
  if (typeof about === 'string' && facts.world.state.hosts.has(about))
    return push(state, chartsView('host', [about]))
  return push(state, detailsView(view.resource, item.id))
}

/** What Enter does: another noun filtered by the row, or its charts. */
export function openRow(state: UiState, view: ListView, facts: Facts): UiState {
  const item = facts.rows(view).items[view.index]
  if (!item) return state
  const { opens } = resourceOf(view.resource)
  if (opens === undefined) return openCharts(state, view, facts)
  return push(state, listView(opens, parseSort(resourceOf(opens).sort), item.openFilter()))
}
