// The columnar batch of points: grouped by series, flat columns, one message. Checked by hand,
// because zod costs 200-850 ns a point and this check 5-23.
import {
  fromWireStep,
  fromWireValue,
  type Step,
  toWireStep,
  toWireValue,
  type WireStep,
  type WireValue,
} from './numbers.ts'
import { cleanText } from './text.ts'

/** Points of several series. Point i of series s lies at offset counts[0] + .. + counts[s-1] + i. */
export interface Points {
  /** `[owner, key]` of each series: the owner is a run id or a host (agent) id. */
  readonly series: (readonly [owner: string, key: string])[]
  /** Number of points of each series, in order; their sum is the length of the columns. */
  readonly counts: number[]
  readonly steps: Step[]
  /** Unix time of each point, whole milliseconds. */
  readonly times: number[]
  /** Any float64, NaN and infinities included. */
  readonly values: number[]
}

/** Points as they stand in JSON. */
export interface WirePoints {
  series: (readonly [string, string])[]
  counts: number[]
  steps: WireStep[]
  times: number[]
  values: WireValue[]
}

/** Most points that one batch may carry; keeps a frame below 1 MiB. */
export const MAX_POINTS = 16_384
/** Longest metric key, UTF-16 units (MLflow allows 250). */
export const MAX_KEY = 512

/** Furthest a time may lie from 1970, ms: what a Date can hold. */
const MAX_TIME = 8.64e15

/** Collects points in arrival order, grouped by series. */
export class PointBuffer {
  #series = new Map<
    string,
    { owner: string; key: string; steps: Step[]; times: number[]; values: number[] }
  >()
  /** Number of points held. */
  size = 0

  /** Adds a point: `time` in Unix ms, rounded to whole ms; 0 where it is no time at all. */
  add(owner: string, key: string, step: Step, time: number, value: number): void {
    const id = `${owner}\n${key}`
    let column = this.#series.get(id)
    if (!column) {
      column = { owner, key, steps: [], times: [], values: [] }
      this.#series.set(id, column)
    }
    column.steps.push(step)
    const whole = Math.round(time)
    column.times.push(Math.abs(whole) <= MAX_TIME ? whole : 0)
    column.values.push(value)
    this.size++
  }

  /** Hands over what was collected and starts empty again. */
  take(): Points {
    const columns = [...this.#series.values()]
    this.#series = new Map()
    this.size = 0
    return {
      series: columns.map(({ owner, key }) => [owner, key] as const),
      counts: columns.map(({ steps }) => steps.length),
      steps: columns.flatMap(({ steps }) => steps),
      times: columns.flatMap(({ times }) => times),
      values: columns.flatMap(({ values }) => values),
    }
  }
}

/** Encodes points for JSON. */
export function toWirePoints(points: Points): WirePoints {
  return { ...points, steps: points.steps.map(toWireStep), values: points.values.map(toWireValue) }
}

/** Why a batch of points was refused; names the field and the index. */
export class BadPoints extends Error {}

function column<T>(raw: unknown, name: string, length: number, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(raw) || raw.length !== length)
    throw new BadPoints(`points.${name} must hold ${length} items`)
  const out = new Array<T>(length)
  for (let i = 0; i < length; i++) {
    const value = read(raw[i])
    if (value === undefined) throw new BadPoints(`points.${name}[${i}] is not valid`)
    out[i] = value
  }
  return out
}

const readTime = (raw: unknown) =>
  typeof raw === 'number' && Number.isInteger(raw) && Math.abs(raw) <= MAX_TIME ? raw : undefined
const readCount = (raw: unknown) =>
  Number.isSafeInteger(raw) && (raw as number) > 0 ? (raw as number) : undefined

function readSeries(raw: unknown): readonly [string, string] | undefined {
  if (!Array.isArray(raw) || raw.length !== 2) return undefined
  const [owner, key] = raw
  if (typeof owner !== 'string' || typeof key !== 'string' || owner === '') return undefined
  return [cleanText(owner, MAX_KEY), cleanText(key, MAX_KEY)]
}

/** Reads the columns of a message. Throws BadPoints with the field and index that is wrong. */
export function fromWirePoints(raw: unknown): Points {
  if (typeof raw !== 'object' || raw === null) throw new BadPoints('points must be an object')
  const wire = raw as Record<string, unknown>
  const groups = Array.isArray(wire.series) ? wire.series.length : -1
  const series = column(wire.series, 'series', groups, readSeries)
  const counts = column(wire.counts, 'counts', groups, readCount)
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total > MAX_POINTS) throw new BadPoints(`points: ${total} points, at most ${MAX_POINTS} in a batch`)
  return {
    series,
    counts,
    steps: column(wire.steps, 'steps', total, fromWireStep),
    times: column(wire.times, 'times', total, readTime),
    values: column(wire.values, 'values', total, fromWireValue),
  }
}
