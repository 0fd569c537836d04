// Noun: datasets, folded from what runs were given: one row for each name and digest.

import { type Dataset, datasetsOf, newestDataset } from '../core/datasets.ts'
import { formatAge, formatBytes } from '../core/format.ts'
import type { World } from '../core/world.ts'
import { defineResource } from './define.ts'

interface Row {
  readonly dataset: Dataset
  /** A newer digest of the same name was used. */
  readonly stale: boolean
}

function* rows({ state }: World): Generator<Row> {
  for (const dataset of datasetsOf(state).values())
    yield { dataset, stale: newestDataset(state, dataset.name) !== dataset.id }
}

const bytesOf = ({ dataset }: Row): number | null =>
  dataset.profile === null ? null : Buffer.byteLength(dataset.profile)

/** Datasets. */
export const datasets = defineResource<Row>({
  name: 'datasets',
  aliases: ['dataset', 'data', 'ds'],
  doc: 'Data that runs were given, by name and digest: which runs and model versions come from which.',
  rows,
  id: ({ dataset }) => dataset.id,
  sort: '-used',
  open: { resource: 'runs', filter: ({ dataset }) => `datasets=${JSON.stringify(dataset.id)}` },
  columns: {
    name: {
      title: 'DATASET',
      doc: 'Name, as whoever logged it calls it.',
      value: ({ dataset }) => dataset.name,
      tone: () => 'bold',
      max: 40,
    },
    digest: { title: 'DIGEST', doc: 'Digest of the data.', value: ({ dataset }) => dataset.digest, max: 24 },
    state: {
      title: 'STATE',
      doc: 'newest, or stale where a newer digest of the same name was used.',
      value: ({ stale }) => (stale ? 'stale' : 'newest'),
      tone: ({ stale }) => (stale ? 'warn' : 'dim'),
    },
    runs: {
      title: 'RUNS',
      doc: 'Number of runs that used it.',
      value: ({ dataset }) => dataset.runs.length,
      align: 'right',
    },
    versions: {
      title: 'VERSIONS',
      doc: 'Model versions that come from those runs.',
      value: ({ dataset }) => dataset.versions,
      show: ({ dataset }) => dataset.versions.join(' ') || '-',
      max: 48,
    },
    used: {
      title: 'USED',
      doc: 'Start of the run that used it last; the table shows the age.',
      value: ({ dataset }) => (dataset.used === null ? null : new Date(dataset.used)),
      show: ({ dataset }, now) => (dataset.used === null ? '-' : formatAge(now - dataset.used)),
      align: 'right',
    },
    sourceType: {
      title: 'TYPE',
      doc: 'Kind of its source.',
      value: ({ dataset }) => dataset.sourceType,
      table: 'wide',
    },
    source: {
      title: 'SOURCE',
      doc: 'Where it came from, as JSON of whoever logged it.',
      value: ({ dataset }) => dataset.source,
      table: 'never',
    },
    schema: {
      title: 'SCHEMA',
      doc: 'Its columns, as JSON of whoever logged it.',
      value: ({ dataset }) => dataset.schema,
      table: 'never',
    },
    profileBytes: {
      title: 'PROFILE',
      doc: 'Size of its profile, bytes; null without one.',
      value: bytesOf,
      show: (row) => {
        const bytes = bytesOf(row)
        return bytes === null ? '-' : formatBytes(bytes)
      },
      align: 'right',
      table: 'wide',
    },
    contexts: {
      title: 'CONTEXTS',
      doc: 'What it was used for: training, eval and so on.',
      value: ({ dataset }) => dataset.contexts,
      show: ({ dataset }) => dataset.contexts.join(' ') || '-',
      table: 'wide',
    },
    runIds: {
      title: 'RUN IDS',
      doc: 'Ids of those runs.',
      value: ({ dataset }) => dataset.runs,
      table: 'never',
    },
    id: { title: 'ID', doc: 'name@digest.', value: ({ dataset }) => dataset.id, table: 'never' },
  },
})
