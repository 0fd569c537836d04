// Questions before what cannot be taken back: asked as data, answered by keys, refused where nothing may change.
import { withView } from './choices.ts'
import type { Facts } from './facts.ts'
import { clearMarks } from './list-marks.ts'
import { say } from './navigation.ts'
import { currentView, type Deed, type Dialog, type Outcome, only, type UiState } from './ui-state.ts'

/** Asks; says so instead where nothing may be changed. */
export function ask(
  state: UiState,
  { readOnly }: Facts,
  question: Omit<Dialog, 'typed' | 'items'> & Partial<Pick<Dialog, 'items'>>,
): UiState {
  if (readOnly) return say(state, 'read-only: nothing can be changed', 'warn')
  return { ...state, prompt: null, dialog: { items: [], ...question, typed: '' } }
}

function perform(state: UiState, deed: Deed): Outcome {
  const view = currentView(state)
  if (deed.type === 'act')
    return { state: view.kind === 'list' ? clearMarks(state, view) : state, effect: deed }
  const choices = withView(state.choices, deed.name, undefined)
  return only(say({ ...state, choices }, `view "${deed.name}" forgotten`))
}

/** Does it, once the word that is asked for has been typed. */
export function confirm(state: UiState): Outcome {
  const { dialog } = state
  if (!dialog) return only(state)
  if (dialog.word !== null && dialog.typed !== dialog.word)
    return only(say(state, `type ${dialog.word} first`, 'warn'))
  return perform({ ...state, dialog: null }, dialog.deed)
}

/** Leaves everything as it is. */
export const decline = (state: UiState): UiState =>
  say({ ...state, dialog: null }, 'nothing was changed', 'dim')

/** Changes the typed word. */
export function typeWord(state: UiState, change: (typed: string) => string): UiState {
  const { dialog } = state
  return dialog ? { ...state, dialog: { ...dialog, typed: change(dialog.typed) } } : state
}
