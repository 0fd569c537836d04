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
  /** The point with the highest step, then time, then value, where it is not the last one: writers may send out of order. */
  readonly latest?: Point
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

function isLater(columns: PointColumns, i: number, than: Point): boolean {
  const step = columns.steps[i]!
  if (step !== than.step) return step > than.step
  const time = columns.times[i]!
  return time !== than.time ? time > than.time : columns.values[i]! >= than.value
}

const isSame = (a: Point, b: Point) => a.step === b.step && a.time === b.time && Object.is(a.value, b.value)

/** The point with the highest step, then time, then value: what MLflow calls the latest. */
export const latestOf = ({ latest, last }: Summary): Point => latest ?? last

/**
 * Adds the points [from, to) of `columns` to a summary; undefined starts a new one. `to` must be above `from`. Points
 * that are `late` were sent before those that the summary has: they count, but the last point stays.
 */
export function summarise(
  before: Summary | undefined,
  columns: PointColumns,
  from: number,
  to: number,
  late = false,
): Summary {
  let min = before?.min ?? null
  let max = before?.max ?? null
  let nonFinite = before?.nonFinite ?? 0
  let badSince = before?.badSince ?? null
  let latest = before ? latestOf(before) : pointAt(columns, from)
  for (let i = from; i < to; i++) {
    const value = columns.values[i]!
    if (isLater(columns, i, latest)) latest = pointAt(columns, i)
    if (!Number.isFinite(value)) {
      nonFinite++
      badSince ??= columns.times[i]!
    } else {
      badSince = null
      if (min === null || value < min) min = value
      if (max === null || value > max) max = value
    }
  }
  const isBehind = late && before !== undefined
  const last = isBehind ? before.last : pointAt(columns, to - 1)
  const isFirst = !before || (isBehind && columns.times[from]! < before.first.time)
  return {
    count: (before?.count ?? 0) + to - from,
    nonFinite,
    first: isFirst ? pointAt(columns, from) : before.first,
    last,
    min,
    max,
    badSince: isBehind ? before.badSince : badSince,
    ...(!isSame(latest, last) && { latest }),
  }
}

const later = (a: Point, b: Point): Point => {
  const { step, time, value } = b
  return isLater({ steps: [step], times: [time], values: [value] }, 0, a) ? b : a
}

/** The summary of points that came in two lots, one after the other, none of them late. */
export function joinSummaries(before: Summary | undefined, after: Summary | undefined): Summary | undefined {
  if (!before || !after) return before ?? after
  const least = (a: number | null, b: number | null, pick: typeof Math.min) =>
    a === null || b === null ? (a ?? b) : pick(a, b)
  const latest = later(latestOf(before), latestOf(after))
  const allBad = after.nonFinite === after.count
  return {
    count: before.count + after.count,
    nonFinite: before.nonFinite + after.nonFinite,
    first: before.first,
    last: after.last,
    min: least(before.min, after.min, Math.min),
    max: least(before.max, after.max, Math.max),
    badSince: allBad ? (before.badSince ?? after.badSince) : after.badSince,
    ...(!isSame(latest, after.last) && { latest }),
  }
}

/** JSON form: `[count, nonFinite, first, last, min, max, badSince, latest]`, points as `[step, time, value]`; without `latest` where it is the last, and then without a `badSince` of null. */
export function toWireSummary(summary: Summary): unknown[] {
  const point = ({ step, time, value }: Point) => [toWireStep(step), time, toWireValue(value)]
  return [
    summary.count,
    summary.nonFinite,
    point(summary.first),
    point(summary.last),
    summary.min,
    summary.max,
    ...(summary.latest ? [summary.badSince, point(summary.latest)] : []),
    ...(summary.latest || summary.badSince === null ? [] : [summary.badSince]),
  ]
}

function readPoint(raw: unknown): Point {
  const [step, time, value] = raw as unknown[]
  return { step: fromWireStep(step) ?? 0, time: time as number, value: fromWireValue(value) ?? Number.NaN }
}

/** Reads what toWireSummary wrote, or an older build, which told nothing of `badSince`. */
export function fromWireSummary(raw: unknown): Summary {
  const [count, nonFinite, first, rawLast, min, max, badSince, latest] = raw as unknown[]
  const last = readPoint(rawLast)
  return {
    count: count as number,
    nonFinite: nonFinite as number,
    first: readPoint(first),
    last,
    min: min as number | null,
    max: max as number | null,
    badSince: (badSince as number | undefined) ?? (Number.isFinite(last.value) ? null : last.time),
    ...(latest !== undefined && { latest: readPoint(latest) }),
  }
}
