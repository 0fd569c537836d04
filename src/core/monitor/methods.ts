// The detectors by name.
import { adwin } from './adwin.ts'
import { cusum } from './cusum.ts'
import type { Detector, Settings } from './detector.ts'
import { ddm, eddm } from './error-rate.ts'
import { hddmA, hddmW } from './hddm.ts'
import { pageHinkley } from './page-hinkley.ts'

/** Detectors of a change in a stream of numbers; those from `ddm` on take shares of errors, 0 to 1. */
export const DETECTORS = {
  adwin,
  'page-hinkley': pageHinkley,
  cusum,
  ddm,
  eddm,
  'hddm-a': hddmA,
  'hddm-w': hddmW,
} as const

/** Name of a detector. */
export type DetectorName = keyof typeof DETECTORS

/** True for the name of a detector. */
export const isDetectorName = (name: string): name is DetectorName => Object.hasOwn(DETECTORS, name)

/** A detector by name. Throws RangeError that names the setting for one that it does not have or cannot work with. */
export const detectorOf = (name: DetectorName, settings: Settings): Detector =>
  (DETECTORS[name] as (settings: Settings) => Detector)(settings)
