// Whether scores are probabilities, and making them such. NannyML 0.13's rule: isotonic calibration where it lowers
// the expected calibration error of held-out rows.
import { fitIsotonic, isotonicAt, type Knots } from './isotonic.ts'
import { numpyOrder } from './numpy-order.ts'
import { pick } from './pick.ts'
import { rocAuc } from './ranking.ts'
import { stratifiedSplits } from './stratified-split.ts'

const BINS = 10
const SPLITS = 10
const TEST_SHARE = 0.1
const SEED = 42
/** Scores that rank this well are left alone. */
const PERFECT_AUC = 0.999

/**
 * Expected calibration error: rows by score in bins of equal count (the last one longer), sum of
 * share * |mean score - share of positives|. Undefined below four rows.
 */
export function calibrationError(labels: readonly number[], scores: readonly number[]): number | undefined {
  const n = scores.length
  const bins = n <= 2 * BINS ? Math.floor(n / 2) : BINS
  if (bins < 2) return undefined
  // Calibrated scores have ties, and a tie may lie across an edge.
  const order = numpyOrder(scores)
  const width = Math.floor(n / bins)
  const edges = Array.from({ length: Math.floor(n / width) + 1 }, (_, i) => i * width)
  edges[edges.length - 1] = n
  let error = 0
  for (let bin = 0; bin + 1 < edges.length; bin++) {
    const rows = order.slice(edges[bin]!, edges[bin + 1]!)
    const gap = rows.reduce((sum, i) => sum + scores[i]! - labels[i]!, 0)
    error += Math.abs(gap) / n
  }
  return error
}

/**
 * Whether isotonic calibration, learned on 90 % of the rows, lowers the calibration error of the other 10 %, over ten
 * seeded stratified splits. False with one class, too few rows, or an AUC above 0.999. Labels are 0 or 1.
 */
export function needsCalibration(labels: ArrayLike<number>, scores: ArrayLike<number>): boolean {
  const auc = rocAuc(labels, scores)
  if (auc === undefined || auc > PERFECT_AUC) return false
  const splits = stratifiedSplits(labels, TEST_SHARE, SPLITS, SEED)
  if (!splits) return false
  const [truths, raw, calibrated]: [number[], number[], number[]] = [[], [], []]
  for (const { train, test } of splits) {
    const knots = fitIsotonic(pick(scores, train), pick(labels, train))
    for (const i of test) {
      truths.push(labels[i]!)
      raw.push(scores[i]!)
      calibrated.push(isotonicAt(knots, scores[i]!))
    }
  }
  const [before, after] = [calibrationError(truths, raw), calibrationError(truths, calibrated)]
  return before !== undefined && after !== undefined && before > after
}

/** The calibrator of a reference, or undefined where its scores are left as they are. */
export function learnCalibration(labels: ArrayLike<number>, scores: ArrayLike<number>): Knots | undefined {
  return needsCalibration(labels, scores) ? fitIsotonic(scores, labels) : undefined
}

/** Scores as probabilities; without knots unchanged. */
export const calibrated = (knots: Knots | undefined, scores: Float64Array): Float64Array =>
  knots ? scores.map((score) => isotonicAt(knots, score)) : scores
