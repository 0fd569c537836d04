// Page-Hinkley test: how far the stream has moved from its own mean. Page, "Continuous inspection schemes",
// Biometrika 41 (1954); two-sided with a fading factor as in river.
import { type Detector, isMeasure, type Method, startDetector } from './detector.ts'

/** Settings of Page-Hinkley; `delta` and `threshold` are in the units of the values. */
export type PageHinkleySettings = {
  readonly minValues: number
  /** Movement that is let pass. */
  readonly delta: number
  readonly threshold: number
  /** Forgetting factor of both sums. */
  readonly alpha: number
}

type Sums = { n: number; mean: number; up: number; down: number; least: number; greatest: number }

/** The method: U = alpha U + x - mean - delta, L = alpha L + x - mean + delta; U - min U or max L - L > threshold. */
export const pageHinkleyMethod: Method<PageHinkleySettings, Sums> = {
  name: 'page-hinkley',
  defaults: { minValues: 30, delta: 0.005, threshold: 50, alpha: 1 - 0.0001 },
  accepts: isMeasure,
  start({ alpha }) {
    if (alpha > 1) throw new RangeError('page-hinkley: alpha forgets, it is 1 at most')
    // The greatest begins at -1 as in river: it matters until the first value.
    return { n: 0, mean: 0, up: 0, down: 0, least: Number.MAX_VALUE, greatest: -1 }
  },
  step(sums, value, { minValues, delta, threshold, alpha }) {
    sums.n++
    sums.mean += (value - sums.mean) / sums.n
    const gap = value - sums.mean
    sums.up = alpha * sums.up + gap - delta
    sums.down = alpha * sums.down + gap + delta
    sums.least = Math.min(sums.least, sums.up)
    sums.greatest = Math.max(sums.greatest, sums.down)
    if (sums.n < minValues) return 'stable'
    return sums.up - sums.least > threshold || sums.greatest - sums.down > threshold ? 'drift' : 'stable'
  },
}

/** Page-Hinkley over any numbers, both directions. The threshold is absolute: scale the values first. */
export const pageHinkley = (settings?: Partial<PageHinkleySettings>): Detector =>
  startDetector(pageHinkleyMethod, settings)
