// DDM and EDDM: detectors over a stream of errors, 1 wrong, 0 right.
import { type Detector, isShare, type Method, startDetector } from './detector.ts'
import { addMoment, type Moments, noMoments, sampleVariance } from './running-mean.ts'

/** Settings of DDM: `warning` and `drift` in standard errors above the least error rate seen. */
export type DdmSettings = { readonly warmUp: number; readonly warning: number; readonly drift: number }

type Rate = { n: number; rate: number; leastRate: number; leastError: number }

/** DDM: Gama et al., "Learning with drift detection", SBIA 2004. p + s > p_min + k s_min, s = sqrt(p(1-p)/n). */
export const ddmMethod: Method<DdmSettings, Rate> = {
  name: 'ddm',
  defaults: { warmUp: 30, warning: 2, drift: 3 },
  accepts: isShare,
  start: () => ({ n: 0, rate: 0, leastRate: Number.MAX_VALUE, leastError: 0 }),
  step(memory, value, { warmUp, warning, drift }) {
    memory.n++
    memory.rate += (value - memory.rate) / memory.n
    const { n, rate } = memory
    if (n <= warmUp) return 'stable'
    const error = Math.sqrt(Math.max(0, rate * (1 - rate)) / n)
    if (rate + error <= memory.leastRate + memory.leastError) {
      memory.leastRate = rate
      memory.leastError = error
    }
    if (rate + error > memory.leastRate + drift * memory.leastError) return 'drift'
    return rate + error > memory.leastRate + warning * memory.leastError ? 'warning' : 'stable'
  },
}

/** DDM over errors; sees rising rates only. */
export const ddm = (settings?: Partial<DdmSettings>): Detector => startDetector(ddmMethod, settings)

/** Settings of EDDM: shares of the greatest spacing seen. */
export type EddmSettings = { readonly warmUp: number; readonly warning: number; readonly drift: number }

type Spacing = {
  n: number
  errors: number
  lastError: number
  greatest: number
  level: number
  gaps: Moments
}

/**
 * EDDM: Baena-Garcia et al., "Early drift detection method", 2006. Mean + 2 deviations of the number of values
 * between errors, over the greatest one so far.
 */
export const eddmMethod: Method<EddmSettings, Spacing> = {
  name: 'eddm',
  defaults: { warmUp: 30, warning: 0.95, drift: 0.9 },
  accepts: isShare,
  start: () => ({ n: 0, errors: 0, lastError: 0, greatest: -1, level: 0, gaps: noMoments() }),
  step(memory, value, { warmUp, warning, drift }) {
    memory.n++
    const stay = () => (memory.level === 1 ? 'warning' : 'stable')
    if (value !== 1) return stay()
    memory.errors++
    addMoment(memory.gaps, memory.n - memory.lastError)
    memory.lastError = memory.n
    if (memory.n <= warmUp) return stay()
    const reach = memory.gaps.mean + 2 * Math.sqrt(sampleVariance(memory.gaps))
    if (reach > memory.greatest) {
      memory.greatest = reach
      return stay()
    }
    if (memory.errors <= warmUp) return stay()
    const share = reach / memory.greatest
    if (share < drift) return 'drift'
    memory.level = share < warning ? 1 : 0
    return stay()
  },
}

/** EDDM over errors: gradual change shows earlier than in DDM, at the price of more false alarms. */
export const eddm = (settings?: Partial<EddmSettings>): Detector => startDetector(eddmMethod, settings)
