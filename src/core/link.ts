// The console's and the CLI's way to a hub, in this process or far away: the same few questions.
import type { Columns } from './columns.ts'
import type { LogEvent } from './events.ts'
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

/** The hub will not do what was asked; the sentence says why. */
export class Refused extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
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
  /**
   * The world as it stood: the fold of all events up to the last one that the hub had stored by then. Presence is
   * empty. Summaries are of the points with times up to then (the agents' clocks) that are still kept: of the runs
   * updated last (500), and of every host's last ten minutes. A newer question ends an older one, which rejects.
   */
  worldAt(moment: PastMoment): Promise<World>
  /** Does something as the user of this process; resolves once it is on the hub's disk. Rejects with Refused. */
  act(action: AlertAction): Promise<void>
  status(): LinkStatus
  close(): void
}
