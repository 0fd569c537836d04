// Realized performance of a regression model on rows with a prediction and a label, in the units of the target.
import type { Measured } from './classification.ts'

/** The metrics, in the order in which they are shown. */
export const REGRESSION_METRICS = ['mae', 'mape', 'mse', 'rmse', 'msle', 'rmsle', 'r2'] as const

/** A metric's name, as NannyML and scikit-learn write it. */
export type RegressionMetric = (typeof REGRESSION_METRICS)[number]

/** Measurements of one set of rows. */
export interface RegressionPerformance {
  /** Rows that counted. */
  readonly rows: number
  readonly metrics: Readonly<Record<RegressionMetric, Measured>>
}

/** Least label by which a percentage is taken, as in scikit-learn. */
const LEAST = Number.EPSILON

const measured = (value: number, reason: string): Measured =>
  Number.isFinite(value) ? { value } : { value: undefined, reason }

/**
 * MAE = mean |y - p|, MAPE = mean |y - p| / max(|y|, eps) (1 is 100 %), MSE = mean (y - p)^2, MSLE = mean
 * (ln(1 + y) - ln(1 + p))^2, their roots, and R^2 = 1 - sum (y - p)^2 / sum (y - mean y)^2. Rows with NaN on either side
 * are left out.
 */
export function regressionPerformance(labels: Float64Array, predicted: Float64Array): RegressionPerformance {
  const [seen, said]: [number[], number[]] = [[], []]
  for (let i = 0; i < labels.length; i++) {
    if (Number.isNaN(labels[i]! + predicted[i]!)) continue
    seen.push(labels[i]!)
    said.push(predicted[i]!)
  }
  const rows = seen.length
  const mean = (of: (label: number, prediction: number) => number) =>
    seen.reduce((sum, label, i) => sum + of(label, said[i]!), 0) / rows
  const lack = rows > 0 ? 'numbers too large' : labels.length > 0 ? 'no labels yet' : 'no rows'
  const mse = mean((y, p) => (y - p) ** 2)
  const isBelow = seen.some((y) => y < 0) || said.some((p) => p < 0)
  const msle = isBelow ? Number.NaN : mean((y, p) => (Math.log1p(y) - Math.log1p(p)) ** 2)
  const center = mean((y) => y)
  const spread = mean((y) => (y - center) ** 2)
  const logLack = isBelow ? 'a label or prediction is below 0' : lack
  const metrics = {
    mae: measured(
      mean((y, p) => Math.abs(y - p)),
      lack,
    ),
    mape: measured(
      mean((y, p) => Math.abs(y - p) / Math.max(Math.abs(y), LEAST)),
      lack,
    ),
    mse: measured(mse, lack),
    rmse: measured(Math.sqrt(mse), lack),
    msle: measured(msle, logLack),
    rmsle: measured(Math.sqrt(msle), logLack),
    r2: measured(spread > 0 ? 1 - mse / spread : Number.NaN, rows > 0 ? 'all labels are equal' : lack),
  }
  return { rows, metrics }
}
