// Every message between agent and hub. A new one is a line here; decode() does the rest.
import * as z from 'zod/mini'
import { AgentEvent, text, time } from './events.ts'

/** Spoken by this build; a peer with another number is refused in words. */
export const PROTOCOL = 1

/** What a host does. */
export const HOST_ROLES = ['training', 'serving'] as const

const id = text(128)
const seq = z.int().check(z.nonnegative())

/** First message of an agent. `first` is the oldest batch it still holds, `next` the one it will write next. */
export const AgentHello = z.object({
  type: z.literal('agent.hello'),
  protocol: z.int(),
  agent: id,
  epoch: id,
  /** Another one each time the agent starts: a copy of its state folder cannot pass for it. */
  instance: id,
  name: text(256),
  role: z.enum(HOST_ROLES),
  version: text(64),
  first: seq,
  next: seq,
})

/** A batch: the unit of the spool, of the transaction and of the ack. `points` is checked by hand. */
export const Batch = z.object({
  type: z.literal('batch'),
  seq,
  at: time,
  events: z.array(AgentEvent).check(z.maxLength(4096)),
  points: z.unknown(),
})

export const FromAgent = z.discriminatedUnion('type', [AgentHello, Batch])

/** The hub's answer to hello: `high` is the last batch it has of this epoch, null when it knows none. */
export const Welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  hub: id,
  high: z.nullable(seq),
})
/** All batches up to `high` are committed and synced. */
export const Ack = z.object({ type: z.literal('ack'), high: seq })
/** The batch `seq` is not valid and never will be; the socket closes next. */
export const Rejected = z.object({ type: z.literal('rejected'), seq, reason: text(512) })
/** The peer is not served; the socket closes next. */
export const Refused = z.object({ type: z.literal('refused'), reason: text(512), hint: text(512) })

export const ToAgent = z.discriminatedUnion('type', [Welcome, Ack, Rejected, Refused])

export type AgentHello = z.infer<typeof AgentHello>
export type FromAgent = z.infer<typeof FromAgent>
export type ToAgent = z.infer<typeof ToAgent>
