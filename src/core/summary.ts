// What the console knows of a series without reading its points.
import { fromWireStep, fromWireValue, type Step, toWireStep, toWireValue } from '../protocol/numbers.ts'

/** One point; `time` in Unix ms. */
export interface Point {
  readonly step: Step
  readonly time: number
  readonly value: number
}

/** Running facts of a series, in order of arrival. `min` and `max` leave NaN and infinities out. */
export interface Summary {
  readonly count: number
  readonly nonFinite: number
  readonly first: Point
  readonly last: Point
  readonly min: number | null
  readonly max: number | null
  /** Time of the first of the values, not finite, that the series ends with; null while its last value is finite. */
  readonly badSince: number | null
}

/** Columns of points of one series, equally long; times in Unix ms. */
export interface PointColumns {
  readonly steps: ArrayLike<Step>
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
}

const pointAt = (columns: PointColumns, i: number): Point => ({
  step: columns.steps[i]!,
  time: columns.times[i]!,
  value: columns.values[i]!,
})

/** Adds the points [from, to) of `columns` to a summary; undefined starts a new one. `to` must be above `from`. */
export function summarise(
  before: Summary | undefined,
  columns: PointColumns,
  from: number,
  to: number,
): Summary {
  let min = before?.min ?? null
  let max = before?.max ?? null
  let nonFinite = before?.nonFinite ?? 0
  let badSince = before?.badSince ?? null
  for (let i = from; i < to; i++) {
    const value = columns.values[i]!
    if (!Number.isFinite(value)) {
      nonFinite++
      badSince ??= columns.times[i]!
    } else {
      badSince = null
      if (min === null || value < min) min = value
      if (max === null || value > max) max = value
    }
  }
  const first = before?.first ?? pointAt(columns, from)
  return {
    count: (before?.count ?? 0) + to - from,
    nonFinite,
    first,
    last: pointAt(columns, to - 1),
    min,
    max,
    badSince,
  }
}

/** JSON form: `[count, nonFinite, first, last, min, max, badSince]`, points as `[step, time, value]`; without the last one where it is null. */
export function toWireSummary(summary: Summary): unknown[] {
  const point = ({ step, time, value }: Point) => [toWireStep(step), time, toWireValue(value)]
  return [
    summary.count,
    summary.nonFinite,
    point(summary.first),
    point(summary.last),
    summary.min,
    summary.max,
    ...(summary.badSince === null ? [] : [summary.badSince]),
  ]
}

function readPoint(raw: unknown): Point {
  const [step, time, value] = raw as unknown[]
  return { step: fromWireStep(step) ?? 0, time: time as number, value: fromWireValue(value) ?? Number.NaN }
}

/** Reads what toWireSummary wrote, or an older build, which told nothing of `badSince`. */
export function fromWireSummary(raw: unknown): Summary {
  const [count, nonFinite, first, rawLast, min, max, badSince] = raw as unknown[]
  const last = readPoint(rawLast)
  return {
    count: count as number,
    nonFinite: nonFinite as number,
    first: readPoint(first),
    last,
    min: min as number | null,
    max: max as number | null,
    badSince: (badSince as number | undefined) ?? (Number.isFinite(last.value) ? null : last.time),
  }
}
