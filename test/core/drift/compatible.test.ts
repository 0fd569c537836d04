// The choices that Evidently and NannyML make: default tests, thresholds, what happens without values.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column, Statistics } from '../../../src/core/drift/column.ts'
import { evidentlyColumn } from '../../../src/core/drift/evidently.ts'
import { nannymlColumn } from '../../../src/core/drift/nannyml.ts'
import { seededRandom } from '../../../src/core/drift/random.ts'

const numbers = (values: readonly number[]): Column => ({ type: 'num', values: Float64Array.from(values) })
const words = (values: readonly (string | null)[]): Column => ({ type: 'cat', values })
const cycle = (n: number, of: number) => Array.from({ length: n }, (_, i) => i % of)
const letters = (n: number, of: number) => cycle(n, of).map((i) => 'abcdefgh'[i]!)

const expectSane = (statistics: Statistics) => {
  for (const [name, { value, threshold }] of Object.entries(statistics))
    for (const figure of [value, threshold])
      expect(figure === null || Number.isFinite(figure), name).toBe(true)
}

describe("Evidently's default test", () => {
  const testOf = (column: Column) => evidentlyColumn(column, column).test
  test('follows the size of the reference, the type and the distinct values', () => {
    expect([2, 4, 6].map((of) => testOf(numbers(cycle(1000, of))))).toEqual(['z', 'chisquare', 'ks'])
    expect([2, 3].map((of) => testOf(words(letters(1000, of))))).toEqual(['z', 'chisquare'])
    expect([5, 6].map((of) => testOf(numbers(cycle(1001, of))))).toEqual(['jensenshannon', 'wasserstein'])
    expect(testOf(words(letters(1001, 2)))).toBe('jensenshannon')
  })

  test('a new category makes chi-square certain, as there', () => {
    const { default: said } = evidentlyColumn(words(letters(30, 3)), words([...letters(9, 3), 'z']))
    expect(said).toEqual({ value: 0, threshold: 0.05, drifted: true })
  })

  test('one category in both is no drift, and chi-square has no value', () => {
    const { test: name, default: said, statistics } = evidentlyColumn(words(['a', 'a']), words(['a']))
    expect([name, said?.value]).toEqual(['z', 1])
    expect(statistics.chisquare_p).toMatchObject({ value: null, drifted: null })
  })
})

describe("NannyML's thresholds", () => {
  const random = seededRandom(3)
  const reference = numbers(Array.from({ length: 1000 }, random))

  test('are learned from tenths of the reference, or from chunks of the size given', () => {
    const tenths = nannymlColumn(reference, reference)
    const chunks = nannymlColumn(reference, reference, 100)
    const halves = nannymlColumn(reference, reference, 500)
    expect(tenths).toEqual(chunks)
    expect(halves.wasserstein!.threshold!).toBeLessThan(tenths.wasserstein!.threshold!)
  })

  test('chi-square alerts by its p-value', () => {
    const { chi2 } = nannymlColumn(words(letters(300, 3)), words(letters(90, 2)))
    expect(chi2).toMatchObject({ threshold: null, drifted: true })
    expect(chi2!.p_value!).toBeLessThan(1e-6)
  })

  test('many reference rows are binned, which changes a statistic little', () => {
    const many = numbers(Array.from({ length: 12_000 }, random))
    const few = { ...many, values: many.values.slice(0, 9999) } as Column
    const current = numbers(Array.from({ length: 500 }, () => random() * 1.2 - 0.1))
    const binned = nannymlColumn(many, current)
    const exact = nannymlColumn(few, current)
    for (const name of ['kolmogorov_smirnov', 'wasserstein'])
      expect(Math.abs(binned[name]!.value! - exact[name]!.value!), name).toBeLessThan(0.02)
  })
})

describe('hostile columns', () => {
  const hostile = fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, 0, -0, 1),
  )
  const column = fc.array(hostile, { maxLength: 40 })

  test('never give a statistic that is not a number, and never throw', () => {
    fc.assert(
      fc.property(column, column, (x, y) => {
        expectSane(evidentlyColumn(numbers(x), numbers(y)).statistics)
        expectSane(nannymlColumn(numbers(x), numbers(y)))
      }),
      { numRuns: 300 },
    )
  })

  test('of words neither', () => {
    const word = fc.option(fc.constantFrom('a', 'b', '1', '__proto__', 'constructor', ''), { nil: null })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.array(word, { maxLength: 30 }), (x, y) => {
        expectSane(evidentlyColumn(words(x), words(y)).statistics)
        expectSane(nannymlColumn(words(x), words(y)))
      }),
    )
  })
})
