// What the console shows, as plain data: everything that keys change and nothing that comes from the hub.
import type { Action as HubAction } from '../../core/link.ts'
import type { Tone } from '../terminal/style.ts'
import { type Choices, noChoices } from './choices.ts'
import type { LogsView } from './logs-view.ts'
import type { View } from './views.ts'

export * from './views.ts'

/** From the first screen to the one in sight; never empty. */
export type Stack = readonly View[]

/** The line where text is typed. */
export interface Prompt {
  readonly kind: 'command' | 'filter' | 'search'
  readonly text: string
  /** UTF-16 units before the cursor. */
  readonly cursor: number
  /** The filter to go back to on Escape. */
  readonly before: string
  /** How far back in the history, 0 for the line being typed. */
  readonly back: number
  /** The line being typed while the history is shown. */
  readonly typed: string
  /** Candidate chosen with the arrows, -1 for none. */
  readonly chosen: number
}

/** The answer to the last key, or a word from behind the screen. */
export interface Message {
  readonly text: string
  readonly tone: Tone
}

/** What a confirmed dialog does. */
export type Deed =
  | { readonly type: 'forget'; readonly name: string }
  | { readonly type: 'act'; readonly actions: readonly HubAction[] }

/** A question before something that cannot be taken back. */
export interface Dialog {
  /** What would happen, naming the target. */
  readonly text: string
  /** What it would happen to, one by one, where that is more than the text names. */
  readonly items: readonly string[]
  /** What must be typed to confirm; null where Enter is enough. */
  readonly word: string | null
  readonly typed: string
  readonly deed: Deed
}

/** All that keys change. */
export interface UiState {
  readonly columns: number
  readonly rows: number
  readonly stack: Stack
  /** Stacks left behind, the newest last. */
  readonly past: readonly Stack[]
  /** Stacks to go forward to, the next last. */
  readonly future: readonly Stack[]
  readonly prompt: Prompt | null
  /** First line of the help in sight; null while it is closed. */
  readonly help: number | null
  readonly message: Message | null
  /** Commands given, the newest last. */
  readonly commands: readonly string[]
  readonly filters: readonly string[]
  readonly dialog: Dialog | null
  /** Id of the run that lies over every chart of runs, as a reference. */
  readonly pinned: string | null
  /** Name of the project that lists are of; null for all. */
  readonly project: string | null
  readonly mouse: boolean
  /** The user's own keys, as keyName writes them, and the command that each gives. */
  readonly keys: ReadonlyMap<string, string>
  /** What is kept between sessions. */
  readonly choices: Choices
}

/** What a key asks for beyond the state. */
export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  | { readonly type: 'mouse'; readonly on: boolean }
  /** Saves the screen to a file. */
  | { readonly type: 'dump'; readonly file: string }
  /** Saves text to a new file; the message says what, and `rest`. */
  | {
      readonly type: 'save'
      readonly file: string
      readonly text: string
      readonly what: string
      readonly rest: string
    }
  /** Looks for what the view looks for behind (by 1) or before the edges: numbers of lines by owner. */
  | {
      readonly type: 'seek'
      readonly view: LogsView
      readonly by: 1 | -1
      readonly edges: ReadonlyMap<string, number>
    }
  /** Unix ms; null comes back to now. */
  | { readonly type: 'travel'; readonly moment: number | null }
  /** One after the other. */
  | { readonly type: 'act'; readonly actions: readonly HubAction[] }
  /** Reads config and preferences again. */
  | { readonly type: 'reload' }

/** The state after a key, and what else is to happen. */
export interface Outcome {
  readonly state: UiState
  readonly effect?: Effect
}

/** A state and nothing else. */
export const only = (state: UiState): Outcome => ({ state })

/** The screen in sight. */
export const currentView = ({ stack }: UiState): View => stack.at(-1)!

/** The state at the start. */
export function initialState(
  columns: number,
  rows: number,
  first: View,
  choices: Choices = noChoices,
): UiState {
  return {
    columns,
    rows,
    stack: [first],
    past: [],
    future: [],
    prompt: null,
    help: null,
    message: null,
    commands: [],
    filters: [],
    dialog: null,
    pinned: null,
    project: null,
    mouse: false,
    keys: new Map(),
    choices,
  }
}
