// What stands around a plot: values at its left, steps or times below it.

import { formatTime } from '../../core/format.ts'
import type { Step } from '../../protocol/numbers.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { durationLabel, durationTicks, linearTicks, type Tick, timeTicks } from './scale.ts'
import type { XAxis } from './traces.ts'

const LINES = {
  unicode: { side: '│', tick: '┤', corner: '└', floor: '─', down: '┬' },
  ascii: { side: '|', tick: '+', corner: '+', floor: '-', down: '+' },
} as const

const linesOf = (theme: Theme) => LINES[theme.unicode ? 'unicode' : 'ascii']

/** A tick and the row or column of cells where it stands. */
export interface PlacedTick {
  readonly label: string
  readonly at: number
}

/** Cells that the labels of a y axis need, its line included. */
export const yAxisWidth = (ticks: readonly Tick[]): number =>
  Math.max(0, ...ticks.map(({ label }) => cellWidth(label))) + 1

/** Paints the labels of y, one line a row, `width` cells wide with the axis itself at the right. */
export function yAxis(ticks: readonly PlacedTick[], width: number, rows: number, theme: Theme): string[] {
  const { side, tick } = linesOf(theme)
  const blank = ' '.repeat(Math.max(0, width - 1)) + theme.paint('border', side)
  const lines = Array.from({ length: rows }, () => blank)
  for (const { label, at } of ticks)
    if (at >= 0 && at < rows)
      lines[at] = theme.paint('dim', fit(label, width - 1, 'right', '')) + theme.paint('border', tick)
  return lines
}

/** Round values for an axis of x, at most one each ten cells. `base` is what was taken from the steps. */
export function xTicks(axis: XAxis, min: number, max: number, columns: number, base: bigint): Tick[] {
  const count = Math.max(1, Math.floor(columns / 10))
  if (axis === 'time') return timeTicks(min, max, count)
  if (axis === 'relative') return durationTicks(min, max, count)
  const ticks = linearTicks(min, max, count, 1)
  return base === 0n ? ticks : ticks.map(({ value, label }) => ({ value, label: `+${label}` }))
}

/** The line under a plot of `columns` cells, `left` cells of y axis included. */
export function xFloor(ticks: readonly PlacedTick[], columns: number, left: number, theme: Theme): string {
  const { corner, floor, down } = linesOf(theme)
  const cells = Array<string>(Math.max(0, columns)).fill(floor)
  for (const { at } of ticks) if (at >= 0 && at < columns) cells[at] = down
  const start = left > 0 ? ' '.repeat(left - 1) + corner : ''
  return theme.paint('border', start + cells.join(''))
}

/** The labels under a plot, each under the middle of its tick; those that would touch another are left out. */
export function xLabels(ticks: readonly PlacedTick[], columns: number, left: number, theme: Theme): string {
  const width = columns + left
  let line = ''
  for (const { label, at } of ticks) {
    const cells = cellWidth(label)
    const start = Math.max(0, Math.min(left + at - (cells >> 1), width - cells))
    if (cells > width || (line !== '' && start < line.length + 1)) continue
    line += ' '.repeat(start - line.length) + label
  }
  return theme.paint('dim', fit(line, width, 'left', ''))
}

/** An x in full: `step 1200`, `2026-11-23 12:30:05`, `1h30m`. */
export function xText(axis: XAxis, x: number, base: bigint): string {
  if (axis === 'relative') return durationLabel(x)
  if (axis === 'time') return Math.abs(x) <= 8.64e15 ? formatTime(x) : String(x)
  return `step ${base === 0n || !Number.isFinite(x) ? x : BigInt(Math.round(x)) + base}`
}

/** A step, Unix ms or duration as the caller counts it, on an axis with a base. */
export function onAxis(x: Step, base: bigint): number {
  if (typeof x === 'bigint') return Number(x - base)
  return base === 0n ? x : x - Number(base)
}
