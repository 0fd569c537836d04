// Draws traces on a canvas: lines, points that stand alone, and marks for values that are not finite.
import type { Canvas } from './braille.ts'
import type { Scale } from './scale.ts'
import type { Points } from './traces.ts'

/** Turns x and y into dots of one canvas. */
export interface Projection {
  /** Column of dots of an x in range. */
  column(x: number): number
  /** Row of dots of a finite value; outside the canvas for values out of range. */
  row(value: number): number
}

/** Signs for what dots cannot show. */
export interface Signs {
  readonly lone: string
  readonly nan: string
  readonly up: string
  readonly down: string
  readonly wall: string
}

/** Signs by what the terminal can draw. */
export const signsOf = (unicode: boolean): Signs =>
  unicode
    ? { lone: '•', nan: '×', up: '▲', down: '▼', wall: '┊' }
    : { lone: 'o', nan: 'X', up: '^', down: 'v', wall: '!' }

/** The dots of a range of x and a scale of y. */
export function projection(canvas: Canvas, xMin: number, xMax: number, y: Scale): Projection {
  const wide = canvas.columns * 2
  const high = canvas.rows * 4 - 1
  const span = xMax - xMin
  return {
    // Rounded down, as the buckets of the thinning are.
    column: (x) => Math.max(0, Math.min(wide - 1, Math.floor(((x - xMin) / span) * wide))),
    row: (value) => Math.round((1 - y.position(value)) * high),
  }
}

/**
 * Draws one line. Points in the same column of dots become one stroke from least to greatest, so the
 * cost is that of the columns, not of the points; no line crosses a value that is not finite.
 */
export function drawLine(canvas: Canvas, points: Points, at: Projection, pen: number, lone: string): void {
  let column = -1
  let top = 0
  let bottom = 0
  let last = 0
  let alone = true
  const flush = (): void => {
    if (column >= 0) canvas.line(column, top, column, bottom, pen)
    if (column >= 0 && alone) canvas.glyph(column >> 1, last >> 2, lone, pen)
  }
  const { xs, values } = points
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      flush()
      column = -1
      alone = true
      continue
    }
    const x = at.column(xs[i]!)
    const y = at.row(value)
    if (x === column) {
      if (y !== last) alone = false
      if (y < top) top = y
      if (y > bottom) bottom = y
    } else {
      const joined = column >= 0
      if (joined) {
        alone = false
        canvas.line(column, last, x, y, pen)
      }
      flush()
      column = x
      top = y
      bottom = y
      alone = !joined
    }
    last = y
  }
  flush()
}

function signOf(value: number, signs: Signs): string {
  if (Number.isNaN(value)) return signs.nan
  return value > 0 ? signs.up : signs.down
}

/**
 * Marks every value that is not finite: `up` on the upper edge, `down` and `nan` on the lower one. Where
 * such values begin, a wall through all blank cells shows it from afar.
 */
export function drawNonFinite(
  canvas: Canvas,
  points: Points,
  at: Projection,
  signs: Signs,
  pen: number,
): void {
  let before = true
  for (let i = 0; i < points.values.length; i++) {
    const value = points.values[i]!
    const finite = Number.isFinite(value)
    if (!finite) {
      const column = at.column(points.xs[i]!) >> 1
      if (before)
        for (let row = 0; row < canvas.rows; row++)
          if (canvas.isBlank(column, row)) canvas.glyph(column, row, signs.wall, pen)
      const row = value === Number.POSITIVE_INFINITY ? 0 : canvas.rows - 1
      canvas.glyph(column, row, signOf(value, signs), pen)
    }
    before = finite
  }
}
