// Gradient boosted trees for two classes on binned columns: histograms, leaf-wise growth, logistic loss. Friedman 2001;
// Ke et al., "LightGBM", NeurIPS 2017. Nothing is drawn at random: the same rows give the same scores.

const TREES = 100
const RATE = 0.1
const LEAVES = 31
const LEAST_ROWS = 20
const LEAST_CURVATURE = 1e-3
/** Most bins of a column; bin numbers fit a byte. */
export const BINS = 255

/** Columns by bin number, and which rows are learned from; the others are scored. */
export interface BinnedTable {
  readonly columns: readonly Uint8Array[]
  /** 0 or 1 each row. */
  readonly labels: Uint8Array
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** Slope, curvature and count of each bin of each column. */
type Histogram = { slope: Float64Array; curve: Float64Array; count: Uint32Array }

type Split = { gain: number; column: number; bin: number }

type Leaf = {
  train: Uint32Array
  test: Uint32Array
  histogram: Histogram
  slope: number
  curve: number
  split: Split | undefined
}

type Gradient = { slope: Float64Array; curve: Float64Array }

function histogramOf(
  columns: readonly Uint8Array[],
  rows: Uint32Array,
  { slope, curve }: Gradient,
): Histogram {
  const size = columns.length * (BINS + 1)
  const out = { slope: new Float64Array(size), curve: new Float64Array(size), count: new Uint32Array(size) }
  for (const [c, column] of columns.entries()) {
    const base = c * (BINS + 1)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const at = base + column[row]!
      out.slope[at]! += slope[row]!
      out.curve[at]! += curve[row]!
      out.count[at]!++
    }
  }
  return out
}

/** Takes a part out of the whole, which becomes the rest. */
function subtract(whole: Histogram, part: Histogram): Histogram {
  for (let i = 0; i < whole.count.length; i++) {
    whole.slope[i]! -= part.slope[i]!
    whole.curve[i]! -= part.curve[i]!
    whole.count[i]! -= part.count[i]!
  }
  return whole
}

/** The cut of one column that lowers the loss most. */
function bestCut(leaf: Omit<Leaf, 'split'>, column: number): Split | undefined {
  const { histogram, slope, curve, train } = leaf
  let [best, left, leftCurve, rows]: [Split | undefined, number, number, number] = [undefined, 0, 0, 0]
  const whole = slope ** 2 / curve
  for (let bin = 0; bin < BINS; bin++) {
    const at = column * (BINS + 1) + bin
    left += histogram.slope[at]!
    leftCurve += histogram.curve[at]!
    rows += histogram.count[at]!
    if (rows < LEAST_ROWS || leftCurve < LEAST_CURVATURE) continue
    if (train.length - rows < LEAST_ROWS || curve - leftCurve < LEAST_CURVATURE) break
    const gain = left ** 2 / leftCurve + (slope - left) ** 2 / (curve - leftCurve) - whole
    if (gain > 1e-12 && gain > (best?.gain ?? 0)) best = { gain, column, bin }
  }
  return best
}

function leafOf(train: Uint32Array, test: Uint32Array, histogram: Histogram, columns: number): Leaf {
  // Every row is in one bin of the first column.
  const slope = histogram.slope.subarray(0, BINS + 1).reduce((sum, value) => sum + value, 0)
  const curve = histogram.curve.subarray(0, BINS + 1).reduce((sum, value) => sum + value, 0)
  const leaf = { train, test, histogram, slope, curve }
  let split: Split | undefined
  for (let column = 0; column < columns; column++) {
    const cut = bestCut(leaf, column)
    if (cut && cut.gain > (split?.gain ?? 0)) split = cut
  }
  return { ...leaf, split }
}

/** Rows up to the bin, and those above. */
function parted(rows: Uint32Array, bins: Uint8Array, bin: number): readonly [Uint32Array, Uint32Array] {
  const out = new Uint32Array(rows.length)
  let [left, right] = [0, rows.length]
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    if (bins[row]! <= bin) out[left++] = row
    else out[--right] = row
  }
  return [out.subarray(0, left), out.subarray(left)]
}

/** Both leaves that a split makes of one; the smaller one's histogram is counted, the other's is the rest. */
function grown(
  leaf: Leaf,
  { column, bin }: Split,
  columns: readonly Uint8Array[],
  gradient: Gradient,
): Leaf[] {
  const train = parted(leaf.train, columns[column]!, bin)
  const test = parted(leaf.test, columns[column]!, bin)
  const smaller = train[0].length <= train[1].length ? 0 : 1
  const counted = histogramOf(columns, train[smaller], gradient)
  const rest = subtract(leaf.histogram, counted)
  return [0, 1].map((side) =>
    leafOf(train[side]!, test[side]!, side === smaller ? counted : rest, columns.length),
  )
}

/** Grows one tree and adds its leaves' values to the scores of all rows. */
function addTree({ columns, train, test }: BinnedTable, gradient: Gradient, scores: Float64Array): void {
  let leaves = [leafOf(train, test, histogramOf(columns, train, gradient), columns.length)]
  while (leaves.length < LEAVES) {
    const next = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a))
    if (!next.split) break
    leaves = [...leaves.filter((leaf) => leaf !== next), ...grown(next, next.split, columns, gradient)]
  }
  for (const leaf of leaves) {
    const value = (-RATE * leaf.slope) / (leaf.curve + Number.EPSILON)
    for (const row of leaf.train) scores[row]! += value
    for (const row of leaf.test) scores[row]! += value
  }
}

/** Scores (log odds) of all rows after learning from `train`: for `test` they are predictions. */
export function boostedScores(table: BinnedTable): Float64Array {
  const { labels, train } = table
  const ones = train.reduce((sum, row) => sum + labels[row]!, 0)
  if (ones === 0 || ones === train.length) throw new RangeError('two classes are needed')
  const scores = new Float64Array(labels.length).fill(Math.log(ones / (train.length - ones)))
  const gradient = { slope: new Float64Array(labels.length), curve: new Float64Array(labels.length) }
  for (let tree = 0; tree < TREES; tree++) {
    for (const row of train) {
      const p = 1 / (1 + Math.exp(-scores[row]!))
      gradient.slope[row] = p - labels[row]!
      gradient.curve[row] = p * (1 - p)
    }
    addTree(table, gradient, scores)
  }
  return scores
}
