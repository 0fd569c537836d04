// One key as data.
import type { Facts } from './facts.ts'
import { currentView, type Outcome, only, type UiState } from './ui-state.ts'
import type { View } from './views.ts'

/** Where a key holds: exactly one scope has the keys at a time. */
export type Scope =
  | 'list'
  | 'charts'
  | 'chart'
  | 'compare'
  | 'details'
  | 'json'
  | 'events'
  | 'logs'
  | 'views'
  | 'lineage'
  | 'help'
  | 'prompt'
  | 'dialog'

/** One action and the keys that do it. */
export interface Binding {
  /** As keyName writes them. */
  readonly keys: readonly string[]
  /** How the help writes the keys. */
  readonly label: string
  /** What it does, for the help. */
  readonly doc: string
  /** A word or two for the footer; without it the footer leaves the key out. */
  readonly hint?: string
  readonly scopes: readonly Scope[]
  run(state: UiState, facts: Facts): Outcome
}

type KeysOnView<V> = (
  keys: readonly string[],
  label: string,
  doc: string,
  move: (state: UiState, view: V, facts: Facts) => UiState,
  hint?: string,
) => Binding

/** Makes keys of one kind of view: what they move is that view. */
export function keysOn<K extends View['kind']>(
  kind: K,
  scopes: readonly Scope[],
): KeysOnView<Extract<View, { kind: K }>> {
  return (keys, label, doc, move, hint) => ({
    keys,
    label,
    doc,
    hint,
    scopes,
    run(state, facts) {
      const view = currentView(state)
      return only(view.kind === kind ? move(state, view as Extract<View, { kind: K }>, facts) : state)
    },
  })
}
