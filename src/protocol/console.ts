// Messages between a console (or the CLI) and a hub. The state itself is opaque here: the hub has
// checked and cleaned what came from agents, and the same fold runs on both ends.
import * as z from 'zod/mini'
import { text } from './events.ts'

const id = z.int().check(z.nonnegative())

/** First message of a console. */
export const ConsoleHello = z.object({
  type: z.literal('console.hello'),
  protocol: z.int(),
  version: text(64),
})

const PointsAsked = z.object({
  type: z.literal('ask.points'),
  id,
  query: z.object({
    owner: text(128),
    key: text(512),
    x: z.enum(['step', 'time', 'relative']),
    from: z.optional(z.number()),
    to: z.optional(z.number()),
    points: z.int().check(z.nonnegative(), z.maximum(100_000)),
  }),
})

const EventsAsked = z.object({
  type: z.literal('ask.events'),
  id,
  query: z.object({
    since: z.number(),
    limit: z.int().check(z.positive(), z.maximum(5000)),
    about: z.optional(text(128)),
  }),
})

/** From a console. */
export const FromConsole = z.discriminatedUnion('type', [ConsoleHello, PointsAsked, EventsAsked])
export type FromConsole = z.infer<typeof FromConsole>

const rows = z.array(z.unknown())

/** To a console: the world in parts, then its changes, and answers to what was asked. */
export const ToConsole = z.discriminatedUnion('type', [
  z.object({ type: z.literal('refused'), reason: text(512), hint: text(512) }),
  z.object({ type: z.literal('world.part'), table: z.enum(['hosts', 'runs', 'problems', 'series']), rows }),
  z.object({ type: z.literal('world.ready'), seq: z.number(), hub: text(128), version: text(64) }),
  z.object({ type: z.literal('world.change'), events: rows, series: rows, presence: rows }),
  z.object({
    type: z.literal('answer'),
    id,
    more: z.boolean(),
    points: z.optional(z.unknown()),
    events: z.optional(rows),
  }),
  z.object({ type: z.literal('failed'), id, reason: text(512) }),
])
export type ToConsole = z.infer<typeof ToConsole>
