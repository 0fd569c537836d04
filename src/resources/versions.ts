// Noun: versions of registered models, joined with the run that each comes from.
import { headline } from '../core/card.ts'
import { formatAge, formatBytes } from '../core/format.ts'
import { projectOf } from '../core/projects.ts'
import { aliasesFor, versionsOf, versionsOfRun } from '../core/registry-lookup.ts'
import type { ModelVersion, SignatureColumn } from '../core/registry-state.ts'
import type { Run } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import { digestOf, sizeOf } from '../core/version-facts.ts'
import type { World } from '../core/world.ts'
import { defineResource, type Raw } from './define.ts'
import { summaryRecord } from './runs.ts'

interface Row {
  readonly version: ModelVersion
  readonly aliases: readonly string[]
  readonly run: Run | undefined
  readonly metrics: ReadonlyMap<string, Summary>
  readonly project: string | null
}

const none: ReadonlyMap<string, Summary> = new Map()
const bytesText = (bytes: number | null): string => (bytes === null ? '-' : formatBytes(bytes))

const noAliases: readonly string[] = []

const signatureRecords = (columns: readonly SignatureColumn[] | null | undefined): Raw =>
  columns?.map(({ name, type, optional }) => ({ name, type, optional })) ?? null

function rowOf({ state, series }: World, version: ModelVersion): Row {
  const model = state.models.get(version.model)
  return {
    version,
    aliases: model ? aliasesFor(model, version.version) : noAliases,
    run: version.run === null ? undefined : state.runs.get(version.run),
    metrics: (version.run !== null && series.get(version.run)) || none,
    project: projectOf(state, 'models', version.model),
  }
}

function* rows(world: World): Generator<Row> {
  for (const version of world.state.versions.values()) yield rowOf(world, version)
}

const idsOf = (versions: readonly ModelVersion[]) => versions.map(({ id }) => id)

/** Versions of registered models. */
export const versions = defineResource<Row>({
  name: 'versions',
  aliases: ['version', 'mv'],
  doc: 'Versions of registered models, with params and metrics of the runs that they come from.',
  rows,
  one: {
    table: 'versions',
    also: ['projects'],
    joins: [
      { table: 'models', rows: ({ state }, id) => idsOf(versionsOf(state, id)) },
      { table: 'runs', rows: ({ state }, id) => idsOf(versionsOfRun(state, id)) },
    ],
    row: (world, id) => {
      const version = world.state.versions.get(id)
      return version && rowOf(world, version)
    },
  },
  part: {
    field: 'model',
    *rows(world, model) {
      for (const version of versionsOf(world.state, model)) yield rowOf(world, version)
    },
  },
  id: ({ version }) => version.id,
  sort: '-created',
  columns: {
    model: {
      title: 'MODEL',
      doc: 'Name of the registered model.',
      value: ({ version }) => version.model,
      tone: () => 'bold',
      max: 48,
    },
    version: {
      title: 'VERSION',
      doc: 'Its number in the model, from 1.',
      value: ({ version }) => version.version,
      align: 'right',
    },
    aliases: {
      title: 'ALIASES',
      doc: 'Aliases that stand for it.',
      value: ({ aliases }) => aliases,
      show: ({ aliases }) => aliases.join(' ') || '-',
      tone: ({ aliases }) => (aliases.length > 0 ? 'accent' : 'dim'),
      max: 32,
    },
    stage: {
      title: 'STAGE',
      doc: 'None, Staging, Production or Archived: for old clients, aliases are what counts.',
      value: ({ version }) => version.stage,
      tone: ({ version }) => (version.stage === 'None' ? 'dim' : 'text'),
    },
    run: {
      title: 'RUN',
      doc: 'Id of the run that it comes from; the table shows its name.',
      value: ({ version }) => version.run,
      show: ({ version, run }) => run?.name ?? version.run ?? '-',
      max: 36,
    },
    created: {
      title: 'CREATED',
      doc: 'When it was registered; the table shows the age.',
      value: ({ version }) => new Date(version.created),
      show: ({ version }, now) => formatAge(now - version.created),
      align: 'right',
    },
    digest: {
      title: 'DIGEST',
      doc: 'Digest of its files: measured where they are in the hub, else from its tag mlops.digest, digest or sha256.',
      value: ({ version }) => digestOf(version),
      table: 'wide',
      max: 20,
    },
    size: {
      title: 'SIZE',
      doc: 'Bytes of its files: measured where they are in the hub, else as the client that logged them said.',
      value: ({ version, run }) => sizeOf(version, run),
      show: ({ version, run }) => bytesText(sizeOf(version, run)),
      align: 'right',
      table: 'wide',
    },
    verified: {
      title: 'VERIFIED',
      doc: 'When `mlops registry verify` last compared its files with what was measured; the table shows the age, or that they differ.',
      value: ({ version: { verified } }) => (verified ? new Date(verified.at) : null),
      show: ({ version: { verified } }, now) =>
        !verified ? '-' : verified.differs.length > 0 ? 'differs' : formatAge(now - verified.at),
      tone: ({ version: { verified } }) => (verified && verified.differs.length > 0 ? 'bad' : 'text'),
      table: 'never',
    },
    user: {
      title: 'USER',
      doc: 'Who registered it.',
      value: ({ version }) => version.user,
      table: 'wide',
      max: 20,
    },
    description: {
      title: 'DESCRIPTION',
      doc: 'What it is, in Markdown.',
      value: ({ version }) => version.description,
      show: ({ version }) => headline(version.description) || '-',
      table: 'wide',
      max: 40,
    },
    project: {
      title: 'PROJECT',
      doc: 'Project of its model, as the config of the hub groups them.',
      value: ({ project }) => project,
      table: 'never',
      max: 20,
    },
    experiment: {
      title: 'EXPERIMENT',
      doc: 'Experiment of its run.',
      value: ({ run }) => run?.experiment ?? null,
      table: 'never',
    },
    updated: {
      title: 'UPDATED',
      doc: 'Last change of its tags, stage or description.',
      value: ({ version }) => new Date(version.updated),
      table: 'never',
    },
    source: {
      title: 'SOURCE',
      doc: 'Where its files are.',
      value: ({ version }) => version.source,
      table: 'never',
    },
    loggedModel: {
      title: 'LOGGED MODEL',
      doc: 'Id of the logged model that it comes from.',
      value: ({ version }) => version.loggedModel,
      table: 'never',
    },
    id: { title: 'ID', doc: 'model/version.', value: ({ version }) => version.id, table: 'never' },
    flavors: {
      title: 'FLAVORS',
      doc: 'Libraries that it can be loaded with, from its MLmodel.',
      value: ({ version }) => version.measured?.flavors ?? [],
      show: ({ version }) => version.measured?.flavors.join(' ') || '-',
      table: 'never',
    },
    modelBytes: {
      title: 'MODEL BYTES',
      doc: 'Size of the model as its MLmodel says, bytes.',
      value: ({ version }) => version.measured?.modelBytes ?? null,
      table: 'never',
    },
    inputs: {
      title: 'INPUTS',
      doc: 'What it takes, from the signature in its MLmodel: name and type of each column, and whether it may be left out.',
      value: ({ version }) => signatureRecords(version.measured?.inputs),
      table: 'never',
    },
    outputs: {
      title: 'OUTPUTS',
      doc: 'What it gives, as inputs.',
      value: ({ version }) => signatureRecords(version.measured?.outputs),
      table: 'never',
    },
    tags: { title: 'TAGS', doc: 'Tags, each as text.', value: ({ version }) => version.tags, table: 'never' },
    params: {
      title: 'PARAMS',
      doc: 'Parameters of its run.',
      value: ({ run }) => run?.params ?? {},
      table: 'never',
    },
    metrics: {
      title: 'METRICS',
      doc: 'Metrics of its run, as runs have them.',
      short: ({ metrics }, key) => metrics.get(key)?.last.value,
      entry: ({ metrics }, key) => {
        const summary = metrics.get(key)
        return summary && summaryRecord(summary)
      },
      value: ({ metrics }) =>
        Object.fromEntries([...metrics].map(([key, summary]) => [key, summaryRecord(summary)])),
      table: 'never',
    },
  },
})
