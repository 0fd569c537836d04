// Noun: runs of training programs.
import { formatAge, formatValue } from '../core/format.ts'
import type { Run, RunStatus } from '../core/state.ts'
import type { Point, Summary } from '../core/summary.ts'
import type { World } from '../core/world.ts'
import { type CellTone, defineResource, type Raw } from './define.ts'

interface Row {
  readonly run: Run
  readonly host: string
  readonly metrics: ReadonlyMap<string, Summary>
}

const none: ReadonlyMap<string, Summary> = new Map()
const tones: Record<RunStatus, CellTone> = {
  running: 'good',
  idle: 'dim',
  finished: 'text',
  failed: 'bad',
  killed: 'warn',
}

const date = (ms: number | null) => (ms === null ? null : new Date(ms))
const pointRecord = ({ step, time, value }: Point): Raw => ({ step, time: new Date(time), value })

/** The JSON form of a series' summary. */
export function summaryRecord({ count, first, last, min, max, nonFinite }: Summary): Raw {
  return { count, first: pointRecord(first), last: pointRecord(last), min, max, nonFinite }
}

const MAIN_METRIC = [
  /(^|[/._])val(id(ation)?)?[/._ -]*(.*[/._])?loss/i,
  /(^|[/._ -])loss$/i,
  /loss/i,
  /reward|return/i,
  /acc/i,
  /error|mae|rmse|mse/i,
]

const UNLIKELY = /^(step|epoch|time|lr)/i
/** Ranks of names seen so far: names are few, runs are many. */
const ranks = new Map<string, number>()
const MAX_RANKS = 10_000

/** How soon a person looks at a metric of this name; 0 is first. */
function rankOf(key: string): number {
  const known = ranks.get(key)
  if (known !== undefined) return known
  const found = MAIN_METRIC.findIndex((pattern) => pattern.test(key))
  const rank = found >= 0 ? found : MAIN_METRIC.length + (UNLIKELY.test(key) ? 1 : 0)
  if (ranks.size >= MAX_RANKS) ranks.clear()
  ranks.set(key, rank)
  return rank
}

/** The metric a person looks at first: one that diverged, then validation loss, loss, reward, accuracy, then whatever was logged first. */
export function mainMetric(metrics: ReadonlyMap<string, Summary>): string | undefined {
  let main: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [key, { last }] of metrics) {
    if (!Number.isFinite(last.value)) return key
    const rank = rankOf(key)
    if (rank >= least) continue
    main = key
    least = rank
  }
  return main
}

function newest({ metrics }: Row): Summary | undefined {
  let found: Summary | undefined
  for (const summary of metrics.values()) if (!found || summary.last.step > found.last.step) found = summary
  return found
}

const lastTime = ({ metrics }: Row): number | null => {
  let time: number | null = null
  for (const { last } of metrics.values()) if (time === null || last.time > time) time = last.time
  return time
}

function showMain(row: Row): string {
  const key = mainMetric(row.metrics)
  return key === undefined ? '-' : `${key} ${formatValue(row.metrics.get(key)!.last.value)}`
}

function mainTone({ metrics }: Row): CellTone {
  const key = mainMetric(metrics)
  return key !== undefined && !Number.isFinite(metrics.get(key)!.last.value) ? 'bad' : 'text'
}

function* rows({ state, series }: World): Generator<Row> {
  for (const run of state.runs.values())
    yield { run, host: state.hosts.get(run.host)?.name ?? run.host, metrics: series.get(run.id) ?? none }
}

/** Runs. */
export const runs = defineResource<Row>({
  name: 'runs',
  aliases: ['run', 'r'],
  doc: 'Runs of training programs, as their logs tell them.',
  rows,
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
      value: (row) => newest(row)?.last.step ?? null,
      align: 'right',
    },
    main: {
      title: 'METRIC',
      doc: 'The metric a person looks at first (one that diverged, else validation loss, loss, reward, accuracy), with its last value.',
      value: (row) => mainMetric(row.metrics) ?? null,
      show: showMain,
      tone: mainTone,
      max: 32,
    },
    updated: {
      title: 'UPDATED',
      doc: 'Time of the newest point; the table shows its age.',
      value: (row) => date(lastTime(row)),
      show: (row, now) => {
        const time = lastTime(row)
        return time === null ? '-' : formatAge(now - time)
      },
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
    params: {
      title: 'PARAMS',
      doc: 'Parameters, each as text.',
      value: ({ run }) => run.params,
      table: 'never',
    },
    tags: { title: 'TAGS', doc: 'Tags, each as text.', value: ({ run }) => run.tags, table: 'never' },
    metrics: {
      title: 'METRICS',
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
