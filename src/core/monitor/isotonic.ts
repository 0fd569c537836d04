// Isotonic regression: the rising steps nearest to the data, by pooling neighbours that fall (PAVA). Ayer et al.
// 1955; ties averaged first and steps joined by lines between knots, as scikit-learn's IsotonicRegression does.
import { numpyOrder } from './numpy-order.ts'

/** A rising piecewise linear function; `x` rises strictly, `y` never falls. Same lengths, at least one. */
export interface Knots {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

type Block = { value: number; weight: number; from: number; to: number }

/** Points nearer than this are one. */
const SAME_X = 1e-15

/** Distinct x in rising order, each with the mean of its y and its count. */
function averaged(x: ArrayLike<number>, y: ArrayLike<number>): { x: number[]; y: number[]; n: number[] } {
  const order = numpyOrder(x)
  const out = { x: [] as number[], y: [] as number[], n: [] as number[] }
  let sum = 0
  for (const i of order) {
    const last = out.x.length - 1
    if (last < 0 || x[i]! - out.x[last]! >= SAME_X) {
      out.x.push(x[i]!)
      out.y.push(y[i]!)
      out.n.push(1)
      sum = y[i]!
      continue
    }
    sum += y[i]!
    out.n[last]!++
    out.y[last] = sum / out.n[last]!
  }
  return out
}

/** Weighted means of neighbours until none falls. */
function pooled(y: readonly number[], n: readonly number[]): Block[] {
  const blocks: Block[] = []
  for (const [i, value] of y.entries()) {
    let block: Block = { value, weight: n[i]!, from: i, to: i }
    for (let before = blocks.at(-1); before && before.value >= block.value; before = blocks.at(-1)) {
      blocks.pop()
      const weight = before.weight + block.weight
      const mean = (before.value * before.weight + block.value * block.weight) / weight
      block = { value: mean, weight, from: before.from, to: block.to }
    }
    blocks.push(block)
  }
  return blocks
}

/** The least-squares rising function. Throws RangeError for no points, or values that are not finite. */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>): Knots {
  if (x.length === 0 || x.length !== y.length) throw new RangeError('isotonic regression needs points')
  for (let i = 0; i < x.length; i++)
    if (!Number.isFinite(x[i]!) || !Number.isFinite(y[i]!))
      throw new RangeError('isotonic regression takes finite numbers only')
  const points = averaged(x, y)
  const knots = { x: [] as number[], y: [] as number[] }
  for (const { value, from, to } of pooled(points.y, points.n))
    for (const i of from === to ? [from] : [from, to]) {
      knots.x.push(points.x[i]!)
      knots.y.push(value)
    }
  return knots
}

/** Index of the last knot at or below `value`; -1 when all are above. */
function knotBelow(x: readonly number[], value: number): number {
  let low = 0
  let high = x.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The function at `value`: linear between knots, constant beyond them. NaN gives NaN. */
export function isotonicAt({ x, y }: Knots, value: number): number {
  if (Number.isNaN(value)) return value
  const i = knotBelow(x, value)
  if (i < 0) return y[0]!
  if (i === x.length - 1) return y[i]!
  return y[i]! + ((y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)) * (value - x[i]!)
}
