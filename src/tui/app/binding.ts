// One key as data.
import type { Facts } from './facts.ts'
import type { Outcome, UiState } from './ui-state.ts'

/** Where a key holds: exactly one scope has the keys at a time. */
export type Scope =
  | 'list'
  | 'charts'
  | 'chart'
  | 'compare'
  | 'details'
  | 'json'
  | 'events'
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
