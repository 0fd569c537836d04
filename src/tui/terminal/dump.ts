// The picture of a screen for a report or a ticket: as plain text, as ANSI for `cat`, and as SVG.
import { createLineReader, inkEnd, type Row } from './cells.ts'
import { PLAIN_STYLE, type Style, sameStyle, styleChange } from './sgr.ts'

/** Cells with one look, in one line. */
interface Run {
  readonly column: number
  readonly cells: number
  readonly text: string
  readonly style: Style
}

// A painted line may be of any length; no terminal is wider.
const MAX_COLUMNS = 1_000

function runsOf(row: Row, end: number): Run[] {
  const runs: Run[] = []
  for (let at = 0, from = 0; at < end; from = at) {
    const style = row.styles[from]!
    let text = ''
    for (; at < end && sameStyle(row.styles[at]!, style); at++) text += row.glyphs[at]
    runs.push({ column: from, cells: at - from, text, style })
  }
  return runs
}

const rowsOf = (lines: readonly string[], columns: number): Row[] => {
  const readLine = createLineReader()
  return lines.map((line) => readLine(line, columns))
}

/** Painted lines (SGR, nothing else) as text without colours; blanks at the ends of lines are left out. */
export const dumpText = (lines: readonly string[]): string =>
  rowsOf(lines, MAX_COLUMNS)
    .map((row) => `${row.glyphs.join('').trimEnd()}\n`)
    .join('')

/** Painted lines as text with the shortest SGR sequences; each line ends without attributes. */
export function dumpAnsi(lines: readonly string[]): string {
  return rowsOf(lines, MAX_COLUMNS)
    .map((row) => {
      let style = PLAIN_STYLE
      let out = ''
      for (const run of runsOf(row, inkEnd(row))) {
        out += styleChange(style, run.style) + run.text
        style = run.style
      }
      return `${out}${styleChange(style, PLAIN_STYLE)}\n`
    })
    .join('')
}

/** Size of a cell in the picture, pixels. */
const CELL = { width: 8, height: 17, font: 14, base: 13 } as const
const PAPER = '#16181d'
const INK = '#d8dce4'

// The 16 colours as xterm.js draws them, a little lighter where the paper is dark.
const NAMED = [
  ...['#2e3436', '#ef5350', '#6cc26a', '#e6b450', '#6ba4e7', '#c48bd6', '#3fc1c9', '#d3d7cf'],
  ...['#686e78', '#ff7a6b', '#9be276', '#fce94f', '#8fc1ff', '#e0a8ef', '#6fe3e6', '#ffffff'],
] as const

const hex = (...parts: readonly number[]): string =>
  `#${parts.map((part) => Math.max(0, Math.min(255, part)).toString(16).padStart(2, '0')).join('')}`

/** A colour of the 256: 16 named ones, a cube of 6 by 6 by 6, 24 greys. */
function paletteColour(index: number): string {
  if (index < 16) return NAMED[index] ?? INK
  if (index >= 232) return hex(...Array<number>(3).fill(8 + (index - 232) * 10))
  const at = index - 16
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40)
  return hex(level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6))
}

/** The colour of SGR parameters as Style holds them; `otherwise` for the default colour. */
function colourOf(parameters: string, otherwise: string): string {
  const [code = 0, kind, a = 0, b = 0, c = 0] = parameters.split(';').map(Number)
  if (parameters === '') return otherwise
  if (kind === 5) return paletteColour(a)
  if (kind === 2) return hex(a, b, c)
  return NAMED[(code % 10) + (code >= 90 ? 8 : 0)] ?? otherwise
}

// What XML 1.0 cannot hold even escaped, and its own signs.
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu
const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(NOT_XML, '\ufffd')
    .replace(/[&<>"]/g, (sign) => SIGNS[sign]!)

const bit = (style: Style, index: number): boolean => (style.bits & (1 << index)) !== 0

/** Attributes of a text element; the bits are those of sgr.ts: bold, dim, italic, underline, reverse, strike. */
function textLook(style: Style, fill: string): string {
  const line = [bit(style, 3) && 'underline', bit(style, 5) && 'line-through'].filter(Boolean).join(' ')
  return [
    `fill="${fill}"`,
    bit(style, 0) ? 'font-weight="bold"' : '',
    bit(style, 1) ? 'opacity="0.65"' : '',
    bit(style, 2) ? 'font-style="italic"' : '',
    line === '' ? '' : `text-decoration="${line}"`,
  ]
    .filter(Boolean)
    .join(' ')
}

function runSvg({ column, cells, text, style }: Run, row: number): string {
  const [ink, paper] = [colourOf(style.fg, INK), colourOf(style.bg, PAPER)]
  const [front, back] = bit(style, 4) ? [paper, ink] : [ink, paper]
  const x = column * CELL.width
  const width = cells * CELL.width
  const box = `<rect x="${x}" y="${row * CELL.height}" width="${width}" height="${CELL.height}" fill="${back}"/>`
  const look = textLook(style, front)
  const words = `<text x="${x}" y="${row * CELL.height + CELL.base}" textLength="${width}" ${look}>${escaped(text)}</text>`
  return (back === PAPER ? '' : box) + (text.trim() === '' ? '' : words)
}

/** Painted lines as an SVG picture of `columns` by `rows` cells in a monospace font; well-formed XML for any text. */
export function dumpSvg(lines: readonly string[], columns: number, rows: number): string {
  const [width, height] = [columns * CELL.width, rows * CELL.height]
  const body = rowsOf(lines.slice(0, rows), columns).map((row, y) =>
    runsOf(row, inkEnd(row))
      .map((run) => runSvg(run, y))
      .join(''),
  )
  const font = `font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${CELL.font}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    `<g ${font} xml:space="preserve">`,
    ...body.filter(Boolean),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}
