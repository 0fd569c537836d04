// Plain aligned tables: cut to the terminal's width, in full where there is none.
import type { CellTone } from '../resources/define.ts'
import { cellWidth, fitText } from './cell-width.ts'
import type { Output } from './output.ts'

/** A column of a table. */
export interface TableColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Widest it gets in a terminal, cells. */
  readonly max?: number
  /** Shown only where it fits as a whole. */
  readonly optional?: boolean
}

/** A cell: text, and how it should strike the eye. */
export interface Cell {
  readonly text: string
  readonly tone?: CellTone
}

const SGR: Readonly<Record<CellTone, string>> = {
  text: '',
  dim: '2',
  good: '32',
  warn: '33',
  bad: '31',
  accent: '36',
  bold: '1',
}

const GAP = 2
/** Columns are not made narrower than this; then the last ones are left out. */
const NARROWEST = 8

/** Text in a tone, where colours are wanted. */
export function toned(text: string, tone: CellTone | undefined, color: boolean): string {
  const code = tone && SGR[tone]
  return color && code ? `\x1b[${code}m${text}\x1b[0m` : text
}

interface Layout {
  /** Indices of the columns shown, in their order. */
  readonly shown: readonly number[]
  /** Width of every column, shown or not. */
  readonly widths: number[]
}

const total = (shown: readonly number[], widths: readonly number[]) =>
  shown.reduce((sum, i) => sum + widths[i]! + GAP, -GAP)

function layout(columns: readonly TableColumn[], natural: readonly number[], width: number): Layout {
  const widths = natural.map((size, i) => Math.min(size, columns[i]!.max ?? width))
  let shown = [...columns.keys()].filter((i) => !columns[i]!.optional)
  while (total(shown, widths) > width) {
    const widest = shown.reduce((a, b) => (widths[b]! > widths[a]! ? b : a))
    if (widths[widest]! > NARROWEST) widths[widest]!--
    else if (shown.length > 1) shown.pop()
    else {
      widths[widest] = width
      break
    }
  }
  for (const i of columns.keys()) {
    const more = [...shown, i].sort((a, b) => a - b)
    if (columns[i]!.optional && total(more, widths) <= width) shown = more
  }
  return { shown, widths }
}

function lineOf(
  cells: readonly Cell[],
  columns: readonly TableColumn[],
  { shown, widths }: Layout,
  color: boolean,
): string {
  const parts = shown.map((i, place) => {
    const text = fitText(cells[i]?.text ?? '', widths[i]!)
    const pad = ' '.repeat(Math.max(0, widths[i]! - cellWidth(text)))
    const shownText = toned(text, cells[i]?.tone, color)
    if (columns[i]!.align === 'right') return pad + shownText
    return place === shown.length - 1 ? shownText : shownText + pad
  })
  return parts.join(' '.repeat(GAP)).trimEnd()
}

function leftOut(columns: readonly TableColumn[], { shown }: Layout): string[] {
  const missing = columns.filter(({ optional }, i) => !optional && !shown.includes(i))
  return missing.length === 0 ? [] : [`(no room for: ${missing.map(({ title }) => title).join(', ')})`]
}

/** Lines of a table, header first. `width` undefined cuts nothing and shows every column. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
  color: boolean,
): string[] {
  const natural = columns.map(({ title }) => cellWidth(title))
  for (const row of rows)
    for (const [i, { text }] of row.entries()) natural[i] = Math.max(natural[i] ?? 0, cellWidth(text))
  const plan =
    width === undefined
      ? { shown: [...columns.keys()], widths: natural }
      : layout(columns, natural, Math.max(1, width))
  const header = lineOf(
    columns.map(({ title }) => ({ text: title, tone: 'dim' })),
    columns,
    plan,
    color,
  )
  const hidden = leftOut(columns, plan).map((note) => fitText(note, width ?? note.length))
  return [header, ...rows.map((row) => lineOf(row, columns, plan, color)), ...hidden]
}

/** Width for lines on this output; undefined when nothing is to be cut. */
export function lineWidth({ isTTY, columns }: Output): number | undefined {
  // One less than the terminal has: a full line leaves the cursor on its last cell, where erasing begins.
  return isTTY && columns !== undefined && columns > 1 ? columns - 1 : undefined
}
