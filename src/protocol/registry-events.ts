// Events of experiments, logged models and the model registry, with the words and fields of MLflow.
import * as z from 'zod/mini'
import { event, text, texts, time } from './event-parts.ts'

/** Longest description, tag of the registry, or note, UTF-16 units. */
const LONG = 100_000

const longTexts = texts(LONG)

/** How far the files of a logged model are; MLflow's LoggedModelStatus. */
export const LOGGED_MODEL_STATUS = ['pending', 'ready', 'failed'] as const

/** Stages of model versions, for old clients; aliases are what counts. */
export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const

/** `about` is the id of the experiment or of the logged model. */
export const trackingEvents = [
  event('experiment.found', {
    name: text(500),
    artifactLocation: z.nullable(text(4096)),
    created: z.nullable(time),
    tags: longTexts,
  }),
  event('experiment.renamed', { name: text(500) }),
  event('experiment.tags', { tags: longTexts }),
  event('experiment.untagged', { key: text(512) }),
  event('experiment.deleted', {}),
  event('experiment.restored', {}),
  event('logged-model.found', {
    name: text(512),
    experimentId: text(64),
    run: z.nullable(text(256)),
    modelType: z.nullable(text(256)),
    artifactUri: z.nullable(text(4096)),
    created: time,
    status: z.enum(LOGGED_MODEL_STATUS),
    params: texts(),
    tags: longTexts,
  }),
  event('logged-model.status', { status: z.enum(LOGGED_MODEL_STATUS) }),
  event('logged-model.params', { params: texts() }),
  event('logged-model.tags', { tags: longTexts }),
  event('logged-model.untagged', { key: text(512) }),
  event('logged-model.deleted', {}),
] as const

/** Columns of a signature that are kept; one more says how many there are besides. */
export const MOST_COLUMNS = 300

const columns = z.nullable(
  z
    .array(z.object({ name: text(256), type: text(256), optional: z.boolean() }))
    .check(z.maxLength(MOST_COLUMNS + 1)),
)

/** What the hub found in the files of a version: sizes in bytes, the digest hex. */
const measuredFields = {
  digest: text(64),
  bytes: z.number(),
  files: z.int(),
  // out of its MLmodel: empty and null where it has none, or does not say
  flavors: z.array(text(128)).check(z.maxLength(50)),
  inputs: columns,
  outputs: columns,
  modelBytes: z.nullable(z.number()),
}

const versionFields = {
  version: z.int(),
  source: text(4096),
  run: z.nullable(text(256)),
  loggedModel: z.nullable(text(64)),
  runLink: z.nullable(text(4096)),
  user: z.nullable(text(256)),
  description: text(LONG),
  stage: z.enum(STAGES),
  created: time,
  tags: longTexts,
}

const move = z.object({
  alias: text(255),
  from: z.nullable(z.int()),
  to: z.nullable(z.int()),
  at: time,
  by: text(256),
  reason: z.nullable(text(1024)),
})

/** `about` is the name of the registered model. Versions count from 1 in each model. */
export const registryEvents = [
  event('model.found', { description: text(LONG), created: time, tags: longTexts }),
  event('model.renamed', { name: text(512) }),
  event('model.described', { description: text(LONG) }),
  event('model.tags', { tags: longTexts }),
  event('model.untagged', { key: text(512) }),
  event('model.deleted', {}),
  // with the history of its aliases, which were all taken away before
  event('model.restored', {
    description: text(LONG),
    created: time,
    tags: longTexts,
    lastVersion: z.int(),
    moves: z.array(move),
  }),
  event('version.found', versionFields),
  event('version.restored', versionFields),
  event('version.described', { version: z.int(), description: text(LONG) }),
  event('version.tags', { version: z.int(), tags: longTexts }),
  event('version.untagged', { version: z.int(), key: text(512) }),
  event('version.staged', { version: z.int(), stage: z.enum(STAGES) }),
  event('version.measured', { version: z.int(), ...measuredFields }),
  // `differs` says in words what is not as it was measured; empty where all is
  event('version.verified', { version: z.int(), differs: z.array(text(2500)).check(z.maxLength(101)) }),
  event('version.deleted', { version: z.int() }),
  // null: the alias is gone. `expected` is what the mover had seen, `reason` why it was moved; kept for the audit.
  event('alias.moved', {
    alias: text(255),
    version: z.nullable(z.int()),
    expected: z.optional(z.nullable(z.int())),
    reason: z.optional(text(1024)),
  }),
] as const
