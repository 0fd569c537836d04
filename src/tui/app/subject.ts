// What the screen in sight is about, and what can be taken of it: its id, its row as text.
import { type Facts, resourceOf } from './facts.ts'
import { selectedId } from './list-cursor.ts'
import { shownColumns } from './list-moves.ts'
import { currentView, type Outcome, only, type UiState } from './ui-state.ts'

/** A row of a noun. */
export interface Subject {
  readonly resource: string
  readonly id: string
}

/** The row with the cursor, the run of the charts, the thing described. */
export function subjectOf(state: UiState, facts: Facts): Subject | undefined {
  const view = currentView(state)
  switch (view.kind) {
    case 'charts':
      return { resource: view.owner === 'run' ? 'runs' : 'hosts', id: view.ids[0]! }
    case 'list': {
      const id = selectedId(view, facts)
      return id === undefined ? undefined : { resource: view.resource, id }
    }
    case 'details':
    case 'json':
      return view
    case 'compare':
    case 'events':
      return undefined
  }
}

/** The selected row as text, a tab between two cells: the columns of the list, or all that tables show. */
export function rowText(state: UiState, facts: Facts): string | undefined {
  const about = subjectOf(state, facts)
  if (!about) return undefined
  const resource = resourceOf(about.resource)
  const item = facts
    .rows({ resource: about.resource, filter: '', sort: [] })
    .items.find(({ id }) => id === about.id)
  const view = currentView(state)
  const all = resource.headings.filter(({ table }) => table !== 'never').map(({ key }) => key)
  const keys = view.kind === 'list' ? shownColumns(view, state.columns) : all
  return item && keys.map((key) => item.text(key, facts.now)).join('\t')
}

/** Copies a text, where there is one. */
export const copyOutcome = (state: UiState, text: string | undefined, what: string): Outcome =>
  text === undefined ? only(state) : { state, effect: { type: 'copy', text, what } }
