// What lists, totals and alerts want to know of a run's series, without a look at each of its summaries.
import type { Step } from '../protocol/numbers.ts'
import { rankOf } from './main-metric.ts'
import type { Summary } from './summary.ts'

/** All series of an owner at a glance. */
export interface Glance {
  /** Time of the newest point, Unix ms; null without points. */
  readonly updated: number | null
  /** Highest last step; null without points. */
  readonly step: Step | null
  /** The metric to look at first: one that diverged, else by its name; undefined without points. */
  readonly main: string | undefined
  /** Series that end with a value that is not finite, by key. */
  readonly bad: ReadonlyMap<string, Summary>
  /** Keys of the series that give all of this. */
  readonly sources: readonly string[]
  /** Last value of a series; undefined where there is none of this key. */
  last(key: string): number | undefined
}

/** A series index entry that keeps its glance up to date. */
export interface Glancing extends ReadonlyMap<string, Summary> {
  readonly glance: Glance
}

const isGlancing = (metrics: ReadonlyMap<string, Summary>): metrics is Glancing => 'glance' in metrics

/** Of several that diverged, the one that did first; by name where that is the same. */
export function firstBad(bad: ReadonlyMap<string, Summary>): string | undefined {
  let first: string | undefined
  let since = Number.POSITIVE_INFINITY
  for (const [key, { badSince, last }] of bad) {
    const at = badSince ?? last.time
    if (first !== undefined && (at > since || (at === since && key > first))) continue
    first = key
    since = at
  }
  return first
}

function computed(metrics: ReadonlyMap<string, Summary>): Glance {
  const bad = new Map<string, Summary>()
  let [updated, step, main]: [number | null, Step | null, string | undefined] = [null, null, undefined]
  const sources = [...metrics.keys()]
  let least = Number.POSITIVE_INFINITY
  for (const [key, summary] of metrics) {
    const { last } = summary
    if (updated === null || last.time > updated) updated = last.time
    if (step === null || last.step > step) step = last.step
    if (!Number.isFinite(last.value)) bad.set(key, summary)
    const rank = rankOf(key)
    if (rank >= least) continue
    main = key
    least = rank
  }
  return {
    updated,
    step,
    main: firstBad(bad) ?? main,
    bad,
    sources,
    last: (key) => metrics.get(key)?.last.value,
  }
}

const nothing: Glance = {
  updated: null,
  step: null,
  main: undefined,
  bad: new Map(),
  sources: [],
  last: () => undefined,
}

/** The glance of an owner's series: kept by those of a store or a mirror, computed for a plain map. */
export function glanceOf(metrics: ReadonlyMap<string, Summary> | undefined): Glance {
  if (metrics === undefined) return nothing
  return isGlancing(metrics) ? metrics.glance : computed(metrics)
}
