// Points for the charts in sight: asked for when needed, kept for a while, asked for anew when there are more.
import { type Columns, noColumns } from '../../core/columns.ts'
import type { HubLink } from '../../core/link.ts'
import type { SeriesQuery } from '../../core/world.ts'
import type { Clock } from './clock.ts'

/** Series kept. */
const MAX_KEPT = 200
/** Questions under way at once. */
const MAX_AT_ONCE = 4
/** Least time between two questions for one series, and after one that failed, ms. */
const AGAIN_MS = 500
const AFTER_ERROR_MS = 2_000
/** Questions that wait; what is in sight asks again with each frame. */
const MAX_WAITING = 64

/** What is known of a series now. */
export interface Series {
  /** The newest answer; no points before the first one. */
  readonly columns: Columns
  /** Why there is no newer one. */
  readonly error: string | null
  /** No answer has come yet. */
  readonly pending: boolean
}

interface Entry {
  series: Series
  /** Points in the series when it was asked for. */
  count: number
  askedAt: number
  asking: boolean
}

/** Points by question. */
export interface SeriesCache {
  /**
   * What is known, at once; asks the hub when `count`, the points there are, says that there is more. With
   * `frozen` only what was never asked for is.
   */
  read(query: SeriesQuery, count: number, frozen?: boolean): Series
  /** The points of a series that were read last, whatever the range; undefined where there are none. */
  known(owner: string, key: string): Columns | undefined
}

const keyOf = ({ owner, key, x, from, to, points }: SeriesQuery): string =>
  JSON.stringify([owner, key, x, from, to, points])

const NOTHING: Series = { columns: noColumns, error: null, pending: true }

/** Makes a cache over a link; `changed` is called after each answer. */
export function createSeriesCache(
  link: Pick<HubLink, 'points'>,
  clock: Pick<Clock, 'now'>,
  changed: () => void,
): SeriesCache {
  const entries = new Map<string, Entry>()
  const waiting = new Map<string, SeriesQuery>()
  let underWay = 0

  const answered = (entry: Entry, series: Series): void => {
    entry.series = series
    entry.asking = false
    underWay--
    next()
    changed()
  }
  const ask = (query: SeriesQuery, entry: Entry): void => {
    underWay++
    entry.askedAt = clock.now()
    link.points(query).then(
      (columns) => answered(entry, { columns, error: null, pending: false }),
      (error: Error) => answered(entry, { ...entry.series, error: error.message, pending: false }),
    )
  }
  const next = (): void => {
    for (const [key, query] of waiting) {
      if (underWay >= MAX_AT_ONCE) return
      waiting.delete(key)
      const entry = entries.get(key)
      if (entry) ask(query, entry)
    }
  }
  const entryOf = (key: string): Entry => {
    const entry = entries.get(key) ?? { series: NOTHING, count: -1, askedAt: -Infinity, asking: false }
    entries.delete(key)
    entries.set(key, entry)
    if (entries.size > MAX_KEPT) entries.delete(entries.keys().next().value!)
    return entry
  }
  return {
    read(query, count, frozen = false) {
      const key = keyOf(query)
      const entry = entryOf(key)
      const failed = entry.series.error !== null
      const due = clock.now() - entry.askedAt >= (failed ? AFTER_ERROR_MS : AGAIN_MS)
      const more = failed || (count !== entry.count && !(frozen && entry.count >= 0))
      if (!entry.asking && due && more && waiting.size < MAX_WAITING) {
        entry.asking = true
        entry.count = count
        waiting.set(key, query)
        next()
      }
      return entry.series
    },
    known(owner, key) {
      const beginning = JSON.stringify([owner, key]).slice(0, -1)
      const found = [...entries].findLast(
        ([name, { series }]) => name.startsWith(`${beginning},`) && series.columns.times.length > 0,
      )
      return found?.[1].series.columns
    },
  }
}
