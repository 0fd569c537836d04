// Putting panels together: a titled border, one above the other, side by side, one over another.
import type { Theme, Tone } from '../terminal/style.ts'
import { cellWidth } from '../terminal/width.ts'
import { exactLines, fitPainted, paintedWidth, paintFit, sliceCells } from './painted.ts'

/** What a border says. */
export interface FrameOptions {
  readonly title?: string
  /** Text at the right of the upper edge, such as a position. */
  readonly note?: string
  /** Tone of the border; `border` by default, `accent` for the pane with the focus, `danger` for production. */
  readonly tone?: Tone
}

const EDGES = { unicode: ['┌', '─', '┐', '│', '└', '┘'], ascii: ['+', '-', '+', '|', '+', '+'] } as const

/** Room inside a border, cells. */
export const insideFrame = (width: number, height: number) => ({
  width: Math.max(0, width - 2),
  height: Math.max(0, height - 2),
})

function topEdge({ title = '', note = '' }: FrameOptions, width: number, theme: Theme, tone: Tone): string {
  const [left, line, right] = EDGES[theme.unicode ? 'unicode' : 'ascii']
  const room = width - 2
  const titleWidth = title === '' ? 0 : Math.min(cellWidth(title) + 2, room)
  const noteWidth = note === '' ? 0 : cellWidth(note) + 2
  const withNote = noteWidth > 0 && titleWidth + noteWidth < room
  const rest = room - titleWidth - (withNote ? noteWidth : 0)
  const painted = titleWidth === 0 ? '' : paintFit(theme, 'title', ` ${title} `, titleWidth)
  const end = withNote ? theme.paint('dim', ` ${note} `) : ''
  return (
    theme.paint(tone, left) + painted + theme.paint(tone, line.repeat(rest)) + end + theme.paint(tone, right)
  )
}

/** Draws a border around lines; exactly `width` by `height`. Below 2 by 2 only the lines are left. */
export function frame(
  lines: readonly string[],
  options: FrameOptions,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  if (width < 2 || height < 2) return exactLines(lines, width, height)
  const tone = options.tone ?? 'border'
  const [, line, , side, left, right] = EDGES[theme.unicode ? 'unicode' : 'ascii']
  const inside = exactLines(lines, width - 2, height - 2)
  const edge = theme.paint(tone, side)
  return [
    topEdge(options, width, theme, tone),
    ...inside.map((text) => edge + text + edge),
    theme.paint(tone, left + line.repeat(width - 2) + right),
  ]
}

/** Blocks one above the other. */
export const stack = (...blocks: readonly (readonly string[])[]): string[] => blocks.flat()

/** Blocks side by side, each of its own width; a shorter one is filled with blanks below. */
export function beside(...blocks: readonly (readonly string[])[]): string[] {
  const height = Math.max(0, ...blocks.map((block) => block.length))
  const widths = blocks.map((block) => paintedWidth(block[0] ?? ''))
  return Array.from({ length: height }, (_, row) =>
    blocks.map((block, i) => block[row] ?? ' '.repeat(widths[i]!)).join(''),
  )
}

/** Lays `box` over `base` with its upper left corner at (row, column), cells from 0; what hangs out is cut. */
export function overlay(
  base: readonly string[],
  box: readonly string[],
  row: number,
  column: number,
): string[] {
  return base.map((line, at) => {
    const top = box[at - row]
    if (top === undefined) return line
    const width = paintedWidth(line)
    const start = Math.min(Math.max(0, column), width)
    const end = Math.max(start, Math.min(width, column + paintedWidth(top)))
    const middle = sliceCells(top, start - column, end - column)
    return sliceCells(line, 0, start) + middle + sliceCells(line, end, width)
  })
}

/** Lays `box` over the middle of `base`. */
export function overlayCentred(base: readonly string[], box: readonly string[]): string[] {
  const row = Math.max(0, (base.length - box.length) >> 1)
  const column = Math.max(0, (paintedWidth(base[0] ?? '') - paintedWidth(box[0] ?? '')) >> 1)
  return overlay(base, box, row, column)
}

/** A text in the middle of a panel, for what has nothing to show. */
export function notice(
  text: string,
  width: number,
  height: number,
  theme: Theme,
  tone: Tone = 'dim',
): string[] {
  const lines = Array.from({ length: Math.max(0, height) }, () => ' '.repeat(Math.max(0, width)))
  const middle = (lines.length - 1) >> 1
  if (lines.length > 0) lines[middle] = paintFit(theme, tone, text, width, 'center')
  return lines.map((line) => fitPainted(line, width))
}
