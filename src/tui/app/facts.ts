// What keys must know of the hub's data: rows of a list, metrics of a run, names.
import type { Summary } from '../../core/summary.ts'
import type { World } from '../../core/world.ts'
import type { Item, Resource } from '../../resources/define.ts'
import { findResource } from '../../resources/index.ts'
import { mainMetric } from '../../resources/runs.ts'
import type { ChartsView, ListView } from './ui-state.ts'

/** The rows of a list, filtered and sorted. */
export interface Rows {
  readonly items: readonly Item[]
  /** Rows before the filter. */
  readonly total: number
  /** What is wrong with the filter, in words; all rows are shown then. */
  readonly error: string | null
}

/** The data at the moment of a key. */
export interface Facts {
  readonly world: World
  /** Unix ms. */
  readonly now: number
  rows(view: Pick<ListView, 'resource' | 'filter' | 'sort'>): Rows
  /** Lines of the help and of the events, for scrolling. */
  readonly lengths: { readonly help: number; readonly details: number; readonly events: number }
}

const none: ReadonlyMap<string, Summary> = new Map()

/** Name of a run or host; its id when it is gone. */
export function ownerName({ state }: World, id: string): string {
  return state.runs.get(id)?.name ?? state.hosts.get(id)?.name ?? id
}

/** The noun of a list; a name that is none cannot get into a view. */
export const resourceOf = (name: string): Resource => findResource(name)!

/** Metrics that all owners of the charts have between them, the one to look at first in front. */
export function metricKeys({ series }: World, { ids, filter }: Pick<ChartsView, 'ids' | 'filter'>): string[] {
  const keys = new Set<string>()
  const main = mainMetric(series.get(ids[0] ?? '') ?? none)
  if (main !== undefined) keys.add(main)
  for (const id of ids) for (const key of series.get(id)?.keys() ?? []) keys.add(key)
  const words = filter.toLowerCase().split(/\s+/)
  return [...keys].filter((key) => words.every((word) => key.toLowerCase().includes(word)))
}

/** The metric with the focus and its place; the first when the one meant is gone. */
export function focused(keys: readonly string[], { focus }: ChartsView): number {
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
