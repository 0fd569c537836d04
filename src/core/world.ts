// What every screen and verb reads: the folded state plus what is not an event.
import type { Changes } from './changes.ts'
import type { LineIndex } from './lines.ts'
import type { State } from './state.ts'
import type { Summary } from './summary.ts'

/** Summaries by owner (run or host id) and key. What lists need of them is had for less: see glanceOf(). */
export type SeriesIndex = ReadonlyMap<string, ReadonlyMap<string, Summary>>

/** When the hub last heard of a host; hub's clock. */
export interface Presence {
  /** Unix ms of the last frame. */
  readonly lastSeen: number
  /** How old the newest batch was when the hub committed it, ms; includes any clock difference. */
  readonly lagMs: number | null
}

/** A consistent view of everything but the points. */
export interface World {
  readonly state: State
  readonly series: SeriesIndex
  readonly presence: ReadonlyMap<string, Presence>
  /** Whose text output there is, and up to which line; absent where that is not known. */
  readonly lines?: LineIndex
  /** What is still being read, in words; absent once all is there. */
  readonly loading?: string
  /** Which series changed when; absent where nobody counts. A table of the state that did not change is the same object. */
  readonly changes?: Changes
  /** Unix ms of the moment that this is a view of, where it is the past; absent for now. */
  readonly at?: number
}

/** A moment of the past: Unix ms by the hub's clock, or right after an event. */
export type PastMoment = number | { readonly seq: number }

/** How a range of a series is asked for. */
export interface SeriesQuery {
  readonly owner: string
  readonly key: string
  readonly x: 'step' | 'time' | 'relative'
  /** Inclusive bounds in units of x (steps, Unix ms, ms since the first point). */
  readonly from?: number
  readonly to?: number
  /** Only points with times up to then, Unix ms, whatever x is: a series as it was at a moment of the past. */
  readonly until?: number
  /** Buckets of the decimation; 0 gives every point. */
  readonly points: number
}

/** How events are asked for: after `since`, at most `limit`, oldest first. */
export interface EventQuery {
  readonly since: number
  readonly limit: number
  readonly about?: string
}
