// Lines of a metric's file, as MLflow writes and reads them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMetricLine } from '../../agents/sources/mlflow-metric-lines.ts'
import { metricLine } from '../../src/export/file-store-run.ts'
import { toStep } from '../../src/protocol/numbers.ts'

test('values are what Python takes for a float, not finite ones too', () => {
  const values = [Number.NaN, Infinity, -Infinity, -0, 1e-300, 1e21].map((value) => metricLine(1, 2, value))
  expect(values).toEqual([
    '2 nan 1\n',
    '2 inf 1\n',
    '2 -inf 1\n',
    '2 -0.0 1\n',
    '2 1e-300 1\n',
    '2 1e+21 1\n',
  ])
})

test('every point is read back as it was', () => {
  const step = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(toStep)
  const time = fc.integer({ min: -8.64e15, max: 8.64e15 })
  fc.assert(
    fc.property(step, time, fc.double(), (step, time, value) => {
      expect(parseMetricLine(metricLine(step, time, value))).toEqual({ step, time, value })
    }),
  )
})
