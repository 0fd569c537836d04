// The losses of runs as what contrib's line chart can take: equally spaced finite numbers of a tame
// size. One NaN in its data draws nothing at all, and a label as small as 1e-5 reads 0.00.
import type { Columns } from '../../core/columns.ts'
import { formatValue } from '../../core/format.ts'

/** The points of one run. */
export interface LossPoints {
  readonly label: string
  readonly columns: Columns
}

/** One line of the chart. */
export interface LossLine {
  readonly label: string
  /** Divided by the unit, at places 0, 1, 2, ... of the axis; empty when no value was finite. */
  readonly values: readonly number[]
  /** The last value as it was logged; undefined without points. */
  readonly last: number | undefined
  /** Values that are not finite; they are left out of the line. */
  readonly nonFinite: number
}

/** All lines on common axes. */
export interface LossChart {
  /** A label for each place: steps since the run's first one. */
  readonly x: readonly string[]
  readonly lines: readonly LossLine[]
  /** What the values were divided by: a power of ten. */
  readonly unit: number
  /** Range of the divided values; max is above min. */
  readonly min: number
  readonly max: number
}

const offset = ({ steps }: Columns, at: number): number => Number(steps[at]!) - Number(steps[0]!)

function spanOf(all: readonly LossPoints[]): number {
  let span = 0
  for (const { columns } of all)
    for (let i = 0; i < columns.values.length; i++) span = Math.max(span, offset(columns, i))
  return span
}

/** The last finite value of each place; places between two values lie on the straight line between them. */
function placed(columns: Columns, span: number, places: number): number[] {
  const found: number[] = []
  let before = -1
  for (let i = 0; i < columns.values.length; i++) {
    const value = columns.values[i]!
    const place = span > 0 ? Math.floor((Math.max(0, offset(columns, i)) / span) * (places - 1)) : 0
    if (!Number.isFinite(value) || place < before) continue
    const from = before < 0 ? value : found[before]!
    const gap = place - before
    for (let k = 1; k < gap; k++)
      found[before + k] = from === value ? value : from * (1 - k / gap) + value * (k / gap)
    found[place] = value
    before = place
  }
  return found
}

/** Powers of ten beyond which labels of two decimals would say nothing. */
function unitOf(values: readonly number[]): number {
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (size === 0 || (size >= 0.5 && size < 10_000)) return 1
  // As text: 10 ** -5 is not 1e-5.
  return Number(`1e${Math.max(-300, Math.floor(Math.log10(size)))}`)
}

function rangeOf(values: readonly number[]): { min: number; max: number } {
  const min = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const max = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  if (!(max >= min)) return { min: 0, max: 1 }
  // Losses are read against 0 where that costs less than half of the height.
  const low = min > 0 && min < max / 2 ? 0 : min
  return max - low > 1e-6 * Math.max(1, Math.abs(max))
    ? { min: low, max }
    : { min: low - 0.5, max: max + 0.5 }
}

/** Puts runs on one chart of `columns` cells, at most two places a cell. */
export function lossChart(all: readonly LossPoints[], columns: number): LossChart {
  const places = Math.max(2, Math.floor(columns) * 2)
  const span = spanOf(all)
  const raw = all.map((points) => placed(points.columns, span, places))
  const unit = unitOf(raw.flat())
  const lines = all.map(({ label, columns: { values } }, i) => ({
    label,
    values: raw[i]!.map((value) => value / unit),
    last: values.at(-1),
    nonFinite: values.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0),
  }))
  const x = Array.from({ length: places }, (_, i) => formatValue(Math.round((span * i) / (places - 1))))
  return { x, lines, unit, ...rangeOf(lines.flatMap((line) => line.values)) }
}
