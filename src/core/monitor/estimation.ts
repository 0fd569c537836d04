// CBPE: performance of a classifier without labels, from the confidence of its own scores, beside the realized one
// where labels have come. Assumes that the scores stay calibrated: no concept drift. NannyML 0.13's definitions.
import { calibrated, learnCalibration } from './calibration.ts'
import {
  type ClassificationMetric,
  everyMetric,
  expectedPerformance,
  type Measured,
  type Performance,
  type Predictions,
  pickRows,
  realizedPerformance,
} from './classification.ts'
import { controlLimits, isBeyond, type Limits } from './control-limits.ts'
import type { Knots } from './isotonic.ts'
import { type ErrorSource, errorSources, samplingError } from './sampling-error.ts'

/** What a reference taught: plain JSON. Without knots scores are taken as probabilities. */
export interface PerformanceModel {
  readonly knots?: Knots
  readonly errors: Partial<Record<ClassificationMetric, ErrorSource | undefined>>
  readonly limits: Partial<Record<ClassificationMetric, Limits | undefined>>
}

/** One metric of one chunk. */
export interface MetricReport {
  readonly estimated: Measured
  /** Estimate +- 3 sampling errors, within 0 and 1. */
  readonly band: Limits | undefined
  readonly samplingError: number | undefined
  readonly realized: Measured
  readonly limits: Limits | undefined
  /** The estimate is beyond the limits. */
  readonly isAlert: boolean
  readonly isRealizedAlert: boolean
}

/** All metrics of one chunk. */
export interface ChunkReport {
  readonly estimated: Performance
  readonly realized: Performance
  readonly metrics: Readonly<Record<ClassificationMetric, MetricReport>>
}

const BAND = 3

/**
 * Learns from a labelled reference, given as its chunks: calibration and sampling errors from all rows together,
 * limits from the realized metrics of the chunks. Rows with a gap are left out. Throws RangeError without any row.
 */
export function learnPerformance(chunks: readonly Predictions[]): PerformanceModel {
  const joined = (column: keyof Predictions) =>
    Float64Array.from(chunks.flatMap((chunk) => [...chunk[column]]))
  const all = { scores: joined('scores'), predicted: joined('predicted'), labels: joined('labels') }
  const rows = pickRows(all, (i) => !Number.isNaN(all.scores[i]! + all.predicted[i]! + all.labels[i]!))
  if (rows.labels.length === 0)
    throw new RangeError('no row of the reference has score, prediction and label')
  const realized = chunks.map(realizedPerformance)
  const limits = everyMetric((metric) => {
    const values = realized.flatMap(({ metrics }) => metrics[metric].value ?? [])
    return controlLimits(values, [0, 1])
  })
  const knots = learnCalibration(rows.labels, rows.scores)
  return { ...(knots && { knots }), errors: errorSources(rows), limits }
}

function bandOf({ value }: Measured, error: number | undefined): Limits | undefined {
  if (value === undefined || error === undefined) return undefined
  return { lower: Math.max(0, value - BAND * error), upper: Math.min(1, value + BAND * error) }
}

/** Estimates a chunk, and measures it as far as its labels are known. */
export function assessPerformance(model: PerformanceModel, chunk: Predictions): ChunkReport {
  const estimated = expectedPerformance(chunk, calibrated(model.knots, chunk.scores))
  const realized = realizedPerformance(chunk)
  const metrics = everyMetric((metric): MetricReport => {
    const limits = model.limits[metric]
    const [expected, real] = [estimated.metrics[metric], realized.metrics[metric]]
    const error = samplingError(model.errors[metric], estimated.rows)
    return {
      estimated: expected,
      band: bandOf(expected, error),
      samplingError: error,
      realized: real,
      limits,
      isAlert: isBeyond(limits, expected.value),
      isRealizedAlert: isBeyond(limits, real.value),
    }
  })
  return { estimated, realized, metrics }
}
