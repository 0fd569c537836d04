// Every message between agent and hub. A new one is a line here; decode() does the rest.
import * as z from 'zod/mini'
import { text, time } from './event-parts.ts'
import { AgentEvent } from './events.ts'
import { WireRanges } from './ranges.ts'

/** Spoken by this build; a peer with another number is refused in words. */
export const PROTOCOL = 2

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

/** A batch: the unit of the spool, of the transaction and of the ack. `points` and `lines` are checked by hand. */
export const Batch = z.object({
  type: z.literal('batch'),
  seq,
  at: time,
  events: z.array(AgentEvent).check(z.maxLength(4096)),
  points: z.unknown(),
  /** Text output; see lines.ts. */
  lines: z.optional(z.unknown()),
})

/** Longest body of a call or its result, UTF-16 units; JSON in a frame may take twice as much. */
export const MAX_CALL = 400_000

const body = z.string().check(z.maxLength(MAX_CALL))

/** A request of the MLflow API that only the hub can answer, for example of the model registry. */
export const Call = z.object({
  type: z.literal('call'),
  id: seq,
  method: text(16),
  /** Path and query. */
  url: z.string().check(z.maxLength(16_384)),
  body,
})

export const FromAgent = z.discriminatedUnion('type', [AgentHello, Batch, Call])

/** The hub's answer to hello: it has all batches of this epoch up to `high` and those of `beyond`; null when it knows none. */
export const Welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  hub: id,
  high: z.nullable(seq),
  beyond: WireRanges,
})
/** The first `taken` batches of this session are committed and synced. */
export const Ack = z.object({ type: z.literal('ack'), taken: seq })
/** The batch that came after `after` others in this session is not valid and never will be; the socket closes next. */
export const Rejected = z.object({ type: z.literal('rejected'), after: seq, reason: text(512) })
/** The peer is not served; the socket closes next. */
export const Refused = z.object({ type: z.literal('refused'), reason: text(512), hint: text(512) })

/** The answer to a call: an HTTP status and a JSON text. */
export const CallResult = z.object({ type: z.literal('result'), id: seq, status: z.int(), body })

export const ToAgent = z.discriminatedUnion('type', [Welcome, Ack, Rejected, Refused, CallResult])

export type AgentHello = z.infer<typeof AgentHello>
export type Call = z.infer<typeof Call>
export type CallResult = z.infer<typeof CallResult>
export type FromAgent = z.infer<typeof FromAgent>
export type ToAgent = z.infer<typeof ToAgent>
