// The console's and the CLI's way to a hub, in this process or far away: the same few questions.
import type { Columns } from './columns.ts'
import type { LogEvent } from './events.ts'
import type { LinePage, LineQuery } from './lines.ts'
import type { RegistryAction } from './registry-action.ts'
import type { EventQuery, PastMoment, SeriesQuery, World } from './world.ts'

/** How the link to the hub stands. */
export interface LinkStatus {
  /** Where the hub is, in words: a URL, `this process`, a file. */
  readonly where: string
  readonly connected: boolean
  /** What went wrong last, in words; null while all is well. */
  readonly trouble: string | null
  /** Unix ms when the hub was last heard; this process's clock. */
  readonly heard: number
  /** Random name of the hub's store; absent while none was heard. */
  readonly hub?: string
}

/** What a person does to an alert, by the alert's id. The note is kept in the log. */
export type AlertAction =
  | { readonly action: 'alert.ack'; readonly about: string; readonly note?: string }
  | {
      readonly action: 'alert.silence'
      readonly about: string
      readonly note?: string
      /** Unix ms. */
      readonly until: number
    }
  | { readonly action: 'alert.unsilence'; readonly about: string; readonly note?: string }
  /** `to`: a person's name; absent for the user themselves. */
  | { readonly action: 'alert.assign'; readonly about: string; readonly note?: string; readonly to?: string }

/** What a person does through a hub. */
export type Action = AlertAction | RegistryAction

/** The hub will not do what was asked; the sentence says why. */
export class Refused extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** A page of a noun: the rows [offset, offset + limit) of those that pass the filter, in order. */
export interface PageQuery {
  readonly noun: string
  readonly filter: string
  /** As `-metrics.loss,name`; '' for the noun's own order. */
  readonly sort: string
  readonly offset: number
  readonly limit: number
  /** With every series of the rows, not only those that a table shows. */
  readonly whole: boolean
}

/** Ids of a page, and how many rows pass the filter. */
export interface PageRows {
  readonly ids: readonly string[]
  readonly total: number
  /** A column of the order that no row has; there are no ids then. */
  readonly unknown?: string
}

/** Picks a page of a noun out of a world at `now`, Unix ms. */
export type PickPage = (world: World, query: PageQuery, now: number) => PageRows

/** A page, and a world with no more in it than its rows show. */
export interface Page extends PageRows {
  readonly world: World
}

/** A live view of a hub. */
export interface HubLink {
  /** The newest view. Its parts are not to be changed by the caller. */
  world(): World
  /** Calls `listener` after each change of the world or the status; returns the way to stop. */
  subscribe(listener: () => void): () => void
  /** Points of one series. Rejects while the hub cannot answer. */
  points(query: SeriesQuery): Promise<Columns>
  events(query: EventQuery): Promise<LogEvent[]>
  /** Text output of a run or host. Rejects with Refused for a pattern that is none. */
  lines(query: LineQuery): Promise<LinePage>
  /**
   * The world as it stood: the fold of all events up to the last one that the hub had stored by then. Presence is
   * empty. Summaries are of the points with times up to then (the agents' clocks) that are still kept: of the runs
   * updated last (500), and of every host's last ten minutes. A newer question ends an older one, which rejects.
   */
  worldAt(moment: PastMoment): Promise<World>
  /** Does something as the user of this process; resolves once it is on the hub's disk. Rejects with Refused. */
  act(action: Action): Promise<void>
  /** A page of runs, picked out by the hub; absent where the world is at hand anyway. */
  page?(query: PageQuery): Promise<Page>
  status(): LinkStatus
  close(): void
}
