// Messages between a console (or the CLI) and a hub. The state itself is opaque here: the hub has
// checked and cleaned what came from agents, and the same fold runs on both ends.
import * as z from 'zod/mini'
import { text, time } from './events.ts'
import { MAX_USER } from './user-name.ts'

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
    until: z.optional(z.number()),
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

/** The world as it stood at a time, Unix ms, or right after an event. Answered by parts with this id, then `answer`. */
const PastAsked = z.object({
  type: z.literal('ask.at'),
  id,
  moment: z.union([time, z.object({ seq: id })]),
})

/** Something to do, and who says so: a label, as the client's system names its user. */
const ToDo = z.object({
  type: z.literal('do'),
  id,
  by: text(MAX_USER),
  action: z.discriminatedUnion('action', [
    z.object({ action: z.literal('alert.ack'), about: text(), note: z.optional(text()) }),
    z.object({ action: z.literal('alert.silence'), about: text(), note: z.optional(text()), until: time }),
    z.object({ action: z.literal('alert.unsilence'), about: text(), note: z.optional(text()) }),
  ]),
})

/** From a console. */
export const FromConsole = z.discriminatedUnion('type', [
  ConsoleHello,
  PointsAsked,
  EventsAsked,
  PastAsked,
  ToDo,
])
export type FromConsole = z.infer<typeof FromConsole>

const rows = z.array(z.unknown())

/** To a console: the world in parts, then its changes, and answers to what was asked. */
export const ToConsole = z.discriminatedUnion('type', [
  z.object({ type: z.literal('refused'), reason: text(512), hint: text(512) }),
  // with an id it is a part of the past that was asked for
  z.object({
    type: z.literal('world.part'),
    id: z.optional(id),
    table: z.enum(['hosts', 'runs', 'problems', 'acks', 'series']),
    rows,
  }),
  z.object({ type: z.literal('world.ready'), seq: z.number(), hub: text(128), version: text(64) }),
  z.object({ type: z.literal('world.change'), events: rows, series: rows, presence: rows }),
  z.object({
    type: z.literal('answer'),
    id,
    more: z.boolean(),
    points: z.optional(z.unknown()),
    events: z.optional(rows),
    past: z.optional(z.object({ seq: id, at: time })),
  }),
  // a hint says that the hub refuses, by its rules; without one it could not
  z.object({ type: z.literal('failed'), id, reason: text(1024), hint: z.optional(text(512)) }),
])
export type ToConsole = z.infer<typeof ToConsole>
