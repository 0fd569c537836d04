// HDDM: detectors over errors with bounds that need no distribution. Frias-Blanco et al., "Online and non-parametric
// drift detection methods based on Hoeffding's bounds", IEEE TKDE 27(3), 2015. One-sided: rising rates.
import { type Detector, isShare, type Level, type Method, startDetector } from './detector.ts'

/** Settings of HDDM_A: how unlikely a false alarm is, by its bounds. */
export type HddmASettings = { readonly drift: number; readonly warning: number }

type Averages = { n: number; mean: number; leastN: number; leastMean: number }

const hoeffding = (n: number, confidence: number) => Math.sqrt((1 / (2 * n)) * Math.log(1 / confidence))

function hasRisen({ n, mean, leastN, leastMean }: Averages, confidence: number): boolean {
  if (leastN === n) return false
  const m = ((n - leastN) / leastN) * (1 / n)
  return mean - leastMean >= Math.sqrt((m / 2) * Math.log(2 / confidence))
}

const levelOf = (isRisen: (confidence: number) => boolean, { drift, warning }: HddmASettings): Level =>
  isRisen(drift) ? 'drift' : isRisen(warning) ? 'warning' : 'stable'

/** HDDM_A: the mean so far against its lowest prefix, Hoeffding's bound. */
export const hddmAMethod: Method<HddmASettings, Averages> = {
  name: 'hddm-a',
  defaults: { drift: 0.001, warning: 0.005 },
  accepts: isShare,
  start: () => ({ n: 0, mean: 0, leastN: 0, leastMean: 0 }),
  step(memory, value, settings) {
    memory.n++
    memory.mean += (value - memory.mean) / memory.n
    const bound = memory.mean + hoeffding(memory.n, settings.drift)
    if (memory.leastN === 0 || memory.leastMean + hoeffding(memory.leastN, settings.drift) >= bound) {
      memory.leastN = memory.n
      memory.leastMean = memory.mean
    }
    return levelOf((confidence) => hasRisen(memory, confidence), settings)
  },
}

/** HDDM_A over errors: for sudden change. */
export const hddmA = (settings?: Partial<HddmASettings>): Detector => startDetector(hddmAMethod, settings)

/** Settings of HDDM_W: as HDDM_A, and the weight of the newest value. */
export type HddmWSettings = HddmASettings & { readonly lambda: number }

/** A weighted mean, and the sum of its squared weights. */
type Sample = { n: number; mean: number; weights: number }

type Samples = { total: Sample; before: Sample; after: Sample; cut: number }

const noSample = (): Sample => ({ n: 0, mean: 0, weights: 1 })

function weigh(sample: Sample, value: number, lambda: number): void {
  sample.mean = sample.n === 0 ? value : lambda * value + (1 - lambda) * sample.mean
  sample.weights = lambda * lambda + (1 - lambda) ** 2 * sample.weights
  sample.n++
}

const mcdiarmid = (weights: number, confidence: number) => Math.sqrt((weights * Math.log(1 / confidence)) / 2)

/** HDDM_W: exponentially weighted means before and after the lowest point, McDiarmid's bound. */
export const hddmWMethod: Method<HddmWSettings, Samples> = {
  name: 'hddm-w',
  defaults: { drift: 0.001, warning: 0.005, lambda: 0.05 },
  accepts: isShare,
  start({ lambda }) {
    if (!(lambda > 0 && lambda <= 1)) throw new RangeError('hddm-w: lambda is a weight, above 0 and up to 1')
    return { total: noSample(), before: noSample(), after: noSample(), cut: Number.MAX_VALUE }
  },
  step(memory, value, settings) {
    weigh(memory.total, value, settings.lambda)
    const bound = memory.total.mean + mcdiarmid(memory.total.weights, settings.drift)
    if (bound < memory.cut) {
      memory.cut = bound
      memory.before = { ...memory.total }
      memory.after = noSample()
    } else weigh(memory.after, value, settings.lambda)
    const { before, after } = memory
    if (before.n === 0 || after.n === 0) return 'stable'
    const gap = after.mean - before.mean
    return levelOf((confidence) => gap > mcdiarmid(before.weights + after.weights, confidence), settings)
  },
}

/** HDDM_W over errors: for gradual change. */
export const hddmW = (settings?: Partial<HddmWSettings>): Detector => startDetector(hddmWMethod, settings)
