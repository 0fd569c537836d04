// Counts of right and wrong predictions, real or expected, and the metrics that are ratios of them.

/** True and false, positive and negative predictions; whole numbers where labels are known, expected counts else. */
export interface Confusion {
  readonly tp: number
  readonly fp: number
  readonly fn: number
  readonly tn: number
}

/** The metrics that a confusion matrix gives. */
export type RatioMetric = 'f1' | 'precision' | 'recall' | 'specificity' | 'accuracy'

/**
 * The matrix where row i is positive with `positive[i]` (labels: 0 or 1) and was predicted as `predicted[i]`, 0 or 1.
 * Expected counts: E[TP] = sum of p over predicted positives, E[FP] of 1 - p, E[FN] and E[TN] over the others.
 */
export function confusionOf(positive: ArrayLike<number>, predicted: ArrayLike<number>): Confusion {
  let [tp, fp, fn, tn] = [0, 0, 0, 0]
  for (let i = 0; i < positive.length; i++) {
    const p = positive[i]!
    if (predicted[i] === 1) {
      tp += p
      fp += 1 - p
    } else {
      fn += p
      tn += 1 - p
    }
  }
  return { tp, fp, fn, tn }
}

/** A ratio and what it is a share of. */
interface Ratio {
  readonly part: number
  readonly whole: number
}

/** The ratio behind each metric; `whole` is 0 where the metric is not defined. */
export const ratios: Readonly<Record<RatioMetric, (counts: Confusion) => Ratio>> = {
  f1: ({ tp, fp, fn }) => ({ part: tp, whole: tp + (fp + fn) / 2 }),
  precision: ({ tp, fp }) => ({ part: tp, whole: tp + fp }),
  recall: ({ tp, fn }) => ({ part: tp, whole: tp + fn }),
  specificity: ({ tn, fp }) => ({ part: tn, whole: tn + fp }),
  accuracy: ({ tp, fp, fn, tn }) => ({ part: tp + tn, whole: tp + fp + fn + tn }),
}
