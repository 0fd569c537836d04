// Lines that carry the theme's colours: measuring, cutting and wrapping them by terminal cells.
import type { Theme, Tone } from '../terminal/style.ts'
import { cellWidth, eachGrapheme, fit } from '../terminal/width.ts'

const SGR = /\u001b\[([0-9;:]*)m/g
const RESET = '\u001b[0m'

/** The text of a painted line. */
export const plainText = (line: string): string => (line.includes('\u001b') ? line.replace(SGR, '') : line)

/** Width of a painted line in cells. */
export const paintedWidth = (line: string): number => cellWidth(plainText(line))

interface Mark {
  readonly at: number
  readonly sgr: string
}

/** Splits a line into its text and where in the text (UTF-16 offsets) the colours change. */
function split(line: string): { text: string; marks: Mark[] } {
  const marks: Mark[] = []
  let text = ''
  let from = 0
  for (const found of line.matchAll(SGR)) {
    text += line.slice(from, found.index)
    from = found.index + found[0].length
    marks.push({ at: text.length, sgr: /^0?$/.test(found[1] ?? '') ? RESET : found[0] })
  }
  return { text: text + line.slice(from), marks }
}

/** Cells [from, to) of a painted line; always `to - from` cells: blanks for what is not there or is cut through. */
export function sliceCells(line: string, from: number, to: number): string {
  const width = Math.max(0, to - from)
  if (width === 0) return ''
  if (from === 0 && !line.includes('\u001b')) return fit(line, width, 'left', '')
  const { text, marks } = split(line)
  let open = ''
  let out = ''
  let cell = 0
  let offset = 0
  let next = 0
  let used = 0
  const recolour = (): void => {
    for (; next < marks.length && marks[next]!.at <= offset; next++) {
      const { sgr } = marks[next]!
      if (sgr === RESET ? open !== '' && used > 0 : used > 0) out += sgr
      open = sgr === RESET ? '' : open + sgr
    }
  }
  eachGrapheme(text, (grapheme, cells) => {
    if (cell >= to && used >= width) return
    recolour()
    offset += grapheme.length
    const start = Math.max(cell, from)
    const end = Math.min(cell + cells, to)
    if (end > start) {
      if (used === 0) out = open
      out += end - start === cells ? grapheme : ' '.repeat(end - start)
      used += end - start
    } else if (cells === 0 && used > 0) out += grapheme
    cell += cells
  })
  return (open !== '' && used > 0 ? out + RESET : out) + ' '.repeat(width - used)
}

/** Cuts or pads a painted line to exactly `width` cells. */
export const fitPainted = (line: string, width: number): string => sliceCells(line, 0, Math.max(0, width))

/** Exactly `height` lines of `width` cells: what is too much is cut, what is missing is blank. */
export function exactLines(lines: readonly string[], width: number, height: number): string[] {
  return Array.from({ length: Math.max(0, height) }, (_, i) => fitPainted(lines[i] ?? '', width))
}

/** Pieces of plain text of at most `width` cells each that together are the text; at least one piece. */
export function wrapHard(text: string, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  let used = 0
  eachGrapheme(text, (grapheme, cells) => {
    if (used > 0 && used + cells > width) {
      pieces.push(piece)
      piece = ''
      used = 0
    }
    piece += grapheme
    used += cells
  })
  return [...pieces, piece]
}

/** Plain text wrapped at spaces, long words cut; spaces at the breaks are left out. */
export function wrapWords(text: string, width: number): string[] {
  if (cellWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.match(/\S+\s*|\s+/g) ?? ['']) {
    if (cellWidth(line + word.trimEnd()) <= width) {
      line += word
      continue
    }
    if (line.trim() !== '') lines.push(line.trimEnd())
    const pieces = wrapHard(word, width)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1)!
  }
  return [...lines, line.trimEnd()]
}

/** What stands for cut text. */
export const ellipsis = (theme: Theme): string => (theme.unicode ? '…' : '~')

/** Text in exactly `width` cells; the tone covers the text, not the padding. */
export function paintFit(
  theme: Theme,
  tone: Tone,
  text: string,
  width: number,
  align: 'left' | 'right' | 'center' = 'left',
): string {
  const whole = fit(text, width, align, ellipsis(theme))
  const core = whole.trim()
  const start = whole.length - whole.trimStart().length
  return whole.slice(0, start) + theme.paint(tone, core) + whole.slice(start + core.length)
}

/** Painted pieces joined by `gap` blanks, as many from the start as fit in `width` cells; padded to it. */
export function flow(pieces: readonly string[], width: number, gap = 2): { line: string; count: number } {
  let line = ''
  let used = 0
  let count = 0
  for (const piece of pieces) {
    const need = (count > 0 ? gap : 0) + paintedWidth(piece)
    if (used + need > width) break
    line += (count > 0 ? ' '.repeat(gap) : '') + piece
    used += need
    count++
  }
  return { line: line + ' '.repeat(Math.max(0, width - used)), count }
}
