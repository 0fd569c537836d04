// What the console shows, as plain data: everything that keys change and nothing that comes from the hub.
import type { SortKey } from '../../resources/sort.ts'
import type { XAxis } from '../charts/line-chart.ts'
import type { Tone } from '../terminal/style.ts'

/** A table of one noun. */
export interface ListView {
  readonly kind: 'list'
  readonly resource: string
  readonly filter: string
  readonly sort: readonly SortKey[]
  /** Keys or dotted paths; null for the noun's own choice. */
  readonly columns: readonly string[] | null
  /** Id of the row with the cursor: it stays with its row when rows move. */
  readonly selected: string | null
  /** Where that row was last; the cursor stays here when the row goes. */
  readonly index: number
  /** First row in sight. */
  readonly offset: number
  /** Ids of marked rows. */
  readonly marks: ReadonlySet<string>
}

/** Line charts of the metrics of runs or of a host. */
export interface ChartsView {
  readonly kind: 'charts'
  readonly owner: 'run' | 'host'
  /** Several runs lie over one another in each chart. */
  readonly ids: readonly string[]
  /** Metric with the focus; null for the first. */
  readonly focus: string | null
  readonly x: XAxis
  readonly log: boolean
  /** Weight of the moving average. */
  readonly smooth: number
  /** Words that the names of the metrics shown hold. */
  readonly filter: string
  /** One chart on the whole screen. */
  readonly full: boolean
  /** Range of x, in its units; null for all. */
  readonly zoom: readonly [number, number] | null
  /** x of the cross-hair. */
  readonly cursor: number | null
}

/** Everything about one row of a noun. */
export interface DetailsView {
  readonly kind: 'details'
  readonly resource: string
  readonly id: string
  readonly offset: number
}

/** What happened, as a log. */
export interface EventsView {
  readonly kind: 'events'
  readonly offset: number
  readonly follow: boolean
}

/** One screen. */
export type View = ListView | ChartsView | DetailsView | EventsView

/** From the first screen to the one in sight; never empty. */
export type Stack = readonly View[]

/** The line where text is typed. */
export interface Prompt {
  readonly kind: 'command' | 'filter'
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
}

/** What a key asks for beyond the state. */
export type Effect =
  | { readonly type: 'quit' }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }

/** The state after a key, and what else is to happen. */
export interface Outcome {
  readonly state: UiState
  readonly effect?: Effect
}

/** A state and nothing else. */
export const only = (state: UiState): Outcome => ({ state })

/** The screen in sight. */
export const currentView = ({ stack }: UiState): View => stack.at(-1)!

/** A fresh table. */
export function listView(resource: string, sort: readonly SortKey[], filter = ''): ListView {
  const marks = new Set<string>()
  return { kind: 'list', resource, filter, sort, columns: null, selected: null, index: 0, offset: 0, marks }
}

/** Fresh charts of runs (several: one over another) or of a host. */
export function chartsView(owner: 'run' | 'host', ids: readonly string[]): ChartsView {
  return {
    kind: 'charts',
    owner,
    ids,
    focus: null,
    x: owner === 'host' ? 'time' : 'step',
    log: false,
    smooth: 0,
    filter: '',
    full: false,
    zoom: null,
    cursor: null,
  }
}

/** Fresh details. */
export const detailsView = (resource: string, id: string): DetailsView => ({
  kind: 'details',
  resource,
  id,
  offset: 0,
})

/** The log of events at its end. */
export const eventsView: EventsView = { kind: 'events', offset: 0, follow: true }

/** The state at the start. */
export function initialState(columns: number, rows: number, first: View): UiState {
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
  }
}
