// The event log: everything that happens to a noun, in one global order.
import type { AgentEvent } from '../protocol/events.ts'
import type { HOST_ROLES } from '../protocol/messages.ts'
import type { Project } from './projects.ts'

/** What a host does. */
export type HostRole = (typeof HOST_ROLES)[number]

interface Happened<T extends string, D> {
  readonly type: T
  /** Unix ms, by the clock of whoever reported it. */
  readonly at: number
  /** Id of the run, host, ... that it is about. */
  readonly about: string
  readonly data: D
}

/** Events that the hub itself writes, and those by which people act on an alert; `about` is the alert's id then. */
export type HubEvent =
  | Happened<'host.connected', { name: string; role: HostRole; version: string; epoch: string }>
  | Happened<'host.disconnected', { reason: string }>
  | Happened<'host.refused', { name: string; reason: string }>
  /** What the hub's config says of projects, all of them. */
  | Happened<'projects.set', { projects: readonly Project[] }>
  | Happened<'run.pruned', { reason: string }>
  | Happened<'alert.acknowledged', { opened: number; note: string | null }>
  | Happened<'alert.silenced', { opened: number; until: number; note: string | null }>
  | Happened<'alert.unsilenced', { note: string | null }>
  | Happened<'alert.assigned', { opened: number; to: string; note: string | null }>

/** An event before it has a place in the log. */
export type NewEvent = AgentEvent | HubEvent

/** An event of the log: `seq` counts from 1 without holes, `by` is who caused it (`agent:ID`, `hub`, `user:NAME`). */
export type LogEvent = NewEvent & { readonly seq: number; readonly by: string }
