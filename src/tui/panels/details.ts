// Everything about one thing: sections of keys and values, long values wrapped, scrollable.
import type { Theme, Tone } from '../terminal/style.ts'
import { cellWidth } from '../terminal/width.ts'
import { markdownLines } from './markdown.ts'
import { exactLines, paintFit, wrapWords } from './painted.ts'

/** One key and its value. */
export type DetailRow = readonly [key: string, value: string, tone?: Tone]

/** Rows under a title; '' for no title. */
export interface DetailSection {
  readonly title: string
  readonly rows: readonly DetailRow[]
  /** Lines in Markdown, under the rows. */
  readonly markdown?: readonly string[]
}

/** What the details show. */
export interface DetailsData {
  readonly sections: readonly DetailSection[]
  /** First line in sight. */
  readonly offset: number
}

// Keys longer than this share of the width are cut.
const WIDEST_KEY = 0.4
const GAP = 2

function keyWidth(sections: readonly DetailSection[], width: number): number {
  let widest = 0
  for (const { rows } of sections) for (const [key] of rows) widest = Math.max(widest, cellWidth(key))
  return Math.min(widest, Math.floor(width * WIDEST_KEY))
}

function rowLines(
  [key, value, tone = 'text']: DetailRow,
  keys: number,
  width: number,
  theme: Theme,
): string[] {
  const room = Math.max(1, width - keys - GAP)
  return wrapWords(value, room).map((part, i) => {
    const left = i === 0 ? paintFit(theme, 'dim', key, keys) : ' '.repeat(keys)
    return left + ' '.repeat(GAP) + theme.paint(tone, part)
  })
}

/** All lines of the details, of any length: as wide as asked, not yet padded. */
export function detailsLines(sections: readonly DetailSection[], width: number, theme: Theme): string[] {
  const keys = keyWidth(sections, width)
  return sections.flatMap(({ title, rows, markdown }, i) => {
    const head = title === '' ? [] : [theme.paint('title', title)]
    const drawn = markdown ? markdownLines(markdown, width, theme) : []
    const lines = [...rows.flatMap((row) => rowLines(row, keys, width, theme)), ...drawn]
    return i > 0 ? ['', ...head, ...lines] : [...head, ...lines]
  })
}

/** Paints the lines in sight. The offset is held within the text: see detailsLines for how long it is. */
export function detailsPanel(data: DetailsData, width: number, height: number, theme: Theme): string[] {
  const lines = detailsLines(data.sections, Math.max(0, width), theme)
  const offset = Math.max(0, Math.min(data.offset, lines.length - height))
  return exactLines(lines.slice(offset, offset + Math.max(0, height)), width, height)
}
