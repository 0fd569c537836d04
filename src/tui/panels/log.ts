// Lines that keep coming: events, logs of jobs. Cost depends on the lines in sight.
import type { Theme, Tone } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import { notice } from './frame.ts'
import { exactLines, wrapHard } from './painted.ts'

/** One line. */
export interface LogLine {
  readonly text: string
  readonly tone?: Tone
  /** The first UTF-16 units say whose line it is: in the colour of a series. */
  readonly head?: { readonly length: number; readonly colour: number }
}

/** Finds what to highlight: UTF-16 ranges [from, to) in the text, rising, not overlapping. */
export type Finder = (text: string) => readonly (readonly [number, number])[]

/** What the log shows. */
export interface LogData {
  readonly lines: readonly LogLine[]
  /** Index of the first line in sight; not used while following. */
  readonly offset: number
  /** Show the newest lines. */
  readonly follow: boolean
  readonly wrap: boolean
  /** Cells hidden at the left; not used while wrapping. */
  readonly left?: number
  readonly find?: Finder
  /** Index of the line of the current match. */
  readonly current?: number
  /** Said when there are no lines. */
  readonly empty: string
}

/** A finder of plain text, upper and lower case alike; undefined for ''. */
export function textFinder(needle: string): Finder | undefined {
  if (needle === '') return undefined
  const pattern = new RegExp(needle.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu')
  return (text) => Array.from(text.matchAll(pattern), (found) => [found.index, found.index + found[0].length])
}

/** Paints one piece of a line: the tone, with the found ranges (offsets in the whole line) marked. */
function paintPiece(
  piece: string,
  start: number,
  found: readonly (readonly [number, number])[],
  tone: Tone,
  hit: Tone,
  theme: Theme,
): string {
  let out = ''
  let at = 0
  for (const [from, to] of found) {
    const a = Math.max(at, Math.min(piece.length, from - start))
    const b = Math.max(a, Math.min(piece.length, to - start))
    if (b > a) out += theme.paint(tone, piece.slice(at, a)) + theme.paint(hit, piece.slice(a, b))
    if (b > a) at = b
  }
  return out + theme.paint(tone, piece.slice(at))
}

/** The pieces of a line as they stand on the screen, with their offsets in it. */
function piecesOf(text: string, data: LogData, width: number): { piece: string; start: number }[] {
  if (!data.wrap) {
    const [hidden = ''] = data.left ? wrapHard(text, data.left) : ['']
    return [{ piece: text.slice(hidden.length), start: hidden.length }]
  }
  let start = 0
  return wrapHard(text, width).map((piece) => {
    const at = start
    start += piece.length
    return { piece, start: at }
  })
}

function lineRows(data: LogData, index: number, width: number, theme: Theme): string[] {
  const { text, tone = 'text', head } = data.lines[index]!
  const found = data.find?.(text) ?? []
  const hit = index === data.current ? 'selected' : 'match'
  return piecesOf(text, data, width).map(({ piece, start }) => {
    const exact = fit(piece, width, 'left', '')
    const own = head && start === 0 ? Math.min(head.length, exact.length) : 0
    if (!head || own === 0) return paintPiece(exact, start, found, tone, hit, theme)
    const rest = paintPiece(exact.slice(own), own, found, tone, hit, theme)
    return theme.series(head.colour, exact.slice(0, own)) + rest
  })
}

/** The rows from line `offset` on. */
function rowsFrom(data: LogData, width: number, height: number, theme: Theme): string[] {
  const rows: string[] = []
  for (let i = Math.max(0, data.offset); i < data.lines.length && rows.length < height; i++)
    rows.push(...lineRows(data, i, width, theme))
  return rows.slice(0, height)
}

/** The last rows, wrapped from the end. */
function lastRows(data: LogData, width: number, height: number, theme: Theme): string[] {
  const rows: string[] = []
  for (let i = data.lines.length - 1; i >= 0 && rows.length < height; i--)
    rows.unshift(...lineRows(data, i, width, theme))
  return rows.slice(Math.max(0, rows.length - height))
}

/** Paints the lines in sight. */
export function logPanel(data: LogData, width: number, height: number, theme: Theme): string[] {
  if (width < 1 || height < 1) return exactLines([], width, height)
  if (data.lines.length === 0) return notice(data.empty, width, height, theme)
  const rows = data.follow ? lastRows(data, width, height, theme) : rowsFrom(data, width, height, theme)
  return exactLines(rows, width, height)
}
