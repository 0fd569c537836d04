// Noun: runs of training programs.
import { datasetId } from '../core/datasets.ts'
import { formatAge, formatValue } from '../core/format.ts'
import { type Glance, glanceOf } from '../core/glance.ts'
import { projectOf } from '../core/projects.ts'
import type { Run, RunStatus } from '../core/state.ts'
import type { Point, Summary } from '../core/summary.ts'
import type { World } from '../core/world.ts'
import { type CellTone, defineResource, type Raw } from './define.ts'

interface Row {
  readonly run: Run
  readonly host: string
  readonly metrics: ReadonlyMap<string, Summary>
  readonly glance: Glance
  readonly project: string | null
}

const none: ReadonlyMap<string, Summary> = new Map()
const tones: Record<RunStatus, CellTone> = {
  running: 'good',
  idle: 'dim',
  finished: 'text',
  failed: 'bad',
  killed: 'warn',
  scheduled: 'dim',
  stale: 'warn',
}

const date = (ms: number | null) => (ms === null ? null : new Date(ms))
const pointRecord = ({ step, time, value }: Point): Raw => ({ step, time: new Date(time), value })

/** The JSON form of a series' summary. */
export function summaryRecord({ count, first, last, min, max, nonFinite }: Summary): Raw {
  return { count, first: pointRecord(first), last: pointRecord(last), min, max, nonFinite }
}

/** The metric a person looks at first: one that diverged, then validation loss, loss, reward, accuracy, then whatever was logged first. */
export const mainMetric = (metrics: ReadonlyMap<string, Summary>): string | undefined =>
  glanceOf(metrics).main

function showMain({ glance }: Row): string {
  const { main } = glance
  return main === undefined ? '-' : `${main} ${formatValue(glance.last(main)!)}`
}

const mainTone = ({ glance }: Row): CellTone => (glance.bad.size > 0 ? 'bad' : 'text')

function rowOf({ state, series }: World, run: Run): Row {
  const metrics = series.get(run.id) ?? none
  const host = state.hosts.get(run.host)?.name ?? run.host
  const project = projectOf(state, 'experiments', run.experiment)
  return { run, host, metrics, glance: glanceOf(metrics), project }
}

function* rows(world: World): Generator<Row> {
  for (const run of world.state.runs.values()) if (run.deleted === undefined) yield rowOf(world, run)
}

/** Runs. */
export const runs = defineResource<Row>({
  name: 'runs',
  aliases: ['run', 'r'],
  doc: 'Runs of training programs, as their logs tell them.',
  rows,
  one: {
    table: 'runs',
    also: ['hosts', 'projects'],
    row: (world, id) => {
      const run = world.state.runs.get(id)
      return run && run.deleted === undefined ? rowOf(world, run) : undefined
    },
  },
  id: ({ run }) => run.id,
  sort: '-updated',
  columns: {
    id: {
      title: 'ID',
      doc: 'Stable id: agent, source and path decide it.',
      value: ({ run }) => run.id,
      tone: () => 'dim',
    },
    name: {
      title: 'NAME',
      doc: 'Name of the run, from its log or folder.',
      value: ({ run }) => run.name,
      tone: () => 'bold',
      max: 36,
    },
    experiment: {
      title: 'EXPERIMENT',
      doc: 'Group of runs, from the log or the folder above.',
      value: ({ run }) => run.experiment,
      max: 28,
    },
    status: {
      title: 'STATUS',
      doc: 'running while its log grows; idle after a minute without growth; finished, failed or killed where the source knows.',
      value: ({ run }) => run.status,
      tone: ({ run }) => tones[run.status],
    },
    host: { title: 'HOST', doc: 'Name of the host it runs on.', value: ({ host }) => host, max: 20 },
    step: {
      title: 'STEP',
      doc: 'Highest last step of its metrics.',
      value: ({ glance }) => glance.step,
      align: 'right',
    },
    main: {
      title: 'METRIC',
      doc: 'The metric a person looks at first (one that diverged, else validation loss, loss, reward, accuracy), with its last value.',
      value: ({ glance }) => glance.main ?? null,
      show: showMain,
      tone: mainTone,
      max: 32,
    },
    updated: {
      title: 'UPDATED',
      doc: 'Time of the newest point; the table shows its age.',
      value: ({ glance }) => date(glance.updated),
      show: ({ glance }, now) => (glance.updated === null ? '-' : formatAge(now - glance.updated)),
      align: 'right',
    },
    source: {
      title: 'SOURCE',
      doc: 'Source that read it: tfevents, csv, jsonl.',
      value: ({ run }) => run.source,
      table: 'wide',
    },
    started: {
      title: 'STARTED',
      doc: 'Start; the table shows its age.',
      value: ({ run }) => date(run.started),
      show: ({ run }, now) => (run.started === null ? '-' : formatAge(now - run.started)),
      align: 'right',
      table: 'wide',
    },
    project: {
      title: 'PROJECT',
      doc: 'Project of its experiment, as the config of the hub groups them.',
      value: ({ project }) => project,
      table: 'never',
      max: 20,
    },
    ended: {
      title: 'ENDED',
      doc: 'End, where the source knows it.',
      value: ({ run }) => date(run.ended),
      table: 'never',
    },
    restarts: {
      title: 'RESTARTS',
      doc: 'How often its log was truncated or replaced.',
      value: ({ run }) => run.restarts,
      table: 'never',
    },
    path: {
      title: 'PATH',
      doc: 'Absolute path of its log on the host.',
      value: ({ run }) => run.path,
      table: 'wide',
      max: 60,
    },
    datasets: {
      title: 'DATASETS',
      doc: 'Data that it was given, each as name@digest.',
      value: ({ run }) => run.datasets?.map(datasetId) ?? null,
      table: 'never',
    },
    params: {
      title: 'PARAMS',
      doc: 'Parameters, each as text.',
      value: ({ run }) => run.params,
      table: 'never',
    },
    tags: { title: 'TAGS', doc: 'Tags, each as text.', value: ({ run }) => run.tags, table: 'never' },
    metrics: {
      title: 'METRICS',
      short: ({ glance }, key) => glance.last(key),
      entry: ({ metrics }, key) => {
        const summary = metrics.get(key)
        return summary && summaryRecord(summary)
      },
      doc: 'Each metric: count, first and last point, min, max, number of values that are not finite.',
      value: ({ metrics }) =>
        Object.fromEntries([...metrics].map(([key, summary]) => [key, summaryRecord(summary)])),
      table: 'never',
    },
  },
})
