// The one way in which what is shown changes: (state, action, facts) -> state and perhaps an effect.
import type { InputEvent, KeyEvent } from '../terminal/input-events.ts'
import { findBinding, SCREENS, scopeOf } from './bindings.ts'
import { type Choices, chosenList } from './choices.ts'
import { runCommand } from './commands.ts'
import { typeWord } from './dialog.ts'
import type { Facts } from './facts.ts'
import { settleList } from './list-cursor.ts'
import { showSought } from './log-moves.ts'
import type { LinePlace, LogsView } from './logs-view.ts'
import { clicked } from './mouse.ts'
import { replace, say } from './navigation.ts'
import { typeText } from './prompt-keys.ts'
import { currentView, type Message, type Outcome, only, type UiState } from './ui-state.ts'

/** What can happen to the screen. */
export type Action =
  | { readonly type: 'input'; readonly event: InputEvent }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** The hub's data changed. */
  | { readonly type: 'data' }
  /** What a view of text output looks for was found, or is nowhere. */
  | { readonly type: 'found'; readonly view: LogsView; readonly place: LinePlace | null }
  | { readonly type: 'say'; readonly message: Message }
  | { readonly type: 'command'; readonly line: string }
  /** The user's own keys are others now. */
  | { readonly type: 'keys'; readonly keys: UiState['keys'] }
  /** What the user has chosen is something else now: another console has saved it. */
  | { readonly type: 'choices'; readonly choices: Choices }

/** A key as the bindings write it: `j`, `G`, `ctrl-d`, `shift-tab`, `alt-backspace`. */
export function keyName({ key, ctrl, alt, shift }: KeyEvent): string {
  const single = key.length === 1
  const modifiers = [ctrl ? 'ctrl-' : '', alt ? 'alt-' : '', shift && !single ? 'shift-' : '']
  return `${modifiers.join('')}${key}`
}

function pressed(state: UiState, event: KeyEvent, facts: Facts): Outcome {
  const scope = scopeOf(state)
  const binding = findBinding(scope, keyName(event))
  const quiet = state.message === null ? state : { ...state, message: null }
  if (binding) return binding.run(quiet, facts)
  const command = SCREENS.includes(scope) ? state.keys.get(keyName(event)) : undefined
  if (command !== undefined) return runCommand(quiet, command, facts)
  if (scope === 'prompt') return only(event.text === undefined ? state : typeText(state, facts, event.text))
  if (scope === 'dialog') return only(typeWord(quiet, (typed) => typed + (event.text ?? '')))
  return only(quiet)
}

function settle(state: UiState, facts: Facts): UiState {
  const view = currentView(state)
  return view.kind === 'list' ? settleList(state, view, facts) : state
}

function act(state: UiState, action: Action, facts: Facts): Outcome {
  switch (action.type) {
    case 'input':
      if (action.event.type === 'mouse') return only(clicked(state, action.event, facts))
      if (action.event.type === 'key') return pressed(state, action.event, facts)
      // Text pasted where nothing is typed would run as keys.
      return only(action.event.type === 'paste' ? typeText(state, facts, action.event.text) : state)
    case 'resize':
      return only({ ...state, columns: action.columns, rows: action.rows })
    case 'say':
      return only(say(state, action.message.text, action.message.tone))
    case 'found':
      return only(showSought(state, action.view, action.place))
    case 'command':
      return runCommand(state, action.line, facts)
    case 'keys':
      return only({ ...state, keys: action.keys })
    case 'choices':
      return only(chosenAnew(state, action.choices))
    case 'data':
      return only(state)
  }
}

/** The list in sight takes the order and columns, where others were chosen for its noun. */
function chosenAnew(state: UiState, choices: Choices): UiState {
  const view = currentView(state)
  if (view.kind !== 'list') return { ...state, choices }
  const [before, now] = [state.choices, choices].map((one) => chosenList(one, view.resource))
  const { sort, columns } = now!
  const same = JSON.stringify([before!.sort, before!.columns]) === JSON.stringify([sort, columns])
  return same ? { ...state, choices } : replace({ ...state, choices }, { ...view, sort, columns })
}

/** The state after an action. The cursor of a list is then on a row that is there, and in sight. */
export function reduce(state: UiState, action: Action, facts: Facts): Outcome {
  const { state: next, effect } = act(state, action, facts)
  return { state: settle(next, facts), effect }
}
