// The screens there are, as plain data: what each shows and where its cursor stands.
import type { SortKey } from '../../resources/sort.ts'
import type { XAxis } from '../charts/line-chart.ts'
import type { LogsView } from './logs-view.ts'

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
  /** Id of the row marked last: where a range of marks begins. */
  readonly anchor: string | null
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
  /** Beginning of the names of the metrics shown, such as `train/`; '' for all. */
  readonly group: string
  /** How large the charts of the grid are: 0 as small as can be read, each more twice as large. */
  readonly size: number
  /** One chart on the whole screen. */
  readonly full: boolean
  /** Points already shown stay as they are. */
  readonly frozen: boolean
  /** Range of x, in its units; null for all. */
  readonly zoom: readonly [number, number] | null
  /** x of the cross-hair. */
  readonly cursor: number | null
}

/** Runs side by side: the curves of one metric over a table of params and metrics. */
export interface CompareView {
  readonly kind: 'compare'
  readonly ids: readonly string[]
  /** Versions of models that are compared, each with the run at the same place; empty for runs. */
  readonly versions: readonly string[]
  /** Metric of the chart; null for the one to look at first. */
  readonly focus: string | null
  /** The lines in which the runs do not differ are folded into one. */
  readonly differing: boolean
  /** Line of the table with the cursor, and the first in sight. */
  readonly index: number
  readonly offset: number
  /** Runs hidden at the left. */
  readonly left: number
}

/** Everything about one row of a noun. */
export interface DetailsView {
  readonly kind: 'details'
  readonly resource: string
  readonly id: string
  readonly offset: number
}

/** What is looked for in a text, and where it was found last. */
export interface Search {
  readonly find: string
  /** Index of the line; null when it was not found. */
  readonly match: number | null
}

/** One row of a noun as its JSON record. */
export interface JsonView extends Search {
  readonly kind: 'json'
  readonly resource: string
  readonly id: string
  readonly offset: number
}

/** What happened, as a log. */
export interface EventsView extends Search {
  readonly kind: 'events'
  /** First line in sight; null for where `around` is in the middle. */
  readonly offset: number | null
  readonly follow: boolean
  readonly wrap: boolean
  /** Times before the lines. */
  readonly times: boolean
  /** How far back it goes, ms; null for all that is kept. */
  readonly span: number | null
  /** Unix ms of the instant that it was opened for. */
  readonly around: number | null
  /** Rules drawn by hand: each behind the event of this sequence. */
  readonly rules: readonly number[]
}

/** The lists that were saved under a name. */
export interface ViewsView {
  readonly kind: 'views'
  /** Row with the cursor, and the first in sight. */
  readonly index: number
  readonly offset: number
}

/** One thing, what it comes from and what came of it: a hop at a time. */
export interface LineageView {
  readonly kind: 'lineage'
  /** Id of the node, see nodeId(). */
  readonly node: string
  /** Row with the cursor, and the first in sight. */
  readonly index: number
  readonly offset: number
}

/** One screen. */
export type View =
  | ListView
  | ChartsView
  | CompareView
  | DetailsView
  | JsonView
  | EventsView
  | LogsView
  | ViewsView
  | LineageView

/** A fresh table. */
export function listView(resource: string, sort: readonly SortKey[], filter = ''): ListView {
  return {
    kind: 'list',
    resource,
    filter,
    sort,
    columns: null,
    selected: null,
    index: 0,
    offset: 0,
    marks: new Set(),
    anchor: null,
  }
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
    group: '',
    size: 0,
    full: false,
    frozen: false,
    zoom: null,
    cursor: null,
  }
}

/** A fresh comparison of runs. */
export const compareView = (ids: readonly string[], versions: readonly string[] = []): CompareView => ({
  kind: 'compare',
  ids,
  versions,
  focus: null,
  differing: true,
  index: 0,
  offset: 0,
  left: 0,
})

/** Fresh details. */
export const detailsView = (resource: string, id: string): DetailsView => ({
  kind: 'details',
  resource,
  id,
  offset: 0,
})

/** The saved lists, from the first on. */
export const viewsView: ViewsView = { kind: 'views', index: 0, offset: 0 }

const noSearch: Search = { find: '', match: null }

/** The lineage around a node. */
export const lineageView = (node: string): LineageView => ({ kind: 'lineage', node, index: 0, offset: 0 })

/** A fresh record. */
export const jsonView = (resource: string, id: string): JsonView => ({
  kind: 'json',
  resource,
  id,
  offset: 0,
  ...noSearch,
})

/** The log of events at its end. */
export const eventsView: EventsView = {
  kind: 'events',
  offset: 0,
  follow: true,
  wrap: false,
  times: true,
  span: null,
  around: null,
  rules: [],
  ...noSearch,
}

/** The log of events about an instant, Unix ms. */
export const eventsAround = (instant: number): EventsView => ({
  ...eventsView,
  offset: null,
  follow: false,
  around: instant,
})
