// Our own verdict: a feature has drifted when the change is sure at the size of this window, after correction for all
// features, and large enough to matter.
import { homogeneity } from './chi-square.ts'
import { informing, judged, type Statistic, type Statistics } from './column.ts'
import { hellinger, jensenShannon, largestDifference, totalVariation } from './distances.ts'
import { benjaminiHochberg } from './multiple-tests.ts'
import {
  binnedSmirnov,
  type Cells,
  cellsOf,
  type Evidence,
  evidenceOf,
  LEAST_CHANGE,
} from './own-evidence.ts'
import { counted, type Profile } from './profile.ts'
import { smirnovAsymptotic } from './smirnov.ts'
import { chiSquareAt } from './special.ts'

/** What is said of a feature. */
export type Verdict = 'drifted' | 'stable' | 'not enough data'

/** A feature to be judged: its window and its reference in the same bins. */
export interface Feature {
  readonly name: string
  readonly reference: Profile
  readonly current: Profile
}

/** The verdict on a feature. */
export interface Judged {
  readonly name: string
  readonly verdict: Verdict
  /** Why there is not enough data. */
  readonly why?: string
  /** Adjusted for all features of the call, 0 to 1; null without a test. */
  readonly p: number | null
  /** Which changes are both sure and large. */
  readonly reasons: readonly Evidence['name'][]
  readonly statistics: Statistics
}

/** What may be set. */
export interface OwnSettings {
  /** Share of false verdicts among the drifted ones, and chance of any where nothing has drifted. */
  readonly level: number
  /** Rows a window needs, and its reference. */
  readonly leastRows: number
}

/** 2 %: it leaves room below 5 % for what the approximations miss. */
export const OWN_SETTINGS: OwnSettings = { level: 0.02, leastRows: 30 }

/** Least PSI that matters: about 8 times the divergence that matters. */
const LEAST_PSI = 0.02

interface Tested {
  readonly feature: Feature
  readonly evidence: readonly Evidence[]
  /** The chance of the strongest evidence, corrected for how many there are. */
  readonly p: number
}

const rows = (profile: Profile) => counted(profile) + profile.missing + profile.infinite

/** Why no verdict can be given; undefined when it can. */
function shortage({ reference, current }: Feature, least: number): string | undefined {
  if (rows(reference) < least) return `the reference has ${rows(reference)} of ${least} rows`
  if (rows(current) < least) return `the window has ${rows(current)} of ${least} rows`
  if (counted(reference) === 0) return 'the reference has no values'
  if (counted(reference) < least) return `the reference has ${counted(reference)} of ${least} values`
  return undefined
}

function tested(feature: Feature, least: number): Tested {
  const { reference, current } = feature
  const all = evidenceOf(reference, current)
  // Few values say little of their distribution, but that the others are missing can be said.
  const evidence = counted(current) < least ? all.filter(({ name }) => name === 'missing') : all
  const strongest = Math.min(...evidence.map(({ p }) => p))
  return { feature, evidence, p: Math.min(1, strongest * evidence.length) }
}

/** PSI of counts with half a count added to each cell, so that an empty one stays finite (Jeffreys' prior). */
function smoothedPsi({ reference, current }: Cells): number {
  const share = (counts: Float64Array, i: number, total: number) =>
    (counts[i]! + 0.5) / (total + counts.length / 2)
  const sums = [reference, current].map((counts) => counts.reduce((sum, count) => sum + count, 0))
  let psi = 0
  for (let i = 0; i < reference.length; i++) {
    const p = share(reference, i, sums[0]!)
    const q = share(current, i, sums[1]!)
    psi += (p - q) * Math.log(p / q)
  }
  return psi
}

/**
 * Statistics with the thresholds that hold at these sizes. PSI and Jensen-Shannon divergence times 8 are, without
 * drift, (1/n + 1/m) times a chi-square of B - 1 degrees of freedom (Yurdakul 2018): that quantile at `level`, or the
 * least change that matters where it is larger.
 */
function statisticsOf({ reference, current }: Feature, level: number): Record<string, Statistic> {
  const m = counted(reference)
  const n = counted(current)
  if (m === 0 || n === 0) return {}
  const cells = cellsOf(reference, current)
  const test = homogeneity([cells.reference, cells.current])
  const noise = test ? (1 / n + 1 / m) * chiSquareAt(level, test.df) : 0
  const distance = jensenShannon(cells.reference, cells.current, 2)
  const all: Record<string, Statistic> = {
    psi: judged(smoothedPsi(cells), '>', Math.max(LEAST_PSI, noise)),
    jensenshannon_base2: judged(distance, '>', Math.max(LEAST_CHANGE, Math.sqrt(noise / 8 / Math.LN2))),
    hellinger: informing(hellinger(cells.reference, cells.current)),
    tvd_statistic: informing(totalVariation(cells.reference, cells.current)),
    l_infinity: informing(largestDifference(cells.reference, cells.current)),
    chi2_contingency_stat: informing(test?.statistic ?? 0),
    chi2_contingency_p: judged(test?.p ?? 1, '<=', level),
  }
  if (reference.bins.type === 'num') {
    const d = binnedSmirnov(reference, current)
    const critical = Math.sqrt((Math.log(2 / level) / 2) * (1 / n + 1 / m))
    all.ks_stat = judged(d, '>', Math.max(LEAST_CHANGE, critical))
    all.ks_p = judged(smirnovAsymptotic(d, m, n), '<=', level)
  }
  return all
}

const statisticOfShare = ({ effect, p, floor }: Evidence, level: number): Statistic => ({
  value: effect,
  threshold: floor,
  drifted: p <= level && effect >= floor,
  p_value: p,
})

function judge({ feature, evidence }: Tested, adjusted: number, level: number): Judged {
  const each = level / evidence.length
  const reasons = evidence
    .filter(({ p, effect, floor }) => p <= each && effect >= floor)
    .map(({ name }) => name)
  const shares = evidence
    .filter(({ name }) => name === 'missing' || name === 'unseen')
    .map((part) => [`${part.name}_change`, statisticOfShare(part, each)] as const)
  const statistics = { ...statisticsOf(feature, each), ...Object.fromEntries(shares) }
  const isShort = counted(feature.current) === 0 || evidence.length === 1
  const verdict = reasons.length > 0 ? 'drifted' : isShort ? 'not enough data' : 'stable'
  return {
    name: feature.name,
    verdict,
    ...(verdict === 'not enough data' && { why: `the window has ${counted(feature.current)} values` }),
    p: adjusted,
    reasons,
    statistics,
  }
}

/** Verdicts on the features of one window, in their order. */
export function ownVerdicts(features: readonly Feature[], settings: OwnSettings = OWN_SETTINGS): Judged[] {
  const short = new Map(features.map((feature) => [feature, shortage(feature, settings.leastRows)]))
  const all = features
    .filter((feature) => short.get(feature) === undefined)
    .map((feature) => tested(feature, settings.leastRows))
  const adjusted = benjaminiHochberg(all.map(({ p }) => p))
  // The level that Benjamini and Hochberg's procedure leaves for a single feature.
  const passed = adjusted.filter((p) => p <= settings.level).length
  const level = (settings.level * Math.max(1, passed)) / Math.max(1, all.length)
  const found = new Map(all.map((test, i) => [test.feature, judge(test, adjusted[i]!, level)]))
  return features.map(
    (feature) =>
      found.get(feature) ?? {
        name: feature.name,
        verdict: 'not enough data',
        why: short.get(feature)!,
        p: null,
        reasons: [],
        statistics: {},
      },
  )
}
