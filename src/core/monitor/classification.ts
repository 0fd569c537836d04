// Performance of a binary classifier on rows: realized where labels are known, expected where only probabilities
// are. What is not defined is undefined and says why.
import { type Confusion, confusionOf, type RatioMetric, ratios } from './confusion.ts'
import { pick } from './pick.ts'
import { averagePrecision, expectedAveragePrecision, expectedRocAuc, rocAuc } from './ranking.ts'

/** The metrics, in the order in which they are shown. */
export const CLASSIFICATION_METRICS = [
  'roc_auc',
  'average_precision',
  'f1',
  'precision',
  'recall',
  'specificity',
  'accuracy',
] as const

/** A metric's name, as NannyML and scikit-learn write it. */
export type ClassificationMetric = (typeof CLASSIFICATION_METRICS)[number]

/** Rows by column, same lengths. NaN is missing: a score, a prediction (0 or 1), a label (0 or 1). */
export interface Predictions {
  readonly scores: Float64Array
  readonly predicted: Float64Array
  readonly labels: Float64Array
}

/** A value, or why there is none. A value may carry a reason too: what it stands for by convention. */
export interface Measured {
  readonly value: number | undefined
  readonly reason?: string
}

/** Measurements of one set of rows. */
export interface Performance {
  /** Rows that counted. */
  readonly rows: number
  readonly confusion: Confusion
  readonly metrics: Readonly<Record<ClassificationMetric, Measured>>
}

/** The rows that `keep` says. */
export function pickRows(rows: Predictions, keep: (i: number) => boolean): Predictions {
  const kept: number[] = []
  for (let i = 0; i < rows.scores.length; i++) if (keep(i)) kept.push(i)
  return {
    scores: pick(rows.scores, kept),
    predicted: pick(rows.predicted, kept),
    labels: pick(rows.labels, kept),
  }
}

const measured = (value: number | undefined, reason: string): Measured =>
  value === undefined ? { value, reason } : { value }

const classesIn = (column: Float64Array) => ({ zeros: column.includes(0), ones: column.includes(1) })

/** Why precision, recall and F1 are not defined on these rows, as NannyML judges it; undefined where they are. */
function lackOf(labels: Float64Array, predicted: Float64Array): string | undefined {
  const [truth, said] = [classesIn(labels), classesIn(predicted)]
  if (!truth.ones) return 'no positive label'
  if (!truth.zeros) return 'no negative label'
  if (!said.ones) return 'no positive prediction'
  return said.zeros ? undefined : 'no negative prediction'
}

function realizedRatio(metric: RatioMetric, counts: Confusion, lack: string | undefined): Measured {
  const needsBoth = metric === 'f1' || metric === 'precision' || metric === 'recall'
  if (needsBoth && lack) return { value: undefined, reason: lack }
  const { part, whole } = ratios[metric](counts)
  return measured(whole === 0 ? undefined : part / whole, 'no negative label')
}

/** Performance on the rows that have score, prediction and label. */
export function realizedPerformance(all: Predictions): Performance {
  const { scores, predicted, labels } = pickRows(
    all,
    (i) => !Number.isNaN(all.scores[i]! + all.predicted[i]! + all.labels[i]!),
  )
  const confusion = confusionOf(labels, predicted)
  const rows = labels.length
  const missing = { value: undefined, reason: all.labels.length === 0 ? 'no rows' : 'no labels yet' }
  if (rows === 0) return { rows, confusion, metrics: everyMetric(() => missing) }
  const lack = lackOf(labels, predicted)
  const oneClass = classesIn(labels).ones ? 'no negative label' : 'no positive label'
  return {
    rows,
    confusion,
    metrics: everyMetric((metric) => {
      if (metric === 'roc_auc') return measured(rocAuc(labels, scores), oneClass)
      if (metric === 'average_precision') return measured(averagePrecision(labels, scores), oneClass)
      return realizedRatio(metric, confusion, lack)
    }),
  }
}

const EMPTY: Readonly<Record<RatioMetric, string>> = {
  f1: 'neither positive predictions nor expected positives',
  precision: 'no positive prediction',
  recall: 'no expected positive',
  specificity: 'no expected negative',
  accuracy: 'no rows',
}

/** A ratio of expected counts; 0 where its whole is 0, as NannyML has it, with the reason. */
function expectedRatio(metric: RatioMetric, counts: Confusion): Measured {
  const { part, whole } = ratios[metric](counts)
  return whole === 0 ? { value: 0, reason: EMPTY[metric] } : { value: part / whole }
}

/**
 * Expected performance (CBPE) of rows that have score and prediction, where row i is positive with
 * `probabilities[i]`.
 */
export function expectedPerformance(all: Predictions, probabilities: Float64Array): Performance {
  const isWhole = (i: number) => !Number.isNaN(all.scores[i]! + all.predicted[i]!)
  const { scores, predicted } = pickRows(all, isWhole)
  const chances = probabilities.filter((_, i) => isWhole(i))
  const confusion = confusionOf(chances, predicted)
  const rows = scores.length
  const missing = { value: undefined, reason: 'no rows with score and prediction' }
  if (rows === 0) return { rows, confusion, metrics: everyMetric(() => missing) }
  return {
    rows,
    confusion,
    metrics: everyMetric((metric) => {
      if (metric === 'roc_auc') return measured(expectedRocAuc(chances, scores), 'only one class is expected')
      if (metric === 'average_precision')
        return measured(expectedAveragePrecision(chances, scores), 'no expected positive')
      return expectedRatio(metric, confusion)
    }),
  }
}

/** A record with what `of` says of each metric. */
export function everyMetric<T>(of: (metric: ClassificationMetric) => T): Record<ClassificationMetric, T> {
  return Object.fromEntries(CLASSIFICATION_METRICS.map((metric) => [metric, of(metric)])) as Record<
    ClassificationMetric,
    T
  >
}
