// How far a metric strays by chance on n rows: deviation / sqrt(n * share), both learned from a labelled reference.
// Formulas of NannyML 0.13 (sampling_error/binary_classification.py, regression.py).
import type { ClassificationMetric, Predictions } from './classification.ts'
import { confusionOf } from './confusion.ts'
import { numpyOrder } from './numpy-order.ts'

/** Deviation of one relevant row, and the share of rows that are relevant. */
export interface ErrorSource {
  readonly deviation: number
  readonly share: number
}

/** Sampling error on `rows` rows; undefined where the reference had nothing relevant. */
export function samplingError(source: ErrorSource | undefined, rows: number): number | undefined {
  const error = source ? source.deviation / Math.sqrt(rows * source.share) : Number.NaN
  return Number.isFinite(error) ? error : undefined
}

/** Population deviation (divided by n). */
export function deviationOf(values: ArrayLike<number>): number {
  const list = Array.from(values)
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length
  return Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length)
}

/** Of `whole` rows of which `part` are 1 and the others 0; undefined of none. */
function bernoulli(part: number, whole: number, rows: number): ErrorSource | undefined {
  if (whole === 0) return undefined
  const rate = part / whole
  return { deviation: Math.sqrt(rate * (1 - rate)), share: whole / rows }
}

/** ROC AUC: deviation over the rarer class of the share of the other class that ranks below (its placement). */
function rocSource(labels: Float64Array, scores: Float64Array): ErrorSource | undefined {
  const rows = labels.length
  const ones = labels.reduce((sum, label) => sum + label, 0)
  const isFlipped = ones / rows > 0.5
  const order = numpyOrder(isFlipped ? scores.map((score) => 1 - score) : scores)
  const rare = isFlipped ? rows - ones : ones
  const placements: number[] = []
  // Rank 0 is left out, as there.
  for (let rank = 1; rank < rows; rank++)
    if (labels[order[rank]!] === (isFlipped ? 0 : 1))
      placements.push((rank - placements.length) / (rows - rare))
  if (placements.length === 0 || rare === rows) return undefined
  return { deviation: deviationOf(placements), share: rare / rows }
}

/** The error sources of a labelled reference: rows without gaps. None for average precision: it has no formula. */
export function errorSources({
  scores,
  predicted,
  labels,
}: Predictions): Partial<Record<ClassificationMetric, ErrorSource | undefined>> {
  const rows = labels.length
  const { tp, fp, fn, tn } = confusionOf(labels, predicted)
  const relevant = tp + fp + fn
  const hits = bernoulli(tp, relevant, rows)
  const weight = relevant / (tp + (fp + fn) / 2)
  return {
    roc_auc: rocSource(labels, scores),
    f1: hits && { deviation: hits.deviation * weight, share: hits.share },
    precision: bernoulli(tp, tp + fp, rows),
    recall: bernoulli(tp, tp + fn, rows),
    specificity: bernoulli(tn, tn + fp, rows),
    accuracy: bernoulli(tp + tn, rows, rows),
  }
}
