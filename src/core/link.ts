// The console's and the CLI's way to a hub, in this process or far away: the same five questions.
import type { Columns } from './columns.ts'
import type { LogEvent } from './events.ts'
import type { EventQuery, SeriesQuery, World } from './world.ts'

/** How the link to the hub stands. */
export interface LinkStatus {
  /** Where the hub is, in words: a URL, `this process`, a file. */
  readonly where: string
  readonly connected: boolean
  /** What went wrong last, in words; null while all is well. */
  readonly trouble: string | null
  /** Unix ms when the hub was last heard; this process's clock. */
  readonly heard: number
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
  status(): LinkStatus
  close(): void
}
