// The report of `mlops performance`: its records, and their table, JSON and CSV.
import { csvLine, type Scalar } from '../cli/csv.ts'
import { jsonText } from '../cli/json.ts'
import type { Output } from '../cli/output.ts'
import { lineWidth, type TableColumn, tableLines } from '../cli/table.ts'
import type { Confusion } from '../core/monitor/confusion.ts'
import type { Limits } from '../core/monitor/control-limits.ts'
import type { Raw } from '../resources/define.ts'
import type { Note } from './performance-input.ts'

/** One metric of one chunk; null is not defined, and the reason stands beside it. */
export interface MetricRecord {
  readonly estimated: number | null
  readonly estimatedReason: string | null
  readonly band: Limits | null
  readonly samplingError: number | null
  readonly realized: number | null
  readonly realizedReason: string | null
  readonly threshold: Limits | null
  readonly alert: boolean
  readonly realizedAlert: boolean
}

/** One chunk. */
export interface ChunkRecord {
  readonly period: 'reference' | 'current'
  readonly chunk: string
  readonly rows: number
  /** Rows that count in what is realized. */
  readonly labelled: number
  readonly metrics: Readonly<Record<string, MetricRecord>>
  readonly confusion: { readonly estimated: Confusion; readonly realized: Confusion } | null
}

/** All of it. */
export interface PerformanceReport {
  readonly kind: 'classification' | 'regression'
  /** Whether scores were calibrated; null in a regression. */
  readonly calibrated: boolean | null
  readonly notes: readonly Note[]
  readonly chunks: readonly ChunkRecord[]
}

const limitsRaw = (limits: Limits | null): Raw => limits && { lower: limits.lower, upper: limits.upper }

/** The report as one JSON text. */
export function reportJson({ kind, calibrated, notes, chunks }: PerformanceReport): string {
  const head = { kind, calibrated, notes: notes.map((note) => ({ ...note })) }
  const records = chunks.map(({ metrics, confusion, ...chunk }) => ({
    ...chunk,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, { band, threshold, ...metric }]) => [
        name,
        { ...metric, band: limitsRaw(band), threshold: limitsRaw(threshold) },
      ]),
    ),
    confusion: confusion && { estimated: { ...confusion.estimated }, realized: { ...confusion.realized } },
  }))
  return `${jsonText({ ...head, chunks: records })}\n`
}

const CSV_COLUMNS = [
  'period',
  'chunk',
  'rows',
  'labelled',
  'metric',
  'estimated',
  'band_lower',
  'band_upper',
  'realized',
  'threshold_lower',
  'threshold_upper',
  'alert',
  'realized_alert',
  'reason',
]

function csvCells(chunk: ChunkRecord, name: string, metric: MetricRecord): Scalar[] {
  const { band, threshold } = metric
  return [
    chunk.period,
    chunk.chunk,
    chunk.rows,
    chunk.labelled,
    name,
    metric.estimated,
    band?.lower ?? null,
    band?.upper ?? null,
    metric.realized,
    threshold?.lower ?? null,
    threshold?.upper ?? null,
    metric.alert,
    metric.realizedAlert,
    [metric.estimatedReason, metric.realizedReason].filter(Boolean).join('; '),
  ]
}

/** A line a chunk and metric. */
export function* reportCsv({ chunks }: PerformanceReport): Generator<string> {
  yield csvLine(CSV_COLUMNS)
  for (const chunk of chunks)
    for (const [name, metric] of Object.entries(chunk.metrics)) yield csvLine(csvCells(chunk, name, metric))
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'CHUNK' },
  { title: 'METRIC' },
  { title: 'ESTIMATED', align: 'right' },
  { title: 'BAND', align: 'right', optional: true },
  { title: 'REALIZED', align: 'right' },
  { title: 'LIMITS', align: 'right' },
  { title: 'ALERT' },
  { title: 'LABELLED', align: 'right', optional: true },
  { title: 'NOTE', optional: true },
]

const figure = (value: number | null) =>
  value === null ? '-' : Math.abs(value) >= 1e5 ? value.toExponential(3) : value.toFixed(4)

const span = (limits: Limits | null) =>
  limits === null ? '-' : `${figure(limits.lower)} to ${figure(limits.upper)}`

function alertText({ alert, realizedAlert }: MetricRecord): string {
  if (alert && realizedAlert) return 'both'
  return alert ? 'estimated' : realizedAlert ? 'realized' : ''
}

/** The current chunks as a table, a line each metric; what did not fit below it. */
export function* reportTable({ chunks, notes }: PerformanceReport, out: Output): Generator<string> {
  const rows = chunks
    .filter(({ period }) => period === 'current')
    .flatMap((chunk) =>
      Object.entries(chunk.metrics).map(([name, metric]) => {
        const tone = metric.alert || metric.realizedAlert ? ('bad' as const) : ('text' as const)
        return [
          { text: chunk.chunk },
          { text: name },
          { text: figure(metric.estimated), tone: metric.alert ? tone : ('text' as const) },
          { text: span(metric.band), tone: 'dim' as const },
          { text: figure(metric.realized), tone: metric.realizedAlert ? tone : ('text' as const) },
          { text: span(metric.threshold), tone: 'dim' as const },
          { text: alertText(metric), tone },
          { text: `${chunk.labelled}/${chunk.rows}`, tone: 'dim' as const },
          { text: metric.realizedReason ?? metric.estimatedReason ?? '', tone: 'dim' as const },
        ]
      }),
    )
  for (const line of tableLines(COLUMNS, rows, lineWidth(out), out.color ?? false)) yield `${line}\n`
  for (const { what, count, example } of notes) yield `note: ${what}: ${count}, first ${example}\n`
}
