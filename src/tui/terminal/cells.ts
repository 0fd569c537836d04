// One line of a frame as cells. This is the last defence of the terminal: only printable text and
// known SGR sequences come through; every other escape or control character is dropped.
import { createStyleReader, PLAIN_STYLE, type Style, sameStyle } from './sgr.ts'
import { eachGrapheme } from './width.ts'

/** A row of cells. `glyphs[i]` is '' where the wide glyph of cell i - 1 goes on. */
export interface Row {
  readonly glyphs: string[]
  readonly styles: Style[]
}

const CSI = /\u001b\[([0-?]*)[ -/]*([@-~])/y
const STRING = /\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?/y
const OTHER = /\u001b[ -/]*[0-~]?/y
const SGR_PARAMS = /^[0-9;:]*$/

// A base character with a pile of marks is still one cell; longer piles are hostile.
const MAX_GRAPHEME = 32

/** A row of blanks. */
export function blankRow(columns: number): Row {
  return { glyphs: Array(columns).fill(' '), styles: Array(columns).fill(PLAIN_STYLE) }
}

/** True when cell `at` of both rows looks alike. */
export function sameCell(a: Row, b: Row, at: number): boolean {
  return a.glyphs[at] === b.glyphs[at] && sameStyle(a.styles[at] as Style, b.styles[at] as Style)
}

/** One past the last cell that is not a plain blank. */
export function inkEnd(row: Row): number {
  let end = row.glyphs.length
  while (end > 0 && row.glyphs[end - 1] === ' ' && sameStyle(row.styles[end - 1] as Style, PLAIN_STYLE)) end--
  return end
}

function matchAt(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(line)
}

/**
 * Returns a function (line, columns) -> row. A line starts without attributes (Ink closes them at
 * each line's end), is cut at `columns` and filled with blanks. A wide glyph that would stand across
 * the right edge becomes a blank.
 */
export function createLineReader(): (line: string, columns: number) => Row {
  const readStyle = createStyleReader()
  return (line, columns) => {
    const row = blankRow(columns)
    let style = PLAIN_STYLE
    let at = 0
    const put = (grapheme: string, width: number): void => {
      if (width === 0 || at + width > columns) {
        if (width > 0) at = columns
        return
      }
      const long = grapheme.length > MAX_GRAPHEME
      row.glyphs[at] = long ? String.fromCodePoint(grapheme.codePointAt(0) ?? 0x20) : grapheme
      row.styles[at] = style
      if (width === 2) {
        row.glyphs[at + 1] = ''
        row.styles[at + 1] = style
      }
      at += width
    }
    for (let i = 0; i < line.length && at < columns; ) {
      const esc = line.indexOf('\u001b', i)
      if (esc !== i) {
        eachGrapheme(line.slice(i, esc < 0 ? undefined : esc), put)
        i = esc < 0 ? line.length : esc
        continue
      }
      const csi = matchAt(CSI, line, i)
      const found = csi ?? matchAt(STRING, line, i) ?? matchAt(OTHER, line, i)
      if (csi?.[2] === 'm' && SGR_PARAMS.test(csi[1] ?? '')) style = readStyle(style, csi[1] ?? '')
      i += found?.[0].length ?? 1
    }
    return row
  }
}
