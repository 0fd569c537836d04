// The hot path: metrics of a request, checked by hand, for zod costs 200-850 ns a point.
import { fromWireStep, fromWireValue, type Step } from '../protocol/numbers.ts'
import type { MetricPoint } from './backend.ts'
import { checkKey, lacking, wrong } from './names.ts'
import { isRepeated } from './repeats.ts'

/** Furthest a time may lie from 1970, ms: what a Date can hold. */
const MAX_TIME = 8.64e15

/** A metric as it comes: numbers may be texts, as protobuf writes them. Unknown fields pass. */
interface RawMetric {
  readonly key?: unknown
  readonly value?: unknown
  readonly timestamp?: unknown
  readonly step?: unknown
}

/** Says where a field is: `timestamp` alone, or `metrics[3].timestamp` in a batch. */
const at = (index: number | undefined, name: string) =>
  index === undefined ? name : `metrics[${index}].${name}`

function numberOf(raw: unknown): number | undefined {
  const value = fromWireValue(raw)
  if (value !== undefined || typeof raw !== 'string' || raw.trim() === '') return value
  const number = Number(raw)
  return Number.isNaN(number) ? undefined : number
}

function timeOf(raw: unknown): number | undefined {
  const time = typeof raw === 'string' ? fromWireStep(raw) : raw
  return Number.isInteger(time) && (time as number) >= 0 && (time as number) <= MAX_TIME
    ? (time as number)
    : undefined
}

const given = (raw: unknown) => raw !== undefined && raw !== null

function badValue(raw: unknown, where: string, expected: string) {
  return given(raw) ? wrong(where, raw, expected) : lacking(where)
}

/** Reads one metric whose key has been checked; `index` is its place in a batch. Throws MlflowError naming the field. */
function readPoint(run: string, key: string, raw: RawMetric, index: number | undefined): MetricPoint {
  const value = numberOf(raw.value)
  if (value === undefined)
    throw badValue(raw.value, at(index, 'value'), `the value of metric '${key}' must be a number.`)
  const time = timeOf(raw.timestamp)
  if (time === undefined)
    throw badValue(
      raw.timestamp,
      at(index, 'timestamp'),
      'it must be a whole number of milliseconds since 1970, not negative.',
    )
  const step: Step | undefined = given(raw.step) ? fromWireStep(raw.step) : 0
  if (step === undefined) throw wrong(at(index, 'step'), raw.step, 'it must be a 64-bit integer.')
  return { run, key, step, time, value }
}

/** Reads the metric of a log-metric request. Throws MlflowError naming the field. */
export function readMetric(run: string, raw: RawMetric): MetricPoint {
  return readPoint(run, checkKey(raw.key, 'name'), raw, undefined)
}

/** Reads the metrics of a batch; one that is there twice counts once, as in MLflow. Throws MlflowError naming the field. */
export function readMetrics(run: string, raw: readonly unknown[]): MetricPoint[] {
  const keys = new Set<string>()
  const points: MetricPoint[] = []
  const isSeen = isRepeated(raw.length)
  for (let index = 0; index < raw.length; index++) {
    const item = raw[index]
    if (typeof item !== 'object' || item === null)
      throw wrong(`metrics[${index}]`, item, 'it must be an object.')
    const metric = item as RawMetric
    const key = metric.key as string
    if (!keys.has(key)) keys.add(checkKey(key, at(index, 'name')))
    const point = readPoint(run, key, metric, index)
    if (!isSeen(point)) points.push(point)
  }
  return points
}
