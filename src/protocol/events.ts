// What an agent reports of its nouns. The hub gives each event its place in the log.
import * as z from 'zod/mini'
import { event, text, texts, time } from './event-parts.ts'
import { registryEvents, trackingEvents } from './registry-events.ts'

/**
 * `running` while its log grows, `idle` after a minute without growth: a file cannot tell how a run ended. `stale`:
 * it should be running, but nobody has heard of it, and how it ended is not known.
 */
export const RUN_STATUS = ['scheduled', 'running', 'idle', 'stale', 'finished', 'failed', 'killed'] as const

/** Data that a run was given, as in MLflow; `schema` and `profile` are JSON texts of whoever logged it. */
export const DatasetInput = z.object({
  name: text(500),
  digest: text(64),
  sourceType: text(64),
  source: text(65_535),
  schema: z.nullable(text(200_000)),
  profile: z.nullable(text(200_000)),
  tags: texts(),
})
export type DatasetInput = z.infer<typeof DatasetInput>

/** One event as agents send it; `about` is the id of the run, host, experiment or model it is about. */
export const AgentEvent = z.discriminatedUnion('type', [
  event('run.found', {
    name: text(512),
    experiment: text(512),
    source: text(64),
    path: text(4096),
    started: z.nullable(time),
    /** Id of its experiment, where it has one of its own; else `experiment` names the group. */
    experimentId: z.optional(text(64)),
    user: z.optional(text(256)),
    /** All that was ever logged of it here follows: what the hub has of an earlier life is to go. */
    whole: z.optional(z.boolean()),
  }),
  event('run.renamed', { name: text(512) }),
  event('run.params', { params: texts() }),
  event('run.tags', { tags: texts() }),
  event('run.untagged', { key: text(512) }),
  // `ended` where the run itself said when; else it ended at the time of the event
  event('run.status', { status: z.enum(RUN_STATUS), ended: z.optional(z.nullable(time)) }),
  event('run.deleted', {}),
  event('run.restored', {}),
  event('run.inputs', { datasets: z.array(DatasetInput), models: z.array(text(64)) }),
  event('run.outputs', { models: z.array(z.object({ id: text(64), step: z.int() })) }),
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
  ...trackingEvents,
  ...registryEvents,
])
export type AgentEvent = z.infer<typeof AgentEvent>
