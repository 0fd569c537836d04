// Gauges, donuts, bars and sparklines of blessed-contrib, as panels. Load it when a screen first needs
// it: that takes about 100 ms. Where a widget has no room, a line of text a value takes its place.
import { formatValue } from '../../core/format.ts'
import { exactLines, paintFit } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { gaugeBar } from './bar.ts'
import { COLOURS, paintRow } from './contrib-cells.ts'
import type { DrawWidget } from './contrib-screen.ts'
import { sparkline } from './sparkline.ts'

/** How a gauge or donut should strike the eye. */
export type ContribTone = keyof typeof COLOURS

/** A share of a whole: 0 to 100 percent. */
export interface Share {
  readonly label: string
  readonly percent: number | null
  readonly tone?: ContribTone
}

/** A number with a name. */
export interface Amount {
  readonly label: string
  readonly value: number
}

/** The recent course of a number, the newest last; null is missing. */
export interface Course {
  readonly label: string
  readonly values: readonly (number | null)[]
}

/** Panels drawn by blessed-contrib: exactly `height` lines of `width` cells. */
export interface ContribPaint {
  gauge(share: Share, width: number, height: number, theme: Theme): string[]
  donut(shares: readonly Share[], width: number, height: number, theme: Theme): string[]
  /** Bars that stand; values that are negative or not finite have none, their number is still written. */
  bars(amounts: readonly Amount[], width: number, height: number, theme: Theme): string[]
  sparklines(courses: readonly Course[], width: number, height: number, theme: Theme): string[]
}

/** 0 to 1, which is how the widgets read every share (1 percent would be read as all). */
const part = ({ percent }: Share): number =>
  percent === null || Number.isNaN(percent) ? 0 : Math.max(0, Math.min(1, percent / 100))

const colour = ({ tone, percent }: Share): string => COLOURS[percent === null ? 'warn' : (tone ?? 'accent')]

// An empty text makes the canvas write "undefined".
const label = (text: string, width: number): string =>
  fit(text, Math.min(width, cellWidth(text)), 'left', '') || ' '

function textLines(
  labels: readonly string[],
  width: number,
  theme: Theme,
  value: (i: number, room: number) => string,
) {
  const room = Math.min(Math.max(0, ...labels.map(cellWidth)), Math.floor(width / 2))
  return labels.map(
    (text, i) => `${paintFit(theme, 'dim', text, room)} ${value(i, Math.max(0, width - room - 1))}`,
  )
}

function shareLines(shares: readonly Share[], width: number, theme: Theme): string[] {
  const labels = shares.map((share) => share.label)
  return textLines(labels, width, theme, (i, room) =>
    gaugeBar(shares[i]!.percent, room, theme, shares[i]!.tone),
  )
}

function gauge(draw: DrawWidget, share: Share, width: number, height: number, theme: Theme): string[] {
  if (width < 14 || height < 2 || share.percent === null)
    return exactLines(shareLines([share], width, theme), width, height)
  // The widget keeps two columns and two rows free; the room given here makes up for them.
  const rows = draw('gauge', { percent: part(share), stroke: colour(share) }, width + 2, 4).slice(2)
  const bar = rows.map((row) => paintRow(row, width, theme))
  return exactLines(height > 2 ? [paintFit(theme, 'dim', share.label, width), ...bar] : bar, width, height)
}

function donut(
  draw: DrawWidget,
  shares: readonly Share[],
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const each = Math.floor(width / Math.max(1, shares.length))
  // In dots: a row of text below, and a gap on each side.
  const radius = Math.min(height * 2 - 4, each - 3)
  if (radius < 6 || shares.some(({ percent }) => percent === null))
    return exactLines(shareLines(shares, width, theme), width, height)
  const data = shares.map((share) => ({
    label: label(share.label, each - 2),
    percent: part(share),
    color: colour(share),
  }))
  const options = { radius, arcWidth: Math.max(2, radius >> 2), data }
  const rows = draw('donut', options, width + 3, height + 3)
  return exactLines(
    rows.map((row) => paintRow(row, width, theme)),
    width,
    height,
  )
}

/** A number that the widget measures as one and writes as we do. */
function written(value: number, width: number) {
  const size = Number.isFinite(value) ? Math.max(0, value) : 0
  return { valueOf: () => size, toString: () => label(formatValue(value), width) }
}

function bars(
  draw: DrawWidget,
  amounts: readonly Amount[],
  width: number,
  height: number,
  theme: Theme,
): string[] {
  const spacing = Math.min(14, Math.floor(width / Math.max(1, amounts.length)))
  if (spacing < 6 || height < 7 || amounts.length === 0) {
    const labels = amounts.map((amount) => amount.label)
    const lines = textLines(labels, width, theme, (i) => theme.paint('bold', formatValue(amounts[i]!.value)))
    return exactLines(lines, width, height)
  }
  const data = {
    titles: amounts.map((amount) => label(amount.label, spacing - 2)),
    data: amounts.map(({ value }) => written(value, spacing - 2)),
  }
  const options = { barWidth: spacing - 3, barSpacing: spacing, xOffset: 0, maxHeight: 0 }
  const rows = draw('bar', options, width + 2, height + 2, (widget) => widget.setData(data))
  return exactLines(
    rows.map((row) => paintRow(row, width, theme)),
    width,
    height,
  )
}

/** Whole numbers 0 to 1000: the widget's arithmetic has 32 bits and knows no gaps. */
function scaled(values: readonly (number | null)[]): number[] {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value))
  const min = Math.min(...finite)
  const half = Math.max(...finite) / 2 - min / 2
  return values.map((value) =>
    value !== null && Number.isFinite(value) && half > 0
      ? Math.round(((value / 2 - min / 2) / half) * 1000)
      : 0,
  )
}

function sparklines(
  draw: DrawWidget,
  courses: readonly Course[],
  width: number,
  height: number,
  theme: Theme,
): string[] {
  if (width < 12 || height < 2 || courses.length === 0) {
    const labels = courses.map((course) => course.label)
    const lines = textLines(labels, width, theme, (i, room) => sparkline(courses[i]!.values, room, theme))
    return exactLines(lines, width, height)
  }
  // Three rows each; the widget begins with a blank one.
  const shown = courses.slice(0, Math.ceil(height / 3))
  const recent = shown.map(({ values }) => values.slice(-width))
  const titles = shown.map((course) =>
    label(course.label, width - 1).replace(/[{}]/g, (brace) => (brace === '{' ? '{open}' : '{close}')),
  )
  const fill = (widget: { setData(...data: readonly unknown[]): void }) =>
    widget.setData(titles, recent.map(scaled))
  const rows = draw('sparkline', { tags: true, style: { fg: 'blue' } }, width + 2, shown.length * 3 + 1, fill)
  for (const [at, values] of recent.entries())
    for (const [i, value] of values.entries())
      if (value === null || !Number.isFinite(value)) rows[at * 3 + 2]!.glyphs[i] = value === null ? ' ' : 'x'
  return exactLines(
    rows.slice(1).map((row) => paintRow(row, width, theme)),
    width,
    height,
  )
}

let opened: Promise<ContribPaint> | undefined

async function open(): Promise<ContribPaint> {
  const { openScreen } = await import('./contrib-screen.ts')
  const draw = openScreen()
  return {
    gauge: (...args) => gauge(draw, ...args),
    donut: (...args) => donut(draw, ...args),
    bars: (...args) => bars(draw, ...args),
    sparklines: (...args) => sparklines(draw, ...args),
  }
}

/** Loads blessed-contrib once and gives its panels; rejects when it is not installed. */
export function openContrib(): Promise<ContribPaint> {
  opened ??= open()
  return opened
}
