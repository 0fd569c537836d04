// Messages between a console (or the CLI) and a hub. The state itself is opaque here: the hub has
// checked and cleaned what came from agents, and the same fold runs on both ends.
import * as z from 'zod/mini'
import { text, time } from './event-parts.ts'
import { registryActions } from './registry-actions.ts'
import { TABLES } from './tables.ts'
import { MAX_USER } from './user-name.ts'

const id = z.int().check(z.nonnegative())

/** First message of a console. */
export const ConsoleHello = z.object({
  type: z.literal('console.hello'),
  protocol: z.int(),
  version: text(64),
  // false for a client that only asks: it is sent no world and no changes
  world: z.optional(z.boolean()),
})

export type ConsoleHello = z.infer<typeof ConsoleHello>

/** A page of runs. Answered by parts with this id that hold its rows, then `answer`. */
const PageAsked = z.object({
  type: z.literal('ask.page'),
  id,
  query: z.object({
    noun: z.literal('runs'),
    filter: text(2000),
    sort: text(2000),
    offset: id,
    limit: z.int().check(z.nonnegative(), z.maximum(10_000)),
    whole: z.boolean(),
  }),
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
    about: z.optional(text(512)),
  }),
})

const number = z.int().check(z.nonnegative())

const LinesAsked = z.object({
  type: z.literal('ask.lines'),
  id,
  query: z.object({
    owner: text(512),
    streams: z.optional(z.array(text(512)).check(z.maxLength(64))),
    before: z.optional(number),
    after: z.optional(number),
    since: z.optional(z.number()),
    limit: z.int().check(z.positive(), z.maximum(5000)),
    holds: z.optional(z.object({ text: text(500), regex: z.boolean() })),
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
    z.object({
      action: z.literal('alert.assign'),
      about: text(),
      note: z.optional(text()),
      to: z.optional(text(MAX_USER)),
    }),
    ...registryActions,
  ]),
})

/** From a console. */
export const FromConsole = z.discriminatedUnion('type', [
  ConsoleHello,
  PointsAsked,
  EventsAsked,
  LinesAsked,
  PastAsked,
  PageAsked,
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
    table: z.enum([...TABLES, 'series', 'lines']),
    rows,
  }),
  z.object({ type: z.literal('world.ready'), seq: z.number(), hub: text(128), version: text(64) }),
  // with `trouble` it says why the hub takes nothing now; null when all is well again
  z.object({
    type: z.literal('world.change'),
    events: rows,
    series: rows,
    presence: rows,
    trouble: z.optional(z.nullable(text(1024))),
    // whose text output grew, and which lines there are: [owner, first, next]
    lines: z.optional(rows),
  }),
  z.object({
    type: z.literal('answer'),
    id,
    more: z.boolean(),
    points: z.optional(z.unknown()),
    events: z.optional(rows),
    lines: z.optional(z.unknown()),
    past: z.optional(z.object({ seq: id, at: time })),
    page: z.optional(z.object({ ids: z.array(text(128)), total: id, unknown: z.optional(text()) })),
  }),
  // a hint says that the hub refuses, by its rules; without one it could not
  z.object({ type: z.literal('failed'), id, reason: text(1024), hint: z.optional(text(512)) }),
])
export type ToConsole = z.infer<typeof ToConsole>
