// Drift of columns together: PCA reconstruction, a classifier that tells windows apart, MMD; against scikit-learn.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { domainAuc } from '../../../src/core/monitor/domain-classifier.ts'
import { symmetricEigen } from '../../../src/core/monitor/eigen.ts'
import { encodeFeature, type Feature, learnFeature } from '../../../src/core/monitor/encoding.ts'
import { meanDiscrepancy } from '../../../src/core/monitor/mean-discrepancy.ts'
import { learnReconstruction, reconstruct } from '../../../src/core/monitor/reconstruction.ts'

const oracle = JSON.parse(
  readFileSync(new URL('../../../fixtures/drift/multivariate.json', import.meta.url), 'utf8'),
) as {
  reference: number[][]
  current: number[][]
  components: number
  error: number
  samplingError: number
  mmd: number
  auc: number
}
const reference = oracle.reference.map((column) => Float64Array.from(column))
const current = oracle.current.map((column) => Float64Array.from(column))
const numeric = (values: Float64Array): Feature => ({ kind: 'numeric', values })
const parts = [0, 1, 2].map((i) => [i * 100, (i + 1) * 100] as const)

describe('PCA reconstruction', () => {
  const model = learnReconstruction(reference.map(numeric), parts)

  it("errs as scikit-learn's PCA does", () => {
    const found = reconstruct(model, current.map(numeric))
    expect(model.components.length).toBe(oracle.components)
    expect(found.error).toBeCloseTo(oracle.error, 9)
    expect(found.samplingError).toBeCloseTo(oracle.samplingError, 9)
  })

  it('alerts when columns hang together otherwise, though each alone looks the same', () => {
    expect(reconstruct(model, reference.map(numeric)).isAlert).toBe(false)
    const turned = reference.map((column, i) => numeric(i === 1 ? column.map((value) => -value) : column))
    expect(reconstruct(model, turned).isAlert).toBe(true)
  })

  it('takes gaps, infinities, constant columns and unseen words, and never says NaN', () => {
    const words = (values: (string | null)[]): Feature => ({ kind: 'categorical', values })
    const learned = learnReconstruction(
      [
        numeric(Float64Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY)),
        numeric(Float64Array.of(7, 7, 7, 7)),
        words(['a', 'b', null, 'a']),
      ],
      [],
    )
    const found = reconstruct(learned, [
      numeric(Float64Array.of(Number.NaN, 5)),
      numeric(Float64Array.of(9, 7)),
      words(['never seen', null]),
    ])
    expect(Number.isFinite(found.error)).toBe(true)
    expect(
      reconstruct(learned, [numeric(new Float64Array(0)), numeric(new Float64Array(0)), words([])]),
    ).toEqual({
      error: undefined,
      samplingError: undefined,
      band: undefined,
      isAlert: false,
    })
  })

  it('refuses columns of another kind or number', () => {
    expect(() => reconstruct(model, [numeric(reference[0]!)])).toThrow(RangeError)
    const words: Feature = { kind: 'categorical', values: ['a'] }
    expect(() => reconstruct(model, [words, words, words])).toThrow(RangeError)
  })
})

describe('encoding', () => {
  it('makes a word its share, and fills gaps with the most frequent', () => {
    const code = learnFeature({ kind: 'categorical', values: ['a', 'b', 'a', null] })
    const raw = encodeFeature(
      { ...code, mean: 0, scale: 1 },
      { kind: 'categorical', values: ['a', 'b', null, 'x', 'toString'] },
    )
    expect([...raw]).toEqual([0.75, 0.25, 0.75, 0, 0])
  })
})

describe('eigenvectors', () => {
  it('are those of a matrix worked by hand', () => {
    const [first, second] = symmetricEigen([Float64Array.of(2, 1), Float64Array.of(1, 2)])
    expect([first!.value, second!.value]).toEqual([expect.closeTo(3, 12), expect.closeTo(1, 12)])
    expect(Math.abs(first!.vector[0]! - first!.vector[1]!)).toBeLessThan(1e-12)
  })
})

describe('a domain classifier', () => {
  it("tells windows apart as well as scikit-learn's boosted trees", () => {
    expect(Math.abs(domainAuc(reference, current)! - oracle.auc)).toBeLessThan(0.02)
  })

  it('cannot tell halves of one reference apart', () => {
    const half = (from: number) => reference.map((column) => column.filter((_, i) => i % 2 === from))
    const auc = domainAuc(half(0), half(1))!
    expect(auc).toBeGreaterThan(0.35)
    expect(auc).toBeLessThan(0.65)
  })

  it('takes gaps and constant columns, and says nothing of a small window', () => {
    const gappy = reference.map((column) => column.map((value, i) => (i % 9 === 0 ? Number.NaN : value)))
    const flat = new Float64Array(300).fill(1)
    expect(domainAuc([...gappy, flat], [...reference, flat])).toBeGreaterThan(0)
    expect(
      domainAuc(
        reference,
        current.map((column) => column.subarray(0, 49)),
      ),
    ).toBeUndefined()
  })
})

describe('mean discrepancy', () => {
  const rows = (columns: readonly Float64Array[], n: number) => {
    const scaled = columns.map((column, i) => {
      const own = reference[i]!
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length
      const scale = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length)
      return column.map((value) => (value - mean) / scale)
    })
    return Array.from({ length: n }, (_, i) => Float64Array.from(scaled, (column) => column[i]!))
  }

  it('is what numpy makes of its definition', () => {
    expect(meanDiscrepancy(rows(reference, 100), rows(current, 100))).toBeCloseTo(oracle.mmd, 9)
  })

  it('is not defined for one point, or where all are the same', () => {
    expect(meanDiscrepancy(rows(reference, 1), rows(current, 9))).toBeUndefined()
    const same = [Float64Array.of(1), Float64Array.of(1)]
    expect(meanDiscrepancy(same, same)).toBeUndefined()
  })
})
