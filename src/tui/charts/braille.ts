// A canvas of dots, 2 by 4 in each cell, with one colour a cell. Dots of a later layer replace those
// below in the same cell; in one layer they join and the last colour wins.

/** Puts a colour around text. */
export type Pen = (text: string) => string

/** A canvas; dots are counted from the upper left corner, `pen` is an index of the pens. */
export interface Canvas {
  /** Cells. */
  readonly columns: number
  readonly rows: number
  /** Sets one dot; outside the canvas nothing happens. */
  dot(x: number, y: number, pen: number): void
  /** A straight line between two dots, clipped to the canvas. */
  line(x0: number, y0: number, x1: number, y1: number, pen: number): void
  /** A character of one cell in place of the dots of a cell. */
  glyph(column: number, row: number, glyph: string, pen: number): void
  /** True when nothing was drawn in the cell. */
  isBlank(column: number, row: number): boolean
  /** What is drawn from now on covers what was drawn before. */
  raise(): void
  /** The picture: `rows` lines of `columns` cells. */
  lines(): string[]
}

// Bits of the braille block U+2800 by row and column of the dot.
const BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80] as const
// ASCII for a cell by which of its four rows of dots are set, the upper one being bit 0.
const ASCII = " '-'-:-:.::::::|"

const rowSet = (mask: number, row: number): number =>
  mask & (BITS[row * 2]! | BITS[row * 2 + 1]!) ? 1 << row : 0

/** ASCII in place of a braille cell; `mask` is its code point less U+2800. */
export function asciiOf(mask: number): string {
  return ASCII[rowSet(mask, 0) | rowSet(mask, 1) | rowSet(mask, 2) | rowSet(mask, 3)]!
}

interface Cells {
  readonly masks: Uint8Array
  readonly pens: Uint16Array
  readonly layers: Uint8Array
  readonly glyphs: Map<number, string>
}

/** The part of a line, as shares 0 to 1 of it, inside [0, max] in one direction (Liang and Barsky 1984). */
function inside(start: number, change: number, max: number): readonly [number, number] {
  if (change === 0) return start >= 0 && start <= max ? [0, 1] : [1, 0]
  const a = -start / change
  const b = (max - start) / change
  return a < b ? [Math.max(0, a), Math.min(1, b)] : [Math.max(0, b), Math.min(1, a)]
}

function renderRow(
  cells: Cells,
  from: number,
  columns: number,
  pens: readonly Pen[],
  unicode: boolean,
): string {
  let line = ''
  let run = ''
  let runPen = -1
  for (let at = from; at < from + columns; at++) {
    const mask = cells.masks[at]!
    const glyph = cells.glyphs.get(at)
    const blank = glyph === undefined && mask === 0
    const pen = blank ? -1 : cells.pens[at]!
    if (pen !== runPen) {
      line += runPen < 0 ? run : pens[runPen]!(run)
      run = ''
      runPen = pen
    }
    run += blank ? ' ' : (glyph ?? (unicode ? String.fromCharCode(0x2800 + mask) : asciiOf(mask)))
  }
  return line + (runPen < 0 ? run : pens[runPen]!(run))
}

/** Makes a canvas of `columns` by `rows` cells (whole numbers, not negative). At most 65,535 pens and 255 layers. */
export function createCanvas(columns: number, rows: number, pens: readonly Pen[], unicode: boolean): Canvas {
  const size = columns * rows
  const cells: Cells = {
    masks: new Uint8Array(size),
    pens: new Uint16Array(size),
    layers: new Uint8Array(size),
    glyphs: new Map(),
  }
  const maxX = columns * 2 - 1
  const maxY = rows * 4 - 1
  let layer = 0
  function dot(x: number, y: number, pen: number): void {
    if (!(x >= 0 && x <= maxX && y >= 0 && y <= maxY)) return
    const at = (y >> 2) * columns + (x >> 1)
    cells.masks[at] = (cells.layers[at] === layer ? cells.masks[at]! : 0) | BITS[(y & 3) * 2 + (x & 1)]!
    cells.pens[at] = pen
    cells.layers[at] = layer
  }
  function line(x0: number, y0: number, x1: number, y1: number, pen: number): void {
    if (!Number.isFinite(x1 - x0 + y1 - y0)) return
    const [xFrom, xTo] = inside(x0, x1 - x0, maxX)
    const [yFrom, yTo] = inside(y0, y1 - y0, maxY)
    const from = Math.max(xFrom, yFrom)
    const to = Math.min(xTo, yTo)
    if (from > to) return
    const width = (x1 - x0) * (to - from)
    const height = (y1 - y0) * (to - from)
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(width), Math.abs(height))))
    // Half a dot more, so that cutting off the fraction rounds.
    const x = x0 + (x1 - x0) * from + 0.5
    const y = y0 + (y1 - y0) * from + 0.5
    for (let i = 0; i <= steps; i++) dot((x + (width * i) / steps) | 0, (y + (height * i) / steps) | 0, pen)
  }
  return {
    columns,
    rows,
    dot,
    line,
    glyph(column, row, glyph, pen) {
      if (!(column >= 0 && column < columns && row >= 0 && row < rows)) return
      cells.glyphs.set(row * columns + column, glyph)
      cells.pens[row * columns + column] = pen
    },
    isBlank: (column, row) =>
      cells.masks[row * columns + column] === 0 && !cells.glyphs.has(row * columns + column),
    raise: () => {
      layer++
    },
    lines: () =>
      Array.from({ length: rows }, (_, row) => renderRow(cells, row * columns, columns, pens, unicode)),
  }
}
