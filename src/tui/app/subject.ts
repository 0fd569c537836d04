// What the screen in sight is about, and what can be taken of it: its id, its row as text.
import { type Facts, resourceOf } from './facts.ts'
import { lineageSubject } from './lineage-moves.ts'
import { selectedId } from './list-cursor.ts'
import { markedIds } from './list-marks.ts'
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
    case 'lineage':
      return lineageSubject(view, facts)
    case 'compare':
    case 'events':
    case 'logs':
    case 'views':
      return undefined
  }
}

/** Ids of the marked rows; where none is marked, of what the screen is about. */
export function subjectIds(state: UiState, facts: Facts): readonly string[] {
  const view = currentView(state)
  const marked = view.kind === 'list' ? markedIds(view, facts) : []
  const about = subjectOf(state, facts)
  return marked.length > 0 || !about ? marked : [about.id]
}

/** Those rows as text, a tab between two cells: the columns of the list, or all that tables show. */
export function rowTexts(state: UiState, facts: Facts): readonly string[] {
  const about = subjectOf(state, facts)
  if (!about) return []
  const view = currentView(state)
  const shown = resourceOf(about.resource).headings.filter(({ table }) => table !== 'never')
  const keys = view.kind === 'list' ? shownColumns(view, state.columns) : shown.map(({ key }) => key)
  const ids = new Set(subjectIds(state, facts))
  const sort = view.kind === 'list' ? view.sort : []
  return facts
    .rows({ resource: about.resource, filter: '', sort })
    .items.filter(({ id }) => ids.has(id))
    .map((item) => keys.map((key) => item.text(key, facts.now)).join('\t'))
}

/** Copies texts, a line each; nothing where there are none. `what` names one of them. */
export function copyOutcome(state: UiState, texts: readonly string[], what: string): Outcome {
  if (texts.length === 0) return only(state)
  const named = texts.length === 1 ? what : `${texts.length} ${what}s`
  return { state, effect: { type: 'copy', text: texts.join('\n'), what: named } }
}
