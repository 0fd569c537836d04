// Splits rows at random so that every class keeps its share: scikit-learn's StratifiedShuffleSplit, the same rows
// for the same seed.
import { type RandomState, randomState } from './mersenne.ts'

/** One split: indices of rows. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** `draws` rows shared out over classes of these sizes: floors, then the largest remainders, ties at random. */
function sharedOut(sizes: readonly number[], draws: number, random: RandomState): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map((size) => (size / total) * draws)
  const shares = exact.map(Math.floor)
  const rests = exact.map((share, i) => share - shares[i]!)
  let missing = Math.trunc(draws - shares.reduce((sum, share) => sum + share, 0))
  for (const rest of [...new Set(rests)].sort((a, b) => b - a)) {
    if (missing <= 0) break
    const tied = rests.flatMap((other, i) => (other === rest ? [i] : []))
    const count = Math.min(tied.length, missing)
    for (const place of random.permutation(tied.length).subarray(0, count)) shares[tied[place]!]!++
    missing -= count
  }
  return shares
}

const taken = (rows: readonly number[], order: Uint32Array) => order.map((i) => rows[i]!)

function placesOf(labels: ArrayLike<number>, label: number): number[] {
  const places: number[] = []
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) places.push(i)
  return places
}

function* splitsOf(classes: readonly number[][], test: number, train: number, count: number, seed: number) {
  const random = randomState(seed)
  const sizes = classes.map(({ length }) => length)
  for (let i = 0; i < count; i++) {
    const trainShares = sharedOut(sizes, train, random)
    const left = sizes.map((size, c) => size - trainShares[c]!)
    const testShares = sharedOut(left, test, random)
    const [trainRows, testRows]: [number[], number[]] = [[], []]
    for (const [c, rows] of classes.entries()) {
      const shuffled = taken(rows, random.permutation(rows.length))
      const [from, to] = [trainShares[c]!, trainShares[c]! + testShares[c]!]
      for (let k = 0; k < to; k++) (k < from ? trainRows : testRows).push(shuffled[k]!)
    }
    yield {
      train: taken(trainRows, random.permutation(trainRows.length)),
      test: taken(testRows, random.permutation(testRows.length)),
    }
  }
}

/**
 * `count` splits with a share of `testShare` rows in `test`. `labels` are 0 or 1. Undefined where a class has fewer
 * than two rows, or a side would have fewer rows than there are classes.
 */
export function stratifiedSplits(
  labels: ArrayLike<number>,
  testShare: number,
  count: number,
  seed: number,
): Iterable<Split> | undefined {
  const classes = [0, 1].map((label) => placesOf(labels, label))
  const test = Math.ceil(testShare * labels.length)
  const train = labels.length - test
  if (classes.some(({ length }) => length < 2) || Math.min(test, train) < classes.length) return undefined
  return splitsOf(classes, test, train, count, seed)
}
