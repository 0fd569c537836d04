// The screen of text output, as plain data: whose lines, from where, and how they are shown.

/** A line: whose it is, its number there, and its time, Unix ms. */
export interface LinePlace {
  readonly owner: string
  readonly number: number
  readonly at: number
}

/** What runs printed; of several merged by time. */
export interface LogsView {
  readonly kind: 'logs'
  /** Ids of runs or hosts. */
  readonly ids: readonly string[]
  /** What is looked for, and the line where it was found last. */
  readonly find: string
  readonly match: LinePlace | null
  /** Shows the newest lines as they come. */
  readonly follow: boolean
  /** First line in sight; null for the end, or the place that it was opened for. */
  readonly top: LinePlace | null
  readonly wrap: boolean
  /** Times before the lines. */
  readonly times: boolean
  /** Nothing before this time, Unix ms; null for all. */
  readonly since: number | null
  /** Where it begins to be read. */
  readonly from: 'end' | 'start'
  /** Unix ms of the instant that it was opened for. */
  readonly around: number | null
  /** Rules drawn by hand, each behind a line. */
  readonly rules: readonly LinePlace[]
}

/** The output of runs, at its end. */
export const logsView = (ids: readonly string[]): LogsView => ({
  kind: 'logs',
  ids,
  find: '',
  match: null,
  follow: true,
  top: null,
  wrap: false,
  times: false,
  since: null,
  from: 'end',
  around: null,
  rules: [],
})

/** The output of runs about an instant, Unix ms. */
export const logsAround = (ids: readonly string[], instant: number): LogsView => ({
  ...logsView(ids),
  follow: false,
  times: true,
  around: instant,
})

/** True for one and the same line. */
export const isLine = (a: Omit<LinePlace, 'at'>, b: Omit<LinePlace, 'at'> | null): boolean =>
  b !== null && a.owner === b.owner && a.number === b.number
