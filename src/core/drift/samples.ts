// Sorting, sums and walks over samples of numbers. Samples hold finite numbers unless it is said otherwise.
import { sortedNumbers } from './sort-numbers.ts'

/** Numbers of a column; a missing cell is NaN. */
export type Sample = Float64Array

/** The finite numbers, ascending. */
export function sortedFinite(values: Sample): Sample {
  return sortedNumbers(values.filter(Number.isFinite))
}

function blockSum(term: (i: number) => number, from: number, to: number): number {
  const n = to - from
  let rest = 0
  if (n < 8) {
    for (let i = from; i < to; i++) rest += term(i)
    return rest
  }
  const lane = new Float64Array(8)
  for (let k = 0; k < 8; k++) lane[k] = term(from + k)
  let i = from + 8
  for (; i + 8 <= to; i += 8) for (let k = 0; k < 8; k++) lane[k]! += term(i + k)
  rest = lane[0]! + lane[1]! + (lane[2]! + lane[3]!) + (lane[4]! + lane[5]! + (lane[6]! + lane[7]!))
  for (; i < to; i++) rest += term(i)
  return rest
}

/**
 * Sum of n terms by halves, in blocks of 128 and eight lanes. The order is NumPy's (`add.reduce`), so that a mean of
 * equal numbers comes out with the same last digit, on which its t-test of constant columns depends.
 */
export function pairwiseSum(n: number, term: (i: number) => number, from = 0): number {
  if (n <= 128) return blockSum(term, from, from + n)
  const half = (n >> 1) - ((n >> 1) % 8)
  return pairwiseSum(half, term, from) + pairwiseSum(n - half, term, from + half)
}

/** Mean and mean squared deviation (divisor n) in the order of the values given; NaN of none. */
export function moments(values: Sample): { readonly mean: number; readonly variance: number } {
  const n = values.length
  const mean = pairwiseSum(n, (i) => values[i]!) / n
  return { mean, variance: pairwiseSum(n, (i) => (values[i]! - mean) ** 2) / n }
}

/** Standard deviation (divisor n) summed value by value, as pandas does; NaN of none. */
export function plainDeviation(values: Sample): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2
  return Math.sqrt(squares / values.length)
}

/**
 * Visits each distinct value of two sorted samples: the value, how many there are of it in each, and how many
 * of each lie below it.
 */
export function walk(
  x: Sample,
  y: Sample,
  visit: (value: number, inX: number, inY: number, belowX: number, belowY: number) => void,
): void {
  let i = 0
  let j = 0
  while (i < x.length || j < y.length) {
    const value = j >= y.length || (i < x.length && x[i]! <= y[j]!) ? x[i]! : y[j]!
    const i0 = i
    const j0 = j
    while (i < x.length && x[i] === value) i++
    while (j < y.length && y[j] === value) j++
    visit(value, i - i0, j - j0, i0, j0)
  }
}

/** Distinct values of one sorted sample. */
export function distinct(sorted: Sample): Sample {
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
}
