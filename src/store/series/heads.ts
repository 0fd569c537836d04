// Unsealed points, in memory: one head a series, appended to in order of arrival.
import { type Summary, summarise } from '../../core/summary.ts'
import type { Step } from '../../protocol/numbers.ts'
import type { Points } from '../../protocol/points.ts'

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
  readonly index: Map<string, Map<string, Summary>>
  /** Number of unsealed points. */
  size(): number
  push(points: Points, skip?: (owner: string, key: string) => boolean): void
  get(owner: string, key: string): Head | undefined
  all(): Iterable<Head>
  /** Removes the first `head.cut` points: they are in a chunk now. */
  trim(head: Head): void
  drop(owner: string): void
  /** Puts in place a summary of sealed points. */
  restore(owner: string, key: string, summary: Summary): void
}

function inner<T>(map: Map<string, Map<string, T>>, owner: string): Map<string, T> {
  let found = map.get(owner)
  if (!found) {
    found = new Map()
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

/** No points yet. */
export function createHeads(): Heads {
  const index = new Map<string, Map<string, Summary>>()
  const heads = new Map<string, Map<string, Head>>()
  let size = 0
  const pushGroup = (owner: string, key: string, points: Points, from: number, to: number) => {
    const mine = inner(heads, owner)
    let head = mine.get(key)
    if (!head) {
      head = { owner, key, steps: [], times: [], values: [], cut: 0 }
      mine.set(key, head)
    }
    append(head, points, from, to)
    size += to - from
    const summaries = inner(index, owner)
    summaries.set(key, summarise(summaries.get(key), points, from, to))
  }
  return {
    index,
    size: () => size,
    push(points, skip) {
      let from = 0
      for (const [i, [owner, key]] of points.series.entries()) {
        const to = from + points.counts[i]!
        if (!skip?.(owner, key)) pushGroup(owner, key, points, from, to)
        from = to
      }
    },
    get: (owner, key) => heads.get(owner)?.get(key),
    *all() {
      for (const mine of heads.values()) yield* mine.values()
    },
    trim(head) {
      size -= head.cut
      head.steps.splice(0, head.cut)
      head.times.splice(0, head.cut)
      head.values.splice(0, head.cut)
      head.cut = 0
      const mine = heads.get(head.owner)
      if (head.values.length === 0 && mine?.get(head.key) === head) mine.delete(head.key)
    },
    drop(owner) {
      for (const head of heads.get(owner)?.values() ?? []) size -= head.values.length
      heads.delete(owner)
      index.delete(owner)
    },
    restore: (owner, key, summary) => void inner(index, owner).set(key, summary),
  }
}
