// Realized and estimated performance agree with scikit-learn and NannyML's formulas; nothing is ever NaN.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CLASSIFICATION_METRICS,
  type ClassificationMetric,
  expectedPerformance,
  type Predictions,
  realizedPerformance,
} from '../../../src/core/monitor/classification.ts'
import {
  assessPerformance,
  learnPerformance,
  type PerformanceModel,
} from '../../../src/core/monitor/estimation.ts'
import { rocAuc } from '../../../src/core/monitor/ranking.ts'
import { regressionPerformance } from '../../../src/core/monitor/regression.ts'
import { assessRegression, learnRegression } from '../../../src/core/monitor/regression-monitor.ts'

type Values = Partial<Record<ClassificationMetric, number>>

const oracle = JSON.parse(
  readFileSync(new URL('../../../fixtures/drift/performance.json', import.meta.url), 'utf8'),
) as {
  chunks: { scores: number[]; predicted: number[]; labels: number[] }[]
  knots: [number[], number[]]
  estimated: Values[]
  realized: Values[]
  rocSamplingError: number[]
  rocLimits: [number, number]
}

const predictions = (rows: { scores: number[]; predicted: number[]; labels: number[] }): Predictions => ({
  scores: Float64Array.from(rows.scores),
  predicted: Float64Array.from(rows.predicted),
  labels: Float64Array.from(rows.labels),
})

const chunks = oracle.chunks.map(predictions)
const [x, y] = oracle.knots
const model: PerformanceModel = { ...learnPerformance(chunks.slice(0, 4)), knots: { x, y } }

const bit = fc.constantFrom(0, 1, Number.NaN)
const row = fc.tuple(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)), bit, bit)
const anyRows = fc.array(row, { maxLength: 40 }).map((rows) =>
  predictions({
    scores: rows.map(([score]) => score),
    predicted: rows.map(([, said]) => said),
    labels: rows.map(([, , label]) => label),
  }),
)

describe('a classifier', () => {
  it('is estimated as CBPE defines it, given the knots', () => {
    for (const [i, chunk] of chunks.entries()) {
      const { metrics } = assessPerformance(model, chunk)
      for (const [name, value] of Object.entries(oracle.estimated[i]!))
        expect(metrics[name as ClassificationMetric].estimated.value).toBeCloseTo(value, 9)
      expect(metrics.roc_auc.samplingError).toBeCloseTo(oracle.rocSamplingError[i]!, 12)
    }
  })

  it('is measured as scikit-learn measures it', () => {
    for (const [i, chunk] of chunks.entries())
      for (const [name, value] of Object.entries(oracle.realized[i]!))
        expect(realizedPerformance(chunk).metrics[name as ClassificationMetric].value).toBeCloseTo(value, 12)
  })

  it('has limits of three deviations of the reference chunks, and alerts beyond them', () => {
    expect(model.limits.roc_auc!.lower).toBeCloseTo(oracle.rocLimits[0], 12)
    expect(model.limits.roc_auc!.upper).toBeCloseTo(oracle.rocLimits[1], 12)
    const wrong = chunks[0]!
    const upsideDown = { ...wrong, labels: wrong.labels.map((label) => 1 - label) }
    expect(assessPerformance(model, wrong).metrics.accuracy.isRealizedAlert).toBe(false)
    expect(assessPerformance(model, upsideDown).metrics.accuracy.isRealizedAlert).toBe(true)
  })

  it('has a band of three sampling errors around the estimate, within 0 and 1', () => {
    for (const chunk of chunks)
      for (const name of CLASSIFICATION_METRICS) {
        const { estimated, samplingError, band } = assessPerformance(model, chunk).metrics[name]
        if (name === 'average_precision') expect(band).toBeUndefined()
        else {
          expect(band!.lower).toBeCloseTo(Math.max(0, estimated.value! - 3 * samplingError!), 12)
          expect(band!.upper).toBeCloseTo(Math.min(1, estimated.value! + 3 * samplingError!), 12)
        }
      }
  })

  it('survives JSON: a saved model judges the same', () => {
    const saved = JSON.parse(JSON.stringify(model)) as PerformanceModel
    expect(assessPerformance(saved, chunks[4]!)).toEqual(assessPerformance(model, chunks[4]!))
  })

  it('has AUC as the share of pairs in the right order, ties half', () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 5 })), { maxLength: 30 })
    fc.assert(
      fc.property(pairs, (rows) => {
        const [ones, zeros] = [1, 0].map((label) => rows.filter(([is]) => is === label).map(([, s]) => s))
        const wins = ones!.flatMap((a) => zeros!.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)))
        const auc = rocAuc(
          rows.map(([label]) => label),
          rows.map(([, score]) => score),
        )
        if (wins.length === 0) expect(auc).toBeUndefined()
        else expect(auc).toBeCloseTo(wins.reduce((sum, win) => sum + win, 0) / wins.length, 12)
      }),
    )
  })

  it('is never NaN: a metric has a value from 0 to 1 or a reason', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const report = assessPerformance(model, rows)
        for (const name of CLASSIFICATION_METRICS)
          for (const { value, reason } of [report.metrics[name].estimated, report.metrics[name].realized]) {
            if (value === undefined) expect(reason).toMatch(/\w/)
            else expect(value >= 0 && value <= 1 + 1e-9).toBe(true)
          }
      }),
    )
  })

  it('has no precision in a month without positive predictions, and says so', () => {
    const rows = predictions({ scores: [0.1, 0.2, 0.3], predicted: [0, 0, 0], labels: [0, 1, 0] })
    const { metrics } = realizedPerformance(rows)
    expect(metrics.precision).toEqual({ value: undefined, reason: 'no positive prediction' })
    expect(metrics.specificity.value).toBe(1)
    const estimated = expectedPerformance(rows, rows.scores)
    expect(estimated.metrics.precision).toEqual({ value: 0, reason: 'no positive prediction' })
  })

  it('is measured on the rows whose labels have come', () => {
    const labels = [1, Number.NaN, 0, Number.NaN]
    const rows = predictions({ scores: [0.9, 0.8, 0.2, 0.1], predicted: [1, 1, 0, 0], labels })
    const { estimated, realized } = assessPerformance(model, rows)
    expect([estimated.rows, realized.rows]).toEqual([4, 2])
    expect(realized.metrics.accuracy.value).toBe(1)
    const none = assessPerformance(model, { ...rows, labels: rows.labels.fill(Number.NaN) })
    expect(none.metrics.accuracy.realized).toEqual({ value: undefined, reason: 'no labels yet' })
    expect(none.metrics.accuracy.isRealizedAlert).toBe(false)
  })

  it('has no limits of fewer than three reference chunks', () => {
    const short = learnPerformance(chunks.slice(0, 2))
    expect(short.limits.accuracy).toBeUndefined()
    expect(assessPerformance(short, chunks[4]!).metrics.accuracy.isAlert).toBe(false)
  })

  it('cannot be learned of a reference without labels', () => {
    const bare = predictions({ scores: [0.5], predicted: [1], labels: [Number.NaN] })
    expect(() => learnPerformance([bare])).toThrow(/reference/)
  })
})

describe('a regression', () => {
  it('has errors worked by hand', () => {
    const { metrics, rows } = regressionPerformance(
      Float64Array.of(1, 2, 4, Number.NaN),
      Float64Array.of(2, 2, 1, 7),
    )
    expect(rows).toBe(3)
    expect(metrics.mae.value).toBeCloseTo(4 / 3, 12)
    expect(metrics.mape.value).toBeCloseTo((1 + 0 + 3 / 4) / 3, 12)
    expect(metrics.mse.value).toBeCloseTo(10 / 3, 12)
    expect(metrics.rmse.value).toBeCloseTo(Math.sqrt(10 / 3), 12)
    const msle = (Math.log(2 / 3) ** 2 + Math.log(5 / 2) ** 2) / 3
    expect(metrics.msle.value).toBeCloseTo(msle, 12)
    expect(metrics.rmsle.value).toBeCloseTo(Math.sqrt(msle), 12)
    expect(metrics.r2.value).toBeCloseTo(1 - 10 / (16 / 9 + 1 / 9 + 25 / 9), 12)
  })

  it('names what is not defined', () => {
    const below = regressionPerformance(Float64Array.of(-1, 3), Float64Array.of(0, 3))
    expect(below.metrics.rmsle).toEqual({ value: undefined, reason: 'a label or prediction is below 0' })
    const huge = regressionPerformance(Float64Array.of(1e308, -1e308), Float64Array.of(-1e308, 1e308))
    expect(huge.metrics.mse).toEqual({ value: undefined, reason: 'numbers too large' })
    const flat = regressionPerformance(Float64Array.of(2, 2), Float64Array.of(1, 3))
    expect(flat.metrics.r2).toEqual({ value: undefined, reason: 'all labels are equal' })
    const none = regressionPerformance(new Float64Array(0), new Float64Array(0))
    expect(none.metrics.mae).toEqual({ value: undefined, reason: 'no rows' })
  })

  it('alerts where an error leaves what the reference showed', () => {
    const chunk = (error: number) => ({
      labels: Float64Array.of(10, 20, 30),
      predicted: Float64Array.of(10 + error, 20 - error, 30 + error),
    })
    const limits = learnRegression([1, 1.2, 0.9, 1.1].map(chunk))
    expect(assessRegression(limits, chunk(1.3)).alerts).toEqual([])
    expect(assessRegression(limits, chunk(3)).alerts).toContain('mae')
  })
})
