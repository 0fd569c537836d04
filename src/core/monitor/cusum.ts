// CUSUM control chart: sums of what lies beyond the slack, against a reference frozen after the warm-up. Page,
// "Continuous inspection schemes", Biometrika 41 (1954); two-sided, settings as in river's main branch.
import { type Detector, isMeasure, type Method, startDetector } from './detector.ts'
import { addMoment, type Moments, noMoments, sampleVariance } from './running-mean.ts'

/** Settings of CUSUM; slack and threshold in standard deviations of the warm-up. */
export type CusumSettings = { readonly minValues: number; readonly slack: number; readonly threshold: number }

type Chart = { warmUp: Moments; up: number; down: number }

/** The method: S+ = max(0, S+ + x - mean - k), S- = max(0, S- - (x - mean) - k); either beyond h. */
export const cusumMethod: Method<CusumSettings, Chart> = {
  name: 'cusum',
  defaults: { minValues: 30, slack: 0.5, threshold: 5 },
  accepts: isMeasure,
  start: () => ({ warmUp: noMoments(), up: 0, down: 0 }),
  step(chart, value, { minValues, slack, threshold }) {
    if (chart.warmUp.n < minValues) addMoment(chart.warmUp, value)
    if (chart.warmUp.n < minValues) return 'stable'
    const deviation = Math.sqrt(sampleVariance(chart.warmUp))
    const gap = value - chart.warmUp.mean
    chart.up = Math.max(0, chart.up + gap - slack * deviation)
    chart.down = Math.max(0, chart.down - gap - slack * deviation)
    return Math.max(chart.up, chart.down) > threshold * deviation ? 'drift' : 'stable'
  },
}

/** CUSUM over any numbers, scale-free, both directions. */
export const cusum = (settings?: Partial<CusumSettings>): Detector => startDetector(cusumMethod, settings)
