// Multivariate drift by a classifier that tells a window from its reference: an AUC of 0.5 means it cannot. The protocol
// is NannyML's (five stratified folds in order, AUC of all held-out scores); its trees are LightGBM, these are ours.
import { BINS, boostedScores } from './boosted-trees.ts'
import { rocAuc } from './ranking.ts'

const FOLDS = 5
/** Fewest rows on either side for a verdict: each fold needs some. */
const LEAST_ROWS = 50
/** Upper edges of bins of about equal count; missing numbers go below all of them. */
function edgesOf(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort()
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length < BINS)
    return distinct.slice(1).map((value, i) => distinct[i]! + (value - distinct[i]!) / 2)
  const cuts = Float64Array.from({ length: BINS - 2 }, (_, i) => {
    return sorted[Math.floor(((i + 1) * sorted.length) / (BINS - 1))]!
  })
  return cuts.filter((value, i) => i === 0 || value !== cuts[i - 1])
}

/** Bin numbers: 0 for missing, else 1 + how many edges lie below. */
function binned(values: Float64Array): Uint8Array {
  const edges = edgesOf(values)
  return Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return 0
    let [low, high] = [0, edges.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (edges[middle]! < value) low = middle + 1
      else high = middle
    }
    return 1 + low
  })
}

/** The fold of each row: every class in its order, cut in five, as scikit-learn's StratifiedKFold without shuffling. */
function foldsOf(zeros: number, ones: number): Uint8Array {
  const folds = new Uint8Array(zeros + ones)
  let [zero, one] = [0, zeros]
  for (let fold = 0; fold < FOLDS; fold++)
    for (let i = fold; i < zeros + ones; i += FOLDS) folds[i < zeros ? zero++ : one++] = fold
  return folds
}

/**
 * AUC of telling `current` from `reference` (NannyML calls drift what is outside 0.45 to 0.65), columns in the same order; words as numbers of their category. Undefined
 * below 50 rows on either side. Takes about a second for 12,000 rows of five columns.
 */
export function domainAuc(
  reference: readonly Float64Array[],
  current: readonly Float64Array[],
): number | undefined {
  const [zeros, ones] = [reference[0]?.length ?? 0, current[0]?.length ?? 0]
  if (zeros < LEAST_ROWS || ones < LEAST_ROWS) return undefined
  const columns = reference.map((column, i) => binned(Float64Array.from([...column, ...current[i]!])))
  const labels = new Uint8Array(zeros + ones).fill(1, zeros)
  const folds = foldsOf(zeros, ones)
  const heldOut = new Float64Array(zeros + ones)
  const rows = Uint32Array.from({ length: zeros + ones }, (_, i) => i)
  for (let fold = 0; fold < FOLDS; fold++) {
    const test = rows.filter((row) => folds[row] === fold)
    const train = rows.filter((row) => folds[row] !== fold)
    const scores = boostedScores({ columns, labels, train, test })
    for (const row of test) heldOut[row] = scores[row]!
  }
  return rocAuc(labels, heldOut)
}
