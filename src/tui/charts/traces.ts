// The lines of a chart made ready to draw: x as numbers of one axis, smoothed, thinned to the room there is.
import type { Columns } from '../../core/columns.ts'
import { type Axis, createDecimator } from '../../core/decimate.ts'
import { ema } from '../../core/ema.ts'

/** What lies on the x axis: the step, Unix ms, or ms since the line began. */
export type XAxis = Axis

/** One line as the caller gives it. */
export interface ChartLine {
  readonly label: string
  readonly columns: Columns
  /** Index of a series colour. */
  readonly colour: number
  /** Drawn dim and behind the others. */
  readonly faint?: boolean
  /** Unix ms that `relative` counts from; the time of the first point by default. */
  readonly origin?: number
}

/** One line on its axis; all columns have the same length. */
export interface Trace {
  readonly line: ChartLine
  /** x of each point, less the base of the axis. */
  readonly xs: Float64Array
  readonly values: Float64Array
  /** Smoothed values; the same array as `values` where nothing is smoothed. */
  readonly smooth: Float64Array
}

/** Points of a trace in the range of the chart, sorted by x, a few for each column of dots. */
export interface Points {
  readonly xs: ArrayLike<number>
  readonly values: Float64Array
}

/** What is taken from every x before it becomes a float: only steps beyond 2^53 have one. */
export function axisBase(lines: readonly ChartLine[], x: XAxis): bigint {
  if (x !== 'step') return 0n
  let least: bigint | undefined
  for (const { columns } of lines) {
    if (!(columns.steps instanceof BigInt64Array)) continue
    for (const step of columns.steps) if (least === undefined || step < least) least = step
  }
  return least ?? 0n
}

function xsOf({ columns, origin }: ChartLine, x: XAxis, base: bigint): Float64Array {
  const { steps, times } = columns
  if (x === 'time') return times
  if (x === 'relative') {
    const start = origin ?? times[0] ?? 0
    return times.map((time) => time - start)
  }
  if (steps instanceof BigInt64Array) return Float64Array.from(steps, (step) => Number(step - base))
  return base === 0n ? steps : steps.map((step) => step - Number(base))
}

/** Puts a line on its axis. `weight` is that of the moving average, 0 for none. */
export function toTrace(line: ChartLine, x: XAxis, base: bigint, weight: number): Trace {
  const { values } = line.columns
  const held = weight > 0 ? Math.min(weight, 0.999) : 0
  return { line, xs: xsOf(line, x, base), values, smooth: held > 0 ? ema(values, held) : values }
}

/** Least and greatest finite number; undefined when there is none. */
export function extent(all: readonly ArrayLike<number>[]): readonly [number, number] | undefined {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const numbers of all)
    for (let i = 0; i < numbers.length; i++) {
      const value = numbers[i]!
      if (!Number.isFinite(value)) continue
      if (value < min) min = value
      if (value > max) max = value
    }
  return min <= max ? [min, max] : undefined
}

function inOrder(xs: Float64Array, min: number, max: number): boolean {
  let before = min
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i]!
    if (!(x >= before)) return false
    before = x
  }
  return before <= max
}

// Up to here drawing every point costs less than choosing which to draw.
const FEW_PER_DOT = 32

/** Thins a trace to `dots` columns of dots over [min, max], keeping every extreme and non-finite value. */
export function thin(xs: Float64Array, values: Float64Array, min: number, max: number, dots: number): Points {
  if (xs.length <= dots * FEW_PER_DOT && inOrder(xs, min, max)) return { xs, values }
  const decimator = createDecimator(min, max, dots, 'step')
  decimator.push({ steps: xs, times: xs, values })
  const kept = decimator.finish()
  return { xs: kept.times, values: kept.values }
}

/** Index of the point whose x is nearest to `x`, the last one of several; -1 when there is none. */
export function nearest(xs: Float64Array, x: number): number {
  let best = -1
  let distance = Number.POSITIVE_INFINITY
  for (let i = 0; i < xs.length; i++) {
    const here = Math.abs(xs[i]! - x)
    if (here <= distance) {
      distance = here
      best = i
    }
  }
  return best
}
