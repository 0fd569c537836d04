// Judges the chunks of a model's tables against a reference, and makes records of what comes out.
import type { Chunk } from '../core/monitor/chunks.ts'
import { everyMetric, type Measured } from '../core/monitor/classification.ts'
import { assessPerformance, learnPerformance, type MetricReport } from '../core/monitor/estimation.ts'
import { pick } from '../core/monitor/pick.ts'
import { REGRESSION_METRICS } from '../core/monitor/regression.ts'
import { assessRegression, learnRegression } from '../core/monitor/regression-monitor.ts'
import type { ModelRows } from './performance-input.ts'
import type { ChunkRecord, MetricRecord, PerformanceReport } from './performance-report.ts'

/** A chunk of one of the two tables. */
export interface Part {
  readonly period: 'reference' | 'current'
  readonly rows: ModelRows
  readonly chunk: Chunk
}

type Judged = Pick<PerformanceReport, 'kind' | 'calibrated' | 'chunks'>

const picked = ({ rows, chunk }: Part) => ({
  scores: pick(rows.scores, chunk.rows),
  predicted: pick(rows.predicted, chunk.rows),
  labels: pick(rows.labels, chunk.rows),
})

const realizedPart = ({ value, reason }: Measured) => ({
  realized: value ?? null,
  realizedReason: reason ?? null,
})

const estimatedRecord = ({
  estimated,
  band,
  samplingError,
  realized,
  ...metric
}: MetricReport): MetricRecord => ({
  estimated: estimated.value ?? null,
  estimatedReason: estimated.reason ?? null,
  band: band ?? null,
  samplingError: samplingError ?? null,
  ...realizedPart(realized),
  threshold: metric.limits ?? null,
  alert: metric.isAlert,
  realizedAlert: metric.isRealizedAlert,
})

const chunkOf = ({ period, chunk }: Part) => ({ period, chunk: chunk.key, rows: chunk.rows.length })

/** A binary classifier. Throws RangeError when no row of the reference is whole. */
export function judgeClassification(parts: readonly Part[]): Judged {
  const reference = parts.filter(({ period }) => period === 'reference')
  const model = learnPerformance(reference.map(picked))
  const chunks = parts.map((part): ChunkRecord => {
    const { estimated, realized, metrics } = assessPerformance(model, picked(part))
    return {
      ...chunkOf(part),
      labelled: realized.rows,
      metrics: everyMetric((name) => estimatedRecord(metrics[name])),
      confusion: { estimated: estimated.confusion, realized: realized.confusion },
    }
  })
  return { kind: 'classification', calibrated: model.knots !== undefined, chunks }
}

/** A regression model: realized metrics only. */
export function judgeRegression(parts: readonly Part[]): Judged {
  const limits = learnRegression(parts.filter(({ period }) => period === 'reference').map(picked))
  const chunks = parts.map((part): ChunkRecord => {
    const { rows, metrics, alerts } = assessRegression(limits, picked(part))
    const recordOf = (name: (typeof REGRESSION_METRICS)[number]): MetricRecord => ({
      estimated: null,
      estimatedReason: 'a regression is not estimated without labels',
      band: null,
      samplingError: null,
      ...realizedPart(metrics[name]),
      threshold: limits[name] ?? null,
      alert: false,
      realizedAlert: alerts.includes(name),
    })
    return {
      ...chunkOf(part),
      labelled: rows,
      metrics: Object.fromEntries(REGRESSION_METRICS.map((name) => [name, recordOf(name)])),
      confusion: null,
    }
  })
  return { kind: 'regression', calibrated: null, chunks }
}
