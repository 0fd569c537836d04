// The chart of metrics: exact lines of dots over steps or time, whose spikes and NaN cannot be missed.

import type { Step } from '../../protocol/numbers.ts'
import { notice } from '../panels/frame.ts'
import { exactLines } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { onAxis, xFloor, xLabels, xTicks, yAxis, yAxisWidth } from './axes.ts'
import { type Canvas, createCanvas, type Pen } from './braille.ts'
import { type ChartWords, chartLegend, chartTitle, letterOf } from './chart-text.ts'
import { drawLine, drawNonFinite, type Projection, projection, signsOf } from './plot.ts'
import { linearScale, logScale, type Scale, type Tick } from './scale.ts'
import {
  axisBase,
  type ChartLine,
  extent,
  nearest,
  type Points,
  type Trace,
  thin,
  toTrace,
  type XAxis,
} from './traces.ts'

export type { ChartLine, XAxis } from './traces.ts'

/** What a line chart shows. */
export interface LineChartData {
  readonly title: string
  readonly lines: readonly ChartLine[]
  readonly x: XAxis
  /** log10 of the values; falls back to linear, and says so, when some value is not positive. */
  readonly log: boolean
  /** Weight of the moving average, 0 (none) to below 1: smoothed line bright, raw one faint behind. */
  readonly smooth: number
  /** Range of x to show; all by default. */
  readonly xRange?: readonly [Step, Step]
  /** x of the cross-hair: the chart then reads out each line's value there. */
  readonly cursor?: Step
  /** Said when there are no points. */
  readonly empty?: string
}

/** Sizes of the parts, cells. */
interface Parts {
  readonly title: number
  readonly legend: number
  readonly rows: number
  readonly floor: number
  readonly labels: number
}

function partsOf(height: number, many: boolean): Parts {
  const legend = many && height >= 5 ? 1 : 0
  const labels = height >= 4 ? 1 : 0
  const floor = height >= 9 ? 1 : 0
  return { title: 1, legend, labels, floor, rows: Math.max(0, height - 1 - legend - labels - floor) }
}

/** A trace thinned for the picture. */
interface Drawn {
  readonly trace: Trace
  readonly raw: Points
  readonly smooth: Points | undefined
}

function range(
  traces: readonly Trace[],
  { xRange, x }: LineChartData,
  base: bigint,
): readonly [number, number] {
  const asked = xRange?.map((bound) => onAxis(bound, base))
  const [from, to] = asked ?? extent(traces.map(({ xs }) => xs)) ?? [0, 0]
  if (to! > from! && Number.isFinite(to! - from!)) return [from!, to!]
  const middle = Number.isFinite(from!) ? from! : 0
  const half = x === 'step' ? 1 : 30_000
  return [middle - half, middle + half]
}

function yScale(drawn: readonly Drawn[], log: boolean): { y: Scale; notes: string[] } {
  const [min, max] = extent(drawn.map(({ raw }) => raw.values)) ?? [0, 0]
  const logarithmic = log ? logScale(min, max) : undefined
  if (logarithmic) return { y: logarithmic, notes: ['log'] }
  return { y: linearScale(min, max), notes: log ? ['linear: log needs values above 0'] : [] }
}

const bright = (line: number): number => line * 2
const dim = (line: number): number => line * 2 + 1

function pensOf(lines: readonly ChartLine[], theme: Theme): Pen[] {
  const pens = lines.flatMap(({ colour }): Pen[] => [
    (text) => theme.series(colour, text),
    (text) => theme.paint('dim', theme.series(colour, text)),
  ])
  return [...pens, (text) => theme.paint('bad', text), (text) => theme.paint('dim', text)]
}

/** Names each line on the line itself, for terminals without colour. */
function drawLetters(canvas: Canvas, { xs, values }: Points, at: Projection, line: number): void {
  let next = line * 5 + 2
  for (let i = 0; i < values.length; i++) {
    const column = at.column(xs[i]!) >> 1
    if (column < next || !Number.isFinite(values[i]!)) continue
    canvas.glyph(column, at.row(values[i]!) >> 2, letterOf(line), bright(line))
    next = column + 20
  }
}

function drawCursor(
  canvas: Canvas,
  drawn: readonly Drawn[],
  at: Projection,
  cursor: number,
  theme: Theme,
): void {
  const column = at.column(cursor) >> 1
  for (let row = 0; row < canvas.rows; row++)
    if (canvas.isBlank(column, row))
      canvas.glyph(column, row, theme.unicode ? '│' : '|', drawn.length * 2 + 1)
  for (const [i, { trace }] of drawn.entries()) {
    const value = trace.values[nearest(trace.xs, cursor)]
    if (value !== undefined && Number.isFinite(value))
      canvas.glyph(column, at.row(value) >> 2, theme.unicode ? '◆' : '@', bright(i))
  }
}

function draw(canvas: Canvas, drawn: readonly Drawn[], at: Projection, theme: Theme): void {
  const signs = signsOf(theme.unicode)
  for (const [i, { trace, raw, smooth }] of drawn.entries())
    if (smooth || trace.line.faint) drawLine(canvas, raw, at, dim(i), signs.lone)
  canvas.raise()
  for (const [i, { trace, raw, smooth }] of drawn.entries())
    if (!trace.line.faint) drawLine(canvas, smooth ?? raw, at, bright(i), signs.lone)
  if (theme.depth === 0 && drawn.length > 1)
    for (const [i, { raw, smooth }] of drawn.entries()) drawLetters(canvas, smooth ?? raw, at, i)
  for (const { raw } of drawn) drawNonFinite(canvas, raw, at, signs, drawn.length * 2)
}

/** The y axis and what of the width is left for the plot. */
function split(ticks: readonly Tick[], width: number): { left: number; columns: number } {
  const left = yAxisWidth(ticks)
  return width >= 16 && left <= width / 3 ? { left, columns: width - left } : { left: 0, columns: width }
}

function body(
  data: LineChartData,
  words: Omit<ChartWords, 'notes'>,
  parts: Parts,
  width: number,
  theme: Theme,
): { lines: string[]; notes: string[] } {
  const [xMin, xMax] = range(words.traces, data, words.base)
  const drawn = words.traces.map((trace): Drawn => {
    const { xs, values, smooth } = trace
    const thinned = (column: Float64Array) => thin(xs, column, xMin, xMax, width * 2)
    return { trace, raw: thinned(values), smooth: smooth === values ? undefined : thinned(smooth) }
  })
  const { y, notes } = yScale(drawn, data.log)
  const yTicks = y.ticks(Math.max(2, parts.rows >> 1))
  const { left, columns } = split(yTicks, width)
  const canvas = createCanvas(columns, parts.rows, pensOf(data.lines, theme), theme.unicode)
  const at = projection(canvas, xMin, xMax, y)
  draw(canvas, drawn, at, theme)
  const { cursor } = words
  if (cursor !== undefined && cursor >= xMin && cursor <= xMax) drawCursor(canvas, drawn, at, cursor, theme)
  const rowTicks = yTicks.map(({ value, label }) => ({ label, at: at.row(value) >> 2 }))
  const axis = left > 0 ? yAxis(rowTicks, left, parts.rows, theme) : []
  const lines = canvas.lines().map((line, i) => (axis[i] ?? '') + line)
  const ticks = xTicks(data.x, xMin, xMax, columns, words.base)
  const placed = ticks.map(({ value, label }) => ({ label, at: at.column(value) >> 1 }))
  if (parts.floor > 0) lines.push(xFloor(placed, columns, left, theme))
  if (parts.labels > 0) lines.push(xLabels(placed, columns, left, theme))
  return { lines, notes }
}

/** Paints the chart: exactly `height` lines of `width` cells. */
export function lineChart(data: LineChartData, width: number, height: number, theme: Theme): string[] {
  if (width < 1 || height < 1) return exactLines([], width, height)
  const base = axisBase(data.lines, data.x)
  const traces = data.lines.map((line) => toTrace(line, data.x, base, data.smooth))
  const cursor = data.cursor === undefined ? undefined : onAxis(data.cursor, base)
  const words = { title: data.title, traces, axis: data.x, base, cursor }
  if (traces.every(({ values }) => values.length === 0)) {
    const title = chartTitle({ ...words, traces: [], notes: [] }, width, theme)
    return [title, ...notice(data.empty ?? 'no points yet', width, height - 1, theme)]
  }
  const parts = partsOf(height, traces.length > 1)
  const { lines, notes } = body(data, words, parts, width, theme)
  const smoothing = data.smooth > 0 ? [`ema ${data.smooth}`] : []
  const all = { ...words, notes: [...notes, ...smoothing] }
  const legend = parts.legend > 0 ? [chartLegend(all, width, theme)] : []
  return [chartTitle(all, width, theme), ...legend, ...lines]
}
