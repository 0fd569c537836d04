// What keys must know of the hub's data: rows of a list, metrics of a run, names.
import type { Summary } from '../../core/summary.ts'
import type { World } from '../../core/world.ts'
import type { Item, Resource } from '../../resources/define.ts'
import { findResource } from '../../resources/index.ts'
import { mainMetric } from '../../resources/runs.ts'
import type { XAxis } from '../charts/line-chart.ts'
import type { LogLine } from '../panels/log.ts'
import type { Sight } from './line-window.ts'
import type { PrintedLine } from './log-lines.ts'
import type { LogsView } from './logs-view.ts'
import type { ChartsView, EventsView, JsonView, ListView } from './ui-state.ts'

/** The rows of a list, filtered and sorted. */
export interface Rows {
  readonly items: readonly Item[]
  /** Rows before the filter. */
  readonly total: number
  /** What is wrong with the filter, in words; all rows are shown then. */
  readonly error: string | null
}

/** A column of a table, cells [from, to). */
export interface Span {
  readonly key: string
  readonly from: number
  readonly to: number
}

/** The data at the moment of a key. */
export interface Facts {
  readonly world: World
  /** Unix ms; in the past, the moment that is shown. */
  readonly now: number
  /** Unix ms, always the true one. */
  readonly clock: number
  rows(view: Pick<ListView, 'resource' | 'filter' | 'sort'>): Rows
  /** Lines of the help and of the details, for scrolling. */
  readonly lengths: { readonly help: number; readonly details: number }
  /** The lines of the events or of a record. */
  lines(view: EventsView | JsonView): readonly LogLine[]
  /** What is at hand of text output, and how it is shown; asks for what is missing. */
  sight(view: LogsView): Sight
  printed(view: LogsView): readonly PrintedLine[]
  /** Unix ms of a run's or host's point at an x of its charts; undefined while its points are not known. */
  timeAt(owner: string, key: string, x: XAxis, at: number): number | undefined
  /** Where the columns of the list's table begin and end, cells from its left. */
  columnsAt(view: ListView): readonly Span[]
  /** Nothing may be changed. */
  readonly readOnly: boolean
}

const none: ReadonlyMap<string, Summary> = new Map()

/** Name of a run or host; its id when it is gone. */
export function ownerName({ state }: World, id: string): string {
  return state.runs.get(id)?.name ?? state.hosts.get(id)?.name ?? id
}

/** The noun of a list; a name that is none cannot get into a view. */
export const resourceOf = (name: string): Resource => findResource(name)!

/** Metrics that all owners of the charts have between them, the one to look at first in front. */
export function metricKeys({ series }: World, view: Pick<ChartsView, 'ids' | 'filter' | 'group'>): string[] {
  const { ids, filter, group } = view
  const keys = new Set<string>()
  const main = mainMetric(series.get(ids[0] ?? '') ?? none)
  if (main !== undefined) keys.add(main)
  for (const id of ids) for (const key of series.get(id)?.keys() ?? []) keys.add(key)
  const words = filter.toLowerCase().split(/\s+/)
  return [...keys].filter(
    (key) => key.startsWith(group) && words.every((word) => key.toLowerCase().includes(word)),
  )
}

/** The metric with the focus and its place; the first when the one meant is gone. */
export function focused(keys: readonly string[], { focus }: Pick<ChartsView, 'focus'>): number {
  return Math.max(0, focus === null ? 0 : keys.indexOf(focus))
}

/** Range of x over all owners of one metric; undefined without points. */
export function chartExtent(world: World, view: ChartsView, key: string): [number, number] | undefined {
  let range: [number, number] | undefined
  for (const id of view.ids) {
    const summary = world.series.get(id)?.get(key)
    if (!summary) continue
    const { first, last } = summary
    const [from, to] =
      view.x === 'step'
        ? [Number(first.step), Number(last.step)]
        : view.x === 'time'
          ? [first.time, last.time]
          : [0, last.time - first.time]
    range = range ? [Math.min(range[0], from), Math.max(range[1], to)] : [from, to]
  }
  return range
}
