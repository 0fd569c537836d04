// What an agent reports of its nouns. The hub gives each event its place in the log.
import * as z from 'zod/mini'
import { cleanText } from './text.ts'

/** Text from outside, cleaned on the way in. */
export const text = (limit?: number) =>
  z.pipe(
    z.string(),
    z.transform((value) => cleanText(value, limit)),
  )

/** Unix time in whole milliseconds, within what a Date can hold. */
export const time = z.int().check(z.minimum(-8.64e15), z.maximum(8.64e15))

const texts = z.pipe(
  z.record(z.string(), z.string()),
  z.transform((record) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [cleanText(key, 512), cleanText(value)])),
  ),
)

const event = <T extends string, S extends z.core.$ZodShape>(type: T, data: S) =>
  z.object({ type: z.literal(type), at: time, about: text(512), data: z.object(data) })

/** `running` while its log grows, `idle` after a minute without growth: a file cannot tell how a run ended. */
export const RUN_STATUS = ['running', 'idle', 'finished', 'failed', 'killed'] as const

/** One event as agents send it; `about` is the id of the run or host it is about. */
export const AgentEvent = z.discriminatedUnion('type', [
  event('run.found', {
    name: text(512),
    experiment: text(512),
    source: text(64),
    path: text(4096),
    started: z.nullable(time),
  }),
  event('run.params', { params: texts }),
  event('run.tags', { tags: texts }),
  event('run.status', { status: z.enum(RUN_STATUS) }),
  event('run.restarted', { reason: text(512) }),
  event('host.described', {
    os: text(128),
    kernel: text(128),
    cpus: z.int(),
    cpuModel: text(256),
    memoryBytes: z.number(),
    gpus: z.array(z.object({ index: z.int(), name: text(128), memoryMiB: z.nullable(z.number()) })),
    note: z.nullable(text(512)),
  }),
  // `count` is how many records it cost; 0 says that the path can be read again
  event('source.problem', { source: text(64), path: text(4096), problem: text(1024), count: z.int() }),
  event('agent.gap', { reason: text(512), batches: z.int(), points: z.int() }),
])
export type AgentEvent = z.infer<typeof AgentEvent>
