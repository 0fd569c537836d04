// p-values of several tests at once, corrected for there being several. Holm and Benjamini-Hochberg are with the drift
// statistics.
import { benjaminiHochberg } from '../drift/multiple-tests.ts'

/** Bonferroni: p times the number of tests. Holds whatever the tests depend on; the strictest. */
export const bonferroni = (p: readonly number[]): number[] => p.map((value) => Math.min(1, value * p.length))

/** Benjamini-Yekutieli (2001): the false discovery rate under any dependence, BH times 1 + 1/2 + ... + 1/m. */
export function benjaminiYekutieli(p: readonly number[]): number[] {
  const harmonic = p.reduce((sum, _, i) => sum + 1 / (i + 1), 0)
  return benjaminiHochberg(p).map((value) => Math.min(1, value * harmonic))
}
