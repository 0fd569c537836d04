// Unsealed points, in memory: one head a series, appended to in order of arrival.
import { type Changes, createChanges } from '../../core/changes.ts'
import { type Columns, concat, noColumns, toColumns } from '../../core/columns.ts'
import { OwnerSeries } from '../../core/owner-series.ts'
import type { Step } from '../../protocol/numbers.ts'
import type { Points } from '../../protocol/points.ts'
import { type Ahead, type AheadBatch, createAhead } from './ahead.ts'

/** Points of one series that are in the log but not yet in a chunk. */
export interface Head {
  readonly owner: string
  readonly key: string
  readonly steps: Step[]
  readonly times: number[]
  readonly values: number[]
  /** How many of the points belong to the generation being sealed. */
  cut: number
}

/** Heads and summaries of all series. */
export interface Heads {
  /** Summaries of all points, sealed or not: what the world shows. */
  readonly index: ReadonlyMap<string, OwnerSeries>
  /** Which owners got points when. */
  readonly changes: Changes
  /** Number of unsealed points. */
  size(): number
  /** Adds points; `late`: see summarise(). */
  push(points: Points, late: boolean, skip?: Skip): void
  /** Adds points that wait in `ahead`: summaries know them at once. */
  pushAhead(batch: AheadBatch, late: boolean): void
  /** Moves what waits of a lane, up to a number, behind the other points. */
  join(lane: string, upTo: number): void
  /** Points that are not in chunks: the head, and what waits. */
  tail(owner: string, key: string): Columns
  get(owner: string, key: string): Head | undefined
  all(): Iterable<Head>
  /** Removes the first `head.cut` points: they are in a chunk now. */
  trim(head: Head): void
  drop(owner: string): void
  /** Puts the series of an owner in place, as they were sealed. */
  restore(owner: string, series: OwnerSeries): void
}

function inner<T>(map: Map<string, T>, owner: string, make: () => T): T {
  let found = map.get(owner)
  if (!found) {
    found = make()
    map.set(owner, found)
  }
  return found
}

function append(head: Head, points: Points, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    head.steps.push(points.steps[i]!)
    head.times.push(points.times[i]!)
    head.values.push(points.values[i]!)
  }
}

/** Removes what has been cut; gives how much it was. */
function cutOff(head: Head): number {
  for (const column of [head.steps, head.times, head.values]) column.splice(0, head.cut)
  const { cut } = head
  head.cut = 0
  return cut
}

type Range = readonly [from: number, to: number]
type Series = Points['series'][number]
/** Says which series are left out. */
type Skip = (owner: string, key: string) => boolean

/** Each series of a batch, and where its points lie in the columns. */
function* groups({ series, counts }: Points): Generator<[Series, Range]> {
  let from = 0
  for (const [i, each] of series.entries()) {
    yield [each, [from, from + counts[i]!]]
    from += counts[i]!
  }
}

/** No points yet; `fresh` makes the series of an owner that is new. */
export function createHeads(
  fresh: (owner: string) => OwnerSeries = () => new OwnerSeries(),
  ahead: Ahead = createAhead(),
): Heads {
  const index = new Map<string, OwnerSeries>()
  const changes = createChanges()
  const heads = new Map<string, Map<string, Head>>()
  let size = 0
  const hold = ([owner, key]: Series, points: Points, range: Range) => {
    const mine = inner(heads, owner, () => new Map<string, Head>())
    const head = inner(mine, key, () => ({ owner, key, steps: [], times: [], values: [], cut: 0 }))
    append(head, points, ...range)
    size += range[1] - range[0]
  }
  const take = (points: Points, late: boolean, keep: typeof hold, skip?: Skip) => {
    for (const [series, range] of groups(points)) {
      const [owner, key] = series
      if (!skip?.(owner, key)) {
        keep(series, points, range)
        inner(index, owner, () => fresh(owner)).push(key, points, ...range, late)
      }
      changes.touch(owner)
    }
  }
  return {
    index,
    changes,
    size: () => size,
    push: (points, late, skip) => take(points, late, hold, skip),
    pushAhead(batch, late) {
      ahead.add(batch)
      take(batch.points, late, () => {})
    },
    join(lane, upTo) {
      for (const { points } of ahead.take(lane, upTo))
        for (const [series, range] of groups(points)) hold(series, points, range)
    },
    tail(owner, key) {
      const head = heads.get(owner)?.get(key)
      const held = head ? toColumns(head.steps, head.times, head.values, 0, head.values.length) : noColumns
      return ahead.has(owner) ? concat([held, ahead.columns(owner, key)]) : held
    },
    get: (owner, key) => heads.get(owner)?.get(key),
    *all() {
      for (const mine of heads.values()) yield* mine.values()
    },
    trim(head) {
      size -= cutOff(head)
      const mine = heads.get(head.owner)
      if (head.values.length > 0 || mine?.get(head.key) !== head) return
      mine.delete(head.key)
      if (mine.size > 0) return
      heads.delete(head.owner)
      // What waits is in no file that summaries are read from.
      if (!ahead.has(head.owner)) index.get(head.owner)?.release()
    },
    drop(owner) {
      for (const head of heads.get(owner)?.values() ?? []) size -= head.values.length
      heads.delete(owner)
      ahead.drop(owner)
      index.delete(owner)
      changes.touch(owner)
    },
    restore: (owner, series) => void index.set(owner, series),
  }
}
