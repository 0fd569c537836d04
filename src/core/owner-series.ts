// The series of one run or host: last values of all in one array, whole summaries only of those that were asked for.
import type { Step } from '../protocol/numbers.ts'
import { firstBad, type Glance, type Glancing } from './glance.ts'
import { rankOf } from './main-metric.ts'
import { joinSummaries, type PointColumns, type Summary, summarise } from './summary.ts'

/** Where summaries that are not in memory are read from. */
export interface SummarySource {
  one(key: string): Summary | undefined
  all(): Iterable<readonly [string, Summary]>
}

/** What is kept on disk of an owner, so that a start reads one row for all of its series. */
export interface SavedGlance {
  /** Place of each key in `lasts`; shared by owners with the same keys, never changed. */
  readonly keys: ReadonlyMap<string, number>
  readonly lasts: Float64Array
  readonly updated: number | null
  readonly updatedKey: string | undefined
  readonly step: Step | null
  readonly stepKey: string | undefined
  readonly bad: ReadonlyMap<string, Summary>
}

const FIRST_ROOM = 4
/** Main metrics of shared sets of keys. */
const mains = new WeakMap<ReadonlyMap<string, number>, string>()

function mainOf(keys: ReadonlyMap<string, number>): string | undefined {
  let main = mains.get(keys)
  if (main !== undefined) return main
  for (const key of keys.keys()) if (main === undefined || rankOf(key) < rankOf(main)) main = key
  if (main !== undefined) mains.set(keys, main)
  return main
}

/** Summaries of one owner, by key, in the order in which the keys were first seen. */
export class OwnerSeries implements Glancing, Glance {
  #keys: ReadonlyMap<string, number> = new Map()
  /** Nobody else has our keys. */
  #own = true
  #lasts: Float64Array = new Float64Array(FIRST_ROOM)
  readonly #source: SummarySource | undefined
  /** Summaries in memory, whole. */
  readonly #known = new Map<string, Summary>()
  /** Points that came since the source was read last, of keys that are not known. */
  readonly #fresh = new Map<string, Summary>()
  #complete: boolean
  readonly #bad = new Map<string, Summary>()
  #main: string | undefined
  #updatedKey: string | undefined
  #stepKey: string | undefined
  updated: number | null = null
  step: Step | null = null

  /** New, or as it was saved; `source` has the summaries that are not in memory. */
  constructor(saved?: SavedGlance, source?: SummarySource) {
    this.#source = source
    this.#complete = saved === undefined
    if (!saved) return
    this.#keys = saved.keys
    this.#own = false
    this.#lasts = saved.lasts
    this.#updatedKey = saved.updatedKey
    this.#stepKey = saved.stepKey
    this.updated = saved.updated
    this.step = saved.step
    for (const [key, summary] of saved.bad) this.#bad.set(key, summary)
    this.#main = mainOf(saved.keys)
  }

  get glance(): Glance {
    return this
  }

  get main(): string | undefined {
    return this.#bad.size > 0 ? firstBad(this.#bad) : this.#main
  }

  get bad(): ReadonlyMap<string, Summary> {
    return this.#bad
  }

  get sources(): readonly string[] {
    const keys = [this.#main, this.#updatedKey, this.#stepKey, ...this.#bad.keys()]
    return [...new Set(keys.filter((key) => key !== undefined))]
  }

  last(key: string): number | undefined {
    const at = this.#keys.get(key)
    return at === undefined ? undefined : this.#lasts[at]
  }

  /** What to keep; `lasts` is ours: write it before the next point comes. */
  saved(): SavedGlance {
    return {
      keys: this.#keys,
      lasts: this.#lasts.subarray(0, this.#keys.size),
      updated: this.updated,
      updatedKey: this.#updatedKey,
      step: this.step,
      stepKey: this.#stepKey,
      bad: this.#bad,
    }
  }

  /** Takes a set of the same keys in the same order, which others have too. */
  share(keys: ReadonlyMap<string, number>): void {
    this.#keys = keys
    this.#own = false
  }

  /** Takes points [from, to) of a series; `late`: see summarise(). */
  push(key: string, columns: PointColumns, from: number, to: number, late = false): void {
    // Late points are judged by those before them.
    if (late) this.get(key)
    const known = this.#known.get(key)
    const unread = known === undefined && !this.#complete && this.#keys.has(key)
    const into = unread ? this.#fresh : this.#known
    const summary = summarise(unread ? this.#fresh.get(key) : known, columns, from, to, late)
    into.set(key, summary)
    this.#glanceAt(key, summary)
  }

  /** Puts a whole summary in place. */
  put(key: string, summary: Summary): void {
    this.#known.set(key, summary)
    this.#fresh.delete(key)
    this.#glanceAt(key, summary)
  }

  /** Forgets summaries that the source has; nothing that is only in memory may be left. */
  release(): void {
    if (this.#source === undefined || this.#fresh.size > 0) return
    this.#known.clear()
    this.#complete = false
  }

  get size(): number {
    return this.#keys.size
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  get(key: string): Summary | undefined {
    const known = this.#known.get(key)
    if (known !== undefined || this.#complete || !this.#keys.has(key)) return known
    const summary = joinSummaries(this.#source?.one(key), this.#fresh.get(key))
    this.#fresh.delete(key)
    if (summary) this.#known.set(key, summary)
    return summary
  }

  keys(): MapIterator<string> {
    return this.#keys.keys()
  }

  /** What is read for this is not kept: all series of thousands of owners would be a gigabyte. */
  *entries(): MapIterator<[string, Summary]> {
    const stored = this.#complete ? undefined : new Map(this.#source?.all())
    for (const key of this.#keys.keys()) {
      const known = this.#known.get(key)
      const summary = known ?? joinSummaries(stored?.get(key), this.#fresh.get(key))
      if (summary) yield [key, summary]
    }
  }

  *values(): MapIterator<Summary> {
    for (const [, summary] of this.entries()) yield summary
  }

  [Symbol.iterator](): MapIterator<[string, Summary]> {
    return this.entries()
  }

  forEach(act: (summary: Summary, key: string, map: ReadonlyMap<string, Summary>) => void): void {
    for (const [key, summary] of this.entries()) act(summary, key, this)
  }

  #place(key: string): number {
    const at = this.#keys.get(key)
    if (at !== undefined) return at
    const keys = this.#own ? (this.#keys as Map<string, number>) : new Map(this.#keys)
    this.#own = true
    this.#keys = keys.set(key, keys.size)
    if (this.#main === undefined || rankOf(key) < rankOf(this.#main)) this.#main = key
    return keys.size - 1
  }

  #setLast(key: string, value: number): void {
    const at = this.#place(key)
    if (at >= this.#lasts.length) {
      const wider = new Float64Array(Math.max(FIRST_ROOM, at * 2))
      wider.set(this.#lasts)
      this.#lasts = wider
    }
    this.#lasts[at] = value
  }

  #glanceAt(key: string, { last }: Summary): void {
    this.#setLast(key, last.value)
    if (!Number.isFinite(last.value)) this.#bad.set(key, this.get(key)!)
    else if (this.#bad.size > 0) this.#bad.delete(key)
    this.#newest(key, last.time)
    this.#furthest(key, last.step)
  }

  /** Where the series that was newest went back, all have to be looked at. */
  #newest(key: string, time: number): void {
    const back = key === this.#updatedKey && time < this.updated!
    if (back) this.updated = null
    for (const [other, at] of back ? this.#lastsOf('time') : [[key, time] as const])
      if (this.updated === null || at >= this.updated) {
        this.updated = at
        this.#updatedKey = other
      }
  }

  #furthest(key: string, step: Step): void {
    const back = key === this.#stepKey && step < this.step!
    if (back) this.step = null
    for (const [other, at] of back ? this.#lastsOf('step') : [[key, step] as const])
      if (this.step === null || at >= this.step) {
        this.step = at
        this.#stepKey = other
      }
  }

  *#lastsOf<Field extends 'time' | 'step'>(
    field: Field,
  ): Generator<readonly [string, Summary['last'][Field]]> {
    for (const [key, { last }] of this.entries()) yield [key, last[field]]
  }
}
