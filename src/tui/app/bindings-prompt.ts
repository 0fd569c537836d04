// The keys of an open prompt. Every other key that has a text puts it in.
import type { Binding } from './binding.ts'
import type { Facts } from './facts.ts'
import { edits } from './prompt.ts'
import { cancel, edit, submit, takeOffer, walk } from './prompt-keys.ts'
import { only, type UiState } from './ui-state.ts'

const onPrompt = (
  keys: readonly string[],
  label: string,
  doc: string,
  run: (state: UiState, facts: Facts) => UiState,
): Binding => ({ keys, label, doc, scopes: ['prompt'], run: (state, facts) => only(run(state, facts)) })

const editing = (keys: readonly string[], label: string, doc: string, change: keyof typeof edits) =>
  onPrompt(keys, label, doc, (state, facts) => edit(state, facts, edits[change]))

/** Right inside the line moves; at its end it takes what is offered. */
function right(state: UiState, facts: Facts): UiState {
  const { prompt } = state
  const inside = prompt !== null && prompt.cursor < prompt.text.length
  return inside ? edit(state, facts, edits.right) : takeOffer(state, facts)
}

/** An empty line closes. */
function backspace(state: UiState, facts: Facts): UiState {
  return state.prompt?.text === '' ? cancel(state, facts) : edit(state, facts, edits.backspace)
}

/** Keys of the prompt. */
export const promptBindings: readonly Binding[] = [
  {
    keys: ['enter'],
    label: 'Enter',
    doc: 'does it',
    scopes: ['prompt'],
    run: submit,
  },
  onPrompt(['escape', 'ctrl-g'], 'Esc', 'closes; the filter is as it was', cancel),
  onPrompt(['tab'], 'Tab', 'takes what is offered', takeOffer),
  onPrompt(['right'], '→', 'takes what is offered, at the end of the line', right),
  onPrompt(['up', 'ctrl-p'], '↑', 'earlier lines', (state, facts) => walk(state, facts, 1)),
  onPrompt(['down', 'ctrl-n'], '↓', 'through what is offered; later lines', (state, facts) =>
    walk(state, facts, -1),
  ),
  editing(['left'], '←', 'to the left', 'left'),
  editing(['home', 'ctrl-a'], 'Home Ctrl-A', 'to the start of the line', 'start'),
  editing(['end', 'ctrl-e'], 'End Ctrl-E', 'to the end of the line', 'end'),
  onPrompt(['backspace', 'ctrl-h'], 'Backspace', 'deletes backwards; an empty line closes', backspace),
  editing(['delete'], 'Del', 'deletes forwards', 'delete'),
  editing(['ctrl-w', 'alt-backspace'], 'Ctrl-W', 'deletes the word before the cursor', 'word'),
  editing(['ctrl-u'], 'Ctrl-U', 'deletes to the start of the line', 'clear'),
]
