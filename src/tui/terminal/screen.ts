// What the terminal shows, cell by cell, and the bytes that turn it into the next frame: only changed
// cells, absolutely addressed, with the shortest moves and attribute changes. Autowrap must be off.
import { blankRow, createLineReader, inkEnd, type Row, sameCell } from './cells.ts'
import { PLAIN_STYLE, type Style, styleChange } from './sgr.ts'

/** The picture on the terminal. */
export interface Screen {
  /** Bytes that show `frame` (lines joined by \n), '' when nothing changed; ends without attributes. */
  paint(frame: string): string
  /** Forgets what is on the terminal: the next `paint` writes every cell. */
  invalidate(): void
  resize(columns: number, rows: number): void
}

// Where the terminal's cursor and attributes are; column -1 is "not known".
interface Pen {
  out: string
  row: number
  column: number
  style: Style
}

const moveTo = (row: number, column: number): string =>
  column === 0 ? `\u001b[${row + 1}H` : `\u001b[${row + 1};${column + 1}H`

// Wider gaps are always dearer to rewrite than a move, which takes at most 10 bytes.
const MAX_GAP = 8
// `ESC[K` is three bytes: below that, blanks are cheaper.
const MIN_ERASE = 4

/**
 * True when terminals disagree on the width: emoji, joined and combining sequences, and everything
 * outside the basic plane. One-unit glyphs of the basic plane are safe, wide ones only if East Asian.
 */
function isDoubtful(glyph: string, wide: boolean): boolean {
  if (glyph.length > 1) return true
  return wide && glyph >= '\u2300' && glyph < '\u2e80'
}

function put(pen: Pen, glyph: string, style: Style, width: number): void {
  pen.out += styleChange(pen.style, style) + glyph
  pen.style = style
  pen.column += width
}

function rewriteGap(pen: Pen, row: Row, to: number): string | undefined {
  if (pen.column < 0 || to - pen.column > MAX_GAP || row.glyphs[pen.column] === '') return undefined
  let out = ''
  let bytes = 0
  let style = pen.style
  for (let at = pen.column; at <= to; at++) {
    const next = row.styles[at] as Style
    const change = styleChange(style, next)
    style = next
    if (at === to) break
    const glyph = row.glyphs[at] as string
    if (isDoubtful(glyph, row.glyphs[at + 1] === '')) return undefined
    out += change + glyph
    bytes += change.length + (glyph > '~' ? 3 : glyph.length)
  }
  return bytes <= moveTo(pen.row, to).length ? out : undefined
}

function go(pen: Pen, row: number, column: number, cells: Row): void {
  if (pen.row === row && pen.column === column) return
  const gap = pen.row === row && pen.column < column ? rewriteGap(pen, cells, column) : undefined
  if (gap === undefined) pen.out += moveTo(row, column)
  else {
    pen.out += gap
    pen.style = cells.styles[column - 1] as Style
  }
  pen.row = row
  pen.column = column
}

/** Writes a doubtful glyph so that both of its cells are right in any case; returns where doubt ends. */
function putDoubtful(pen: Pen, glyph: string, style: Style, wide: boolean): number {
  const { row, column } = pen
  if (wide) {
    put(pen, '  ', style, 2)
    pen.out += moveTo(row, column)
  }
  put(pen, glyph, style, 0)
  pen.column = -1
  return column + [...glyph].length * 2
}

function paintRow(pen: Pen, row: number, was: Row | undefined, cells: Row): void {
  const columns = cells.glyphs.length
  const end = inkEnd(cells)
  let doubt = 0
  for (let at = 0; at < columns; at++) {
    if (was !== undefined && at >= doubt && sameCell(was, cells, at)) continue
    if (at >= end && columns - at >= MIN_ERASE) {
      go(pen, row, at, cells)
      put(pen, '\u001b[K', PLAIN_STYLE, 0)
      return
    }
    const glyph = cells.glyphs[at] as string
    if (glyph === '') continue
    const style = cells.styles[at] as Style
    const wide = cells.glyphs[at + 1] === ''
    go(pen, row, at, cells)
    if (isDoubtful(glyph, wide)) doubt = putDoubtful(pen, glyph, style, wide)
    else put(pen, glyph, style, wide ? 2 : 1)
  }
}

/** Makes a screen of the given size whose content is not yet known. */
export function createScreen(columns: number, rows: number): Screen {
  const readLine = createLineReader()
  let size = { columns, rows }
  let lines: (string | undefined)[] = []
  let shown: (Row | undefined)[] = []
  const forget = (): void => {
    lines = Array(size.rows).fill(undefined)
    shown = Array(size.rows).fill(undefined)
  }
  forget()
  return {
    paint(frame) {
      const next = frame.split('\n', size.rows)
      const pen: Pen = { out: '', row: -1, column: -1, style: PLAIN_STYLE }
      for (let row = 0; row < size.rows; row++) {
        const line = next[row] ?? ''
        if (lines[row] === line) continue
        const cells = line === '' ? blankRow(size.columns) : readLine(line, size.columns)
        paintRow(pen, row, shown[row], cells)
        lines[row] = line
        shown[row] = cells
      }
      return pen.out + styleChange(pen.style, PLAIN_STYLE)
    },
    invalidate: forget,
    resize(toColumns, toRows) {
      size = { columns: toColumns, rows: toRows }
      forget()
    },
  }
}
