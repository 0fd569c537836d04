// Whether a reference can be trusted: its own blocks, in the order of its rows, compared with each other.
import { homogeneity } from './chi-square.ts'
import { benjaminiHochberg } from './multiple-tests.ts'
import { cellGroups, unbiasedDistance } from './own-evidence.ts'
import { counted, type Profile } from './profile.ts'

/** What the blocks of a reference say. */
export interface Stationarity {
  readonly state: 'steady' | 'drifts' | 'not enough data'
  /** Adjusted for all features; null without a test. */
  readonly p: number | null
  /** The block (from 0) that differs most from the others, and by how much: Jensen-Shannon distance, base 2. */
  readonly block: number | null
  readonly distance: number | null
}

/** Least distance of a block from the others that makes a reference doubtful. */
const LEAST_DISTANCE = 0.1
const LEVEL = 0.01
/** Values a block needs to be looked at. */
const LEAST_VALUES = 30
const MOST_CELLS = 10

interface Tested {
  readonly p: number
  readonly block: number
  readonly distance: number
}

function testBlocks(blocks: readonly Profile[]): Tested | undefined {
  const kept = blocks
    .map((profile, block) => ({ profile, block }))
    .filter(({ profile }) => counted(profile) >= LEAST_VALUES)
  if (kept.length < 2) return undefined
  const pooled = kept[0]!.profile.counts.map((_, i) =>
    kept.reduce((sum, { profile }) => sum + profile.counts[i]!, 0),
  )
  const total = pooled.reduce((sum, count) => sum + count, 0)
  const smallest = Math.min(...kept.map(({ profile }) => counted(profile)))
  const isOrdered = kept[0]!.profile.bins.type === 'num'
  const target = Math.max((5 * total) / smallest, isOrdered ? (total / MOST_CELLS) * 0.999 : 0)
  const groups = cellGroups(pooled, isOrdered, target)
  const cells = (counts: Float64Array) =>
    Float64Array.from(groups, (group) => group.reduce((sum, i) => sum + counts[i]!, 0))
  const rowsOfCells = kept.map(({ profile }) => cells(profile.counts))
  const all = cells(pooled)
  const distances = rowsOfCells.map((row, i) => {
    const n = counted(kept[i]!.profile)
    return unbiasedDistance({ reference: all.map((count, k) => count - row[k]!), current: row }, total - n, n)
  })
  const worst = distances.reduce((best, distance, i) => (distance > distances[best]! ? i : best), 0)
  return {
    p: homogeneity(rowsOfCells)?.p ?? 1,
    block: kept[worst]!.block,
    distance: distances[worst]!,
  }
}

/** Judges the references of several features, each by its blocks of rows in order. */
export function stationarity(features: readonly (readonly Profile[])[]): Stationarity[] {
  const all = features.map(testBlocks)
  const known = all.filter((test) => test !== undefined)
  const adjusted = new Map(benjaminiHochberg(known.map(({ p }) => p)).map((p, i) => [known[i]!, p]))
  return all.map((test) => {
    if (!test) return { state: 'not enough data', p: null, block: null, distance: null }
    const p = adjusted.get(test)!
    const { block, distance } = test
    return { state: p <= LEVEL && distance >= LEAST_DISTANCE ? 'drifts' : 'steady', p, block, distance }
  })
}
