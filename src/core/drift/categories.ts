// Counts of words, and of numbers taken as words.
import type { CategoricalColumn } from './column.ts'
import { type Sample, walk } from './samples.ts'

/** Counts of the same categories in reference and current, in one order. */
export interface PairedCounts {
  readonly categories: readonly string[]
  readonly reference: Float64Array
  readonly current: Float64Array
}

/** How often each word stands in a column; missing cells are left out. */
export function countWords({ values }: CategoricalColumn): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** Numbers by size before words by their code points, so that mixed columns have one order. */
export function compareCategories(a: string, b: string): number {
  const isNumber = NUMBER.test(a)
  if (isNumber !== NUMBER.test(b)) return isNumber ? -1 : 1
  if (isNumber && Number(a) !== Number(b)) return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}

/** The counts of two columns over all their categories, in the order of `compareCategories`. */
export function pairWords(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): PairedCounts {
  const categories = [...new Set([...reference.keys(), ...current.keys()])].sort(compareCategories)
  const take = (counts: ReadonlyMap<string, number>) =>
    Float64Array.from(categories, (category) => counts.get(category) ?? 0)
  return { categories, reference: take(reference), current: take(current) }
}

/** The counts of two sorted samples, each distinct number a category. */
export function pairNumbers(reference: Sample, current: Sample): PairedCounts {
  const categories: string[] = []
  const inReference: number[] = []
  const inCurrent: number[] = []
  walk(reference, current, (value, inX, inY) => {
    categories.push(String(value))
    inReference.push(inX)
    inCurrent.push(inY)
  })
  return {
    categories,
    reference: Float64Array.from(inReference),
    current: Float64Array.from(inCurrent),
  }
}
