// What keys do to a list.
import { parseSort, type SortKey } from '../../resources/sort.ts'
import { chosenList, withSort } from './choices.ts'
import { type Facts, resourceOf } from './facts.ts'
import { selectedId, settleList } from './list-cursor.ts'
import { markedIds } from './list-marks.ts'
import { push, replace, say } from './navigation.ts'
import { chartsView, detailsView, type ListView, type UiState } from './ui-state.ts'

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
  const known =
    view.columns?.includes(path) || resourceOf(view.resource).headings.some(({ key }) => key === path)
  if (!known) return say(state, `${view.resource} have no ${path}`, 'warn')
  const first = view.sort[0]
  return sorted(state, view, facts, [{ path, falling: first?.path === path && !first.falling }])
}

/** Sorts by these keys, the cursor going with its row; the order is kept for the noun. */
export function sorted(state: UiState, view: ListView, facts: Facts, sort: readonly SortKey[]): UiState {
  const next = { ...view, sort }
  const choices = withSort(state.choices, view.resource, sort)
  return settleList(replace({ ...state, choices }, next), next, facts)
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
  const marked = markedIds(view, facts)
  return push(state, chartsView('run', marked.length > 0 ? marked : [id]))
}

/** Opens what an alert is about, or the run of a version; details for what has nothing else to open. */
function openAbout(state: UiState, view: ListView, facts: Facts): UiState {
  const item = facts.rows(view).items[view.index]!
  const about = item.field('about') ?? item.field('run')
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
  return push(state, chosenList(state.choices, opens, item.openFilter()))
}
