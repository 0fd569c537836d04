// What a hub hears from an agent. A new message is a line here or in agent-answers.ts; decode() does the rest.
import * as z from 'zod/mini'
import { callBody, messageId, sequence } from './agent-answers.ts'
import { text, time } from './event-parts.ts'
import { AgentEvent } from './events.ts'

/** What a host does. */
export const HOST_ROLES = ['training', 'serving'] as const

/** First message of an agent. `first` is the oldest batch it still holds, `next` the one it will write next. */
export const AgentHello = z.object({
  type: z.literal('agent.hello'),
  protocol: z.int(),
  agent: messageId,
  epoch: messageId,
  /** Another one each time the agent starts: a copy of its state folder cannot pass for it. */
  instance: messageId,
  name: text(256),
  role: z.enum(HOST_ROLES),
  version: text(64),
  first: sequence,
  next: sequence,
})

/** A batch: the unit of the spool, of the transaction and of the ack. `points` and `lines` are checked by hand. */
export const Batch = z.object({
  type: z.literal('batch'),
  seq: sequence,
  at: time,
  events: z.array(AgentEvent).check(z.maxLength(4096)),
  points: z.unknown(),
  /** Text output; see lines.ts. */
  lines: z.optional(z.unknown()),
})

/** Longest path and query of a call, UTF-16 units. */
export const MAX_URL = 16_384

/** A request of the MLflow API that only the hub can answer, for example of the model registry. */
export const Call = z.object({
  type: z.literal('call'),
  id: sequence,
  method: text(16),
  /** Path and query. */
  url: z.string().check(z.maxLength(MAX_URL)),
  body: callBody,
})

export const FromAgent = z.discriminatedUnion('type', [AgentHello, Batch, Call])

export type AgentHello = z.infer<typeof AgentHello>
export type Call = z.infer<typeof Call>
export type FromAgent = z.infer<typeof FromAgent>
