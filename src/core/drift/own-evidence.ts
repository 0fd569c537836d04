// What two profiles say about each other: tests that hold at any window size, and how large the change is.
import { homogeneity, moreThanChance } from './chi-square.ts'
import { jensenShannon } from './distances.ts'
import { counted, type Profile } from './profile.ts'
import { smirnovAsymptotic } from './smirnov.ts'

/** One reason to call a feature drifted: how sure (p) and how much (effect). */
export interface Evidence {
  readonly name: 'shape' | 'cdf' | 'missing' | 'unseen'
  readonly p: number
  readonly effect: number
  /** Least effect that matters. */
  readonly floor: number
}

/** Least change of a distribution that matters: Jensen-Shannon distance (base 2) or KS statistic; 1/8 sigma of a normal. */
export const LEAST_CHANGE = 0.05
/** Least change of the share of missing or unseen values that matters. */
export const LEAST_SHARE = 0.02
/** Least expected count of a cell in a chi-square test (Cochran 1954). */
const LEAST_EXPECTED = 5
/** Most cells a window is divided into; more would cost power. */
const MOST_CELLS = 20
/** Rows of the smaller window that stand behind each cell. */
const ROWS_PER_CELL = 10

/** Counts of two windows in the same, larger cells. */
export interface Cells {
  readonly reference: Float64Array
  readonly current: Float64Array
}

/** Sums of counts over groups of bins. */
const grouped = (counts: Float64Array, groups: readonly (readonly number[])[]) =>
  Float64Array.from(groups, (group) => group.reduce((sum, i) => sum + counts[i]!, 0))

/**
 * Bins joined until each holds at least `target` of the pooled counts: neighbours in a numeric feature, the rarest
 * words in a categorical one. It looks at the pooled counts only, so the test that follows stays honest.
 */
export function cellGroups(pooled: Float64Array, isOrdered: boolean, target: number): number[][] {
  const order = [...pooled.keys()]
  if (!isOrdered) order.sort((a, b) => pooled[b]! - pooled[a]! || a - b)
  const groups: number[][] = []
  let group: number[] = []
  let sum = 0
  for (const i of order) {
    group.push(i)
    sum += pooled[i]!
    if (sum < target) continue
    groups.push(group)
    group = []
    sum = 0
  }
  if (group.length > 0) {
    if (sum > 0 && groups.length > 0) groups.at(-1)!.push(...group)
    else if (sum > 0) groups.push(group)
  }
  return groups
}

/** Two windows in cells large enough for a chi-square test at their sizes. */
export function cellsOf(reference: Profile, current: Profile): Cells {
  const m = counted(reference)
  const n = counted(current)
  const small = Math.min(n, m)
  const pooled = reference.counts.map((count, i) => count + current.counts[i]!)
  const most = Math.min(MOST_CELLS, Math.max(2, Math.floor(small / ROWS_PER_CELL)))
  const enough = (LEAST_EXPECTED * (n + m)) / small
  const isOrdered = reference.bins.type === 'num'
  // Words are not joined to make fewer cells: each common one keeps its own.
  const target = isOrdered ? Math.max(enough, ((n + m) / most) * 0.999) : enough
  const groups = cellGroups(pooled, isOrdered, target)
  return { reference: grouped(reference.counts, groups), current: grouped(current.counts, groups) }
}

/**
 * Jensen-Shannon distance (base 2) less what chance alone adds: the divergence of two samples of the same law is
 * (B - 1) (1/n + 1/m) / 8 nats in the mean (as 2 n KL is chi-square; Grosse et al. 2002).
 */
export function unbiasedDistance({ reference, current }: Cells, m: number, n: number): number {
  const divergence = jensenShannon(reference, current, 'e') ** 2
  const bias = ((reference.length - 1) * (1 / n + 1 / m)) / 8
  return Math.sqrt(Math.max(0, divergence - bias) / Math.LN2)
}

/** Largest difference of the two distribution functions at the edges: at most the KS statistic. */
export function binnedSmirnov(reference: Profile, current: Profile): number {
  const m = counted(reference)
  const n = counted(current)
  let r = 0
  let c = 0
  let most = 0
  for (const [i, count] of reference.counts.entries()) {
    r += count
    c += current.counts[i]!
    most = Math.max(most, Math.abs(r / m - c / n))
  }
  return most
}

/** Fisher's exact test of a share in both directions, and its change. */
export function shareEvidence(
  name: 'missing' | 'unseen',
  [hits, n]: readonly [number, number],
  [others, m]: readonly [number, number],
): Evidence {
  if (n === 0 || m === 0) return { name, p: 1, effect: 0, floor: LEAST_SHARE }
  const change = hits / n - others / m
  const p = change >= 0 ? moreThanChance(hits, n, others, m) : moreThanChance(others, m, hits, n)
  return { name, p: Math.min(1, 2 * p), effect: Math.abs(change), floor: LEAST_SHARE }
}

const lost = ({ missing, infinite }: Profile) => missing + infinite

/** Every reason that two profiles of the same bins give; each p holds for itself. */
export function evidenceOf(reference: Profile, current: Profile): Evidence[] {
  const m = counted(reference)
  const n = counted(current)
  const all: Evidence[] = [
    shareEvidence('missing', [lost(current), n + lost(current)], [lost(reference), m + lost(reference)]),
  ]
  if (n === 0 || m === 0) return all
  const cells = cellsOf(reference, current)
  const test = homogeneity([cells.reference, cells.current])
  all.push({ name: 'shape', p: test?.p ?? 1, effect: unbiasedDistance(cells, m, n), floor: LEAST_CHANGE })
  if (reference.bins.type === 'num') {
    const d = binnedSmirnov(reference, current)
    all.push({ name: 'cdf', p: smirnovAsymptotic(d, m, n), effect: d, floor: LEAST_CHANGE })
  } else {
    const unseen = shareEvidence('unseen', [current.counts.at(-1)!, n], [reference.counts.at(-1)!, m])
    all.push(current.counts.at(-1)! / n > reference.counts.at(-1)! / m ? unseen : { ...unseen, p: 1 })
  }
  return all
}
