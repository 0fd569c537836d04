// The saved views as a screen: what it shows, and what its keys do.
import type { Heading, Item } from '../../resources/define.ts'
import { keepInSight } from '../panels/table.ts'
import { openSaved, type SavedView, viewNamed, withView } from './choices.ts'
import { ask } from './dialog.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { goTo, replace, say } from './navigation.ts'
import { openPrompt } from './prompt.ts'
import { heading } from './screen-heading.ts'
import type { UiState, ViewsView } from './ui-state.ts'

/** Names of the saved views, in their order on the screen. */
export const viewNames = ({ choices }: Pick<UiState, 'choices'>): string[] =>
  Object.keys(choices.views).sort()

/** Columns of the screen. */
export const viewHeadings: readonly Heading[] = [
  heading('name', 'NAME', 32),
  heading('list', 'LIST', 12),
  heading('filter', 'FILTER', 60),
  heading('sort', 'SORT', 32),
  heading('columns', 'COLUMNS', 80),
]

function itemOf(name: string, { resource, filter, sort, columns }: SavedView): Item {
  const cells: Readonly<Record<string, string>> = {
    name,
    list: resource,
    filter,
    sort,
    columns: columns?.join(',') ?? '',
  }
  return {
    id: name,
    text: (key) => cells[key] || '-',
    tone: (key) => (key === 'name' ? 'text' : 'dim'),
    field: (key) => cells[key],
    record: () => cells,
    openFilter: () => '',
  }
}

/** The saved views as rows of a table. */
export const viewItems = (state: UiState): Item[] =>
  viewNames(state).map((name) => itemOf(name, viewNamed(state.choices, name)!))

/** The row with the cursor; -1 for none. It may be one less than the view says, where a view was forgotten. */
export const viewIndex = (state: UiState, { index }: ViewsView): number =>
  Math.min(index, viewNames(state).length - 1)

/** Moves the cursor, held within the rows. */
export function moveView(state: UiState, view: ViewsView, to: number): UiState {
  const count = viewNames(state).length
  const index = Math.max(0, Math.min(to, count - 1))
  return replace(state, { ...view, index, offset: keepInSight(view.offset, index, pageRows(state), count) })
}

const none = (state: UiState): UiState => say(state, 'no views yet: open a list, then :save NAME', 'dim')

const nameAt = (state: UiState, view: ViewsView): string | undefined =>
  viewNames(state)[viewIndex(state, view)]

/** Opens the view under the cursor. */
export function openView(state: UiState, view: ViewsView): UiState {
  const name = nameAt(state, view)
  return name === undefined ? none(state) : goTo(state, openSaved(viewNamed(state.choices, name)!))
}

/** Asks whether the view under the cursor may be forgotten. */
export function forgetView(state: UiState, view: ViewsView, facts: Facts): UiState {
  const name = nameAt(state, view)
  if (name === undefined) return none(state)
  return ask(state, facts, { text: `Forget the view "${name}"?`, word: null, deed: { type: 'forget', name } })
}

/** Opens the prompt with a new name for the view under the cursor. */
export function startRename(state: UiState, view: ViewsView): UiState {
  const name = nameAt(state, view)
  return name === undefined ? none(state) : openPrompt(state, 'command', `rename ${name}`)
}

/** Gives the view under the cursor another name, which no view has yet. */
export function renameView(state: UiState, view: ViewsView, to: string, { readOnly }: Facts): UiState {
  const name = nameAt(state, view)
  if (name === undefined) return none(state)
  if (to === '' || to === name) return say(state, 'nothing was changed', 'dim')
  if (readOnly) return say(state, 'read-only: nothing can be changed', 'warn')
  if (viewNamed(state.choices, to)) return say(state, `there is a view "${to}" already`, 'warn')
  const saved = viewNamed(state.choices, name)!
  const choices = withView(withView(state.choices, name, undefined), to, saved)
  const renamed = say({ ...state, choices }, `view "${name}" is "${to}" now`)
  return moveView(renamed, view, viewNames(renamed).indexOf(to))
}
