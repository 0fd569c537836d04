// Limits for a regression model's realized metrics, learned from the chunks of a reference.
import { controlLimits, isBeyond, type Limits } from './control-limits.ts'
import {
  REGRESSION_METRICS,
  type RegressionMetric,
  type RegressionPerformance,
  regressionPerformance,
} from './regression.ts'

/** A chunk of a regression model; NaN is missing. */
export interface Regressed {
  readonly predicted: Float64Array
  readonly labels: Float64Array
}

/** Limits by metric: plain JSON. */
export type RegressionLimits = Partial<Record<RegressionMetric, Limits | undefined>>

const rangeOf = (metric: RegressionMetric): readonly [number, number] =>
  metric === 'r2' ? [Number.NEGATIVE_INFINITY, 1] : [0, Number.POSITIVE_INFINITY]

/** Mean +- 3 deviations of each metric over the chunks. */
export function learnRegression(chunks: readonly Regressed[]): RegressionLimits {
  const realized = chunks.map(({ labels, predicted }) => regressionPerformance(labels, predicted))
  return Object.fromEntries(
    REGRESSION_METRICS.map((metric) => {
      const values = realized.flatMap(({ metrics }) => metrics[metric].value ?? [])
      return [metric, controlLimits(values, rangeOf(metric))]
    }),
  )
}

/** A chunk's metrics, and which of them are beyond their limits. */
export function assessRegression(
  limits: RegressionLimits,
  { labels, predicted }: Regressed,
): RegressionPerformance & { readonly alerts: readonly RegressionMetric[] } {
  const performance = regressionPerformance(labels, predicted)
  const alerts = REGRESSION_METRICS.filter((metric) =>
    isBeyond(limits[metric], performance.metrics[metric].value),
  )
  return { ...performance, alerts }
}
