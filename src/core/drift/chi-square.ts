// Chi-square tests on counts of the same categories.
import type { Bins } from './distances.ts'
import { chiSquareTail, lnChoose } from './special.ts'

/** Statistic, p-value, degrees of freedom. */
export interface ChiSquare {
  readonly statistic: number
  readonly p: number
  readonly df: number
}

const total = (counts: Bins): number => {
  let sum = 0
  for (let i = 0; i < counts.length; i++) sum += counts[i]!
  return sum
}

/**
 * Goodness of fit (Pearson 1900): sum (c - e)^2 / e with e = r n / m, the reference taken as exact, df = k - 1.
 * A category the reference lacks makes the statistic infinite and p 0. Null below two categories or without counts.
 */
export function goodnessOfFit(reference: Bins, current: Bins): ChiSquare | null {
  const scale = total(current) / total(reference)
  if (reference.length < 2 || !(scale > 0) || !Number.isFinite(scale)) return null
  let statistic = 0
  for (let i = 0; i < reference.length; i++) {
    const expected = reference[i]! * scale
    const gap = current[i]! - expected
    if (gap !== 0) statistic += (gap * gap) / expected
  }
  const df = reference.length - 1
  return { statistic, p: chiSquareTail(statistic, df), df }
}

/**
 * Homogeneity of rows of counts (a k x b table): sum (o - e)^2 / e, df = (k - 1)(b - 1) over columns that have counts.
 * `yates` takes half a count off each gap where df is 1. Null below two columns or two rows with counts.
 */
export function homogeneity(rows: readonly Bins[], yates = false): ChiSquare | null {
  const kept = rows.filter((row) => total(row) > 0)
  const sums = kept.map(total)
  const all = sums.reduce((sum, n) => sum + n, 0)
  const columns = [...Array(kept[0]?.length ?? 0).keys()]
    .map((i) => kept.map((row) => row[i]!))
    .filter((column) => column.some((count) => count > 0))
  const df = (kept.length - 1) * (columns.length - 1)
  if (df < 1) return null
  let statistic = 0
  for (const column of columns) {
    const share = column.reduce((sum, count) => sum + count, 0) / all
    for (const [row, count] of column.entries()) {
      const expected = share * sums[row]!
      const gap = Math.abs(count - expected)
      const used = yates && df === 1 ? gap - Math.min(0.5, gap) : gap
      statistic += (used * used) / expected
    }
  }
  return { statistic, p: chiSquareTail(statistic, df), df }
}

/** Cramer's V, sqrt(chi2 / (n (min(rows, columns) - 1))) of two rows, 0 to 1; null where the test is. */
export function cramersV(reference: Bins, current: Bins): number | null {
  const test = homogeneity([reference, current])
  return test && Math.sqrt(test.statistic / (total(reference) + total(current)))
}

/**
 * Fisher's exact test, one-sided: the chance of `hits` or more of the `total hits` falling among `n` of n + m rows.
 * `hits` of n against `others` of m. Holds for the smallest counts.
 */
export function moreThanChance(hits: number, n: number, others: number, m: number): number {
  const marked = hits + others
  if (hits === 0 || marked === 0) return 1
  const all = lnChoose(n + m, n)
  let sum = 0
  for (let k = hits; k <= Math.min(n, marked); k++) {
    const term = Math.exp(lnChoose(marked, k) + lnChoose(n + m - marked, n - k) - all)
    sum += term
    if (term < sum * 1e-16) break
  }
  return Math.min(1, sum)
}
