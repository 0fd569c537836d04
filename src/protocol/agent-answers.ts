// What an agent hears from its hub, and what both sides' messages are made of.
import * as z from 'zod/mini'
import { text } from './event-parts.ts'
import { WireRanges } from './ranges.ts'

/** Spoken by this build; a peer with another number is refused in words. */
export const PROTOCOL = 2

/** Ids of agents, lives and hubs. */
export const messageId = text(128)
/** Numbers of batches and calls. */
export const sequence = z.int().check(z.nonnegative())

/** Longest body of a call or its result, UTF-16 units; JSON in a frame may take twice as much. */
export const MAX_CALL = 400_000

/** Body of a call or its result. */
export const callBody = z.string().check(z.maxLength(MAX_CALL))

/** True for a body that a frame can hold: what is not ASCII takes more bytes, quotes and line feeds twice. */
export const fitsCall = (text: string): boolean =>
  text.length <= MAX_CALL && Buffer.byteLength(JSON.stringify(text)) <= 2 * MAX_CALL

/** The hub's answer to hello: it has all batches of this epoch up to `high` and those of `beyond`; null when it knows none. */
export const Welcome = z.object({
  type: z.literal('welcome'),
  protocol: z.int(),
  hub: messageId,
  high: z.nullable(sequence),
  beyond: WireRanges,
})
/** The first `taken` batches of this session are committed and synced. */
export const Ack = z.object({ type: z.literal('ack'), taken: sequence })
/** The batch that came after `after` others in this session is not valid and never will be; the socket closes next. */
export const Rejected = z.object({ type: z.literal('rejected'), after: sequence, reason: text(512) })
/** The peer is not served; the socket closes next. */
export const Refused = z.object({ type: z.literal('refused'), reason: text(512), hint: text(512) })

/** The answer to a call: an HTTP status and a JSON text. */
export const CallResult = z.object({
  type: z.literal('result'),
  id: sequence,
  status: z.int(),
  body: callBody,
})

export const ToAgent = z.discriminatedUnion('type', [Welcome, Ack, Rejected, Refused, CallResult])

export type CallResult = z.infer<typeof CallResult>
export type ToAgent = z.infer<typeof ToAgent>
