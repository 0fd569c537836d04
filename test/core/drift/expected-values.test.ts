// Statistics against scipy's answers on small generated data; fixtures/drift/univariate_oracle.py made them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { doaneEdges } from '../../../src/core/drift/binning.ts'
import type { Column, Statistics } from '../../../src/core/drift/column.ts'
import { evidentlyColumn } from '../../../src/core/drift/evidently.ts'
import { kolmogorovTail } from '../../../src/core/drift/kolmogorov.ts'
import { chiSquareTail, normalTail, studentTails } from '../../../src/core/drift/special.ts'

interface Case {
  readonly name: string
  readonly reference: readonly number[]
  readonly current: readonly number[]
  readonly doane_edges: readonly [number, number, number]
  readonly statistics: Readonly<Record<string, number>>
}

const path = join(import.meta.dirname, '../../../fixtures/drift/univariate.json')
const { numeric, categorical, tails } = JSON.parse(readFileSync(path, 'utf8')) as {
  numeric: Case[]
  categorical: Case[]
  tails: Record<'kolmogorov' | 'chi_square' | 'student' | 'normal', number[][]>
}

const numbers = (values: readonly number[]): Column => ({ type: 'num', values: Float64Array.from(values) })
const words = (counts: readonly number[]): Column => ({
  type: 'cat',
  values: counts.flatMap((count, i) => Array.from({ length: count }, () => `w${i}`)),
})

const relative = (got: number, want: number) => Math.abs(got - want) / Math.max(Math.abs(want), 1e-300)

function expectAll(got: Statistics, want: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(want)) {
    const tolerance = /_p$|_p_/.test(name) ? 1e-6 : 1e-9
    expect(relative(got[name]?.value ?? Number.NaN, value), name).toBeLessThan(tolerance)
  }
}

describe('statistics', () => {
  for (const { name, reference, current, statistics } of numeric)
    test(`numbers agree with scipy: ${name}`, () => {
      const got = evidentlyColumn(numbers(reference), numbers(current)).statistics
      expectAll(got, statistics)
    })

  for (const { name, reference, current, statistics } of categorical)
    test(`words agree with scipy: ${name}`, () => {
      expectAll(evidentlyColumn(words(reference), words(current)).statistics, statistics)
    })

  test("Doane's bins agree with NumPy", () => {
    for (const { reference, doane_edges } of numeric) {
      const edges = doaneEdges(Float64Array.from(reference))
      expect([edges[0], edges.at(-1), edges.length - 1]).toEqual(doane_edges)
    }
  })
})

describe('tails', () => {
  const worst = (rows: readonly number[][], f: (...args: number[]) => number) =>
    Math.max(...rows.map((row) => relative(f(...row.slice(0, -1)), row.at(-1)!)))

  test('of Kolmogorov, chi-square, Student and the normal law', () => {
    expect(worst(tails.kolmogorov, (n, d) => kolmogorovTail(n!, d!))).toBeLessThan(1e-6)
    expect(worst(tails.chi_square, (df, x) => chiSquareTail(x!, df!))).toBeLessThan(1e-10)
    expect(worst(tails.student, (df, t) => studentTails(t!, df!))).toBeLessThan(1e-8)
    expect(worst(tails.normal, (z) => normalTail(z!))).toBeLessThan(1e-12)
  })
})
