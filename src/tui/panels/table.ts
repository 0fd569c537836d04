// The main grid: rows of any noun. Its cost depends on the rows in sight, not on all rows.
import type { Heading, Item } from '../../resources/define.ts'
import type { SortKey } from '../../resources/sort.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { notice } from './frame.ts'
import { ellipsis, fitPainted, paintFit } from './painted.ts'
import { GAP, headingOf, type Placed, placeColumns, type Wanted, wantedWidth } from './table-layout.ts'

/** What the grid shows. */
export interface TableData {
  readonly headings: readonly Heading[]
  readonly items: readonly Item[]
  /** Keys of columns or dotted paths, in order. */
  readonly columns: readonly string[]
  /** Index of the first row in sight. */
  readonly offset: number
  /** Index of the row with the cursor, -1 for none. */
  readonly selected: number
  /** Ids of marked rows. */
  readonly marked: ReadonlySet<string>
  readonly sort: readonly SortKey[]
  /** Unix ms. */
  readonly now: number
  /** Said when there are no rows. */
  readonly empty: string
}

/** Rows of data that a grid of this height shows. */
export const tableRows = (height: number): number => Math.max(0, height - 1)

/** The offset nearest to `offset` that keeps row `selected` in sight. */
export function keepInSight(offset: number, selected: number, rows: number, count: number): number {
  const wanted = Math.min(Math.max(offset, selected - rows + 1), Math.max(0, selected))
  return Math.max(0, Math.min(wanted, count - rows))
}

function titleOf(heading: Heading, sort: readonly SortKey[], theme: Theme): string {
  const rank = sort.findIndex(({ path }) => path === heading.key)
  if (rank < 0) return heading.title
  const [up, down] = theme.unicode ? ['▲', '▼'] : ['^', 'v']
  return `${heading.title}${sort[rank]!.falling ? down : up}${sort.length > 1 ? rank + 1 : ''}`
}

function wanted(data: TableData, rows: readonly Item[], theme: Theme): Wanted[] {
  return data.columns.map((key) => {
    const heading = headingOf(data.headings, key)
    const title = titleOf(heading, data.sort, theme)
    const texts = rows.map((item) => item.text(key, data.now))
    const width = wantedWidth(heading, title, texts)
    return { key, title, align: heading.align, wide: heading.table === 'wide', width }
  })
}

/** Where the thumb of a scroll bar `height` long begins and ends; undefined when all is in sight. */
function thumb(count: number, offset: number, height: number): readonly [number, number] | undefined {
  if (count <= height || height < 1) return undefined
  const size = Math.max(1, Math.floor((height * height) / count))
  const start = Math.round((offset / (count - height)) * (height - size))
  return [start, start + size]
}

function headerLine(columns: readonly Placed[], position: string, width: number, theme: Theme): string {
  const titles = columns.map(({ title, width: cells, align }) => paintFit(theme, 'bold', title, cells, align))
  const used = columns.reduce((sum, column) => sum + column.width + GAP, 1 - GAP)
  const line = ` ${titles.join(' '.repeat(GAP))}`
  if (position === '' || used + GAP + cellWidth(position) > width) return fitPainted(line, width)
  return line + ' '.repeat(width - used - cellWidth(position)) + theme.paint('dim', position)
}

function rowLine(
  data: TableData,
  at: number,
  columns: readonly Placed[],
  width: number,
  theme: Theme,
): string {
  const item = data.items[at]!
  const marked = data.marked.has(item.id)
  const sign = marked ? (theme.unicode ? '●' : '*') : ' '
  if (at === data.selected) {
    const texts = columns.map(({ key, width: cells, align }) =>
      fit(item.text(key, data.now), cells, align, ellipsis(theme)),
    )
    return theme.paint('selected', fit(sign + texts.join(' '.repeat(GAP)), width, 'left', ''))
  }
  const cells = columns.map(({ key, width: room, align }) =>
    paintFit(theme, item.tone(key, data.now), item.text(key, data.now), room, align),
  )
  const gutter = marked ? theme.paint('marked', sign) : sign
  return fitPainted(gutter + cells.join(' '.repeat(GAP)), width)
}

interface Plan {
  readonly rows: number
  readonly offset: number
  readonly shown: readonly Item[]
  readonly bar: readonly [number, number] | undefined
  /** Cells beside the scroll bar. */
  readonly room: number
  readonly columns: readonly Placed[]
}

function planOf(data: TableData, width: number, height: number, theme: Theme): Plan {
  const rows = tableRows(height)
  const offset = Math.max(0, Math.min(Math.floor(data.offset), data.items.length - rows))
  const shown = data.items.slice(offset, offset + rows)
  const bar = thumb(data.items.length, offset, rows)
  const room = bar ? width - 2 : width
  return { rows, offset, shown, bar, room, columns: placeColumns(wanted(data, shown, theme), room - 1) }
}

/** Where the columns of the grid begin and end, cells [from, to) from its left; the gap belongs to the column before. */
export function tableSpans(
  data: TableData,
  width: number,
  height: number,
  theme: Theme,
): { readonly key: string; readonly from: number; readonly to: number }[] {
  let to = 1
  return planOf(data, width, height, theme).columns.map(({ key, width: cells }) => {
    const from = to
    to = from + cells + GAP
    return { key, from, to }
  })
}

/** Paints the grid: a header line, then the rows in sight, a scroll bar at the right when there are more. */
export function tablePanel(data: TableData, width: number, height: number, theme: Theme): string[] {
  if (height < 1 || width < 1) return exactBlank(width, height)
  const { rows, offset, shown, bar, room, columns } = planOf(data, width, height, theme)
  const position = bar ? `${offset + 1}-${offset + shown.length}/${data.items.length}` : ''
  const header = headerLine(columns, position, width, theme)
  if (shown.length === 0) return [header, ...notice(rows > 0 ? data.empty : '', width, rows, theme)]
  const [on, off] = theme.unicode ? ['█', '│'] : ['#', '|']
  const track = (i: number): string =>
    bar ? ` ${theme.paint('border', i >= bar[0] && i < bar[1] ? on : off)}` : ''
  const lines = Array.from({ length: rows }, (_, i) => {
    if (i >= shown.length) return ' '.repeat(width)
    return fitPainted(rowLine(data, offset + i, columns, Math.max(0, room), theme) + track(i), width)
  })
  return [header, ...lines]
}

const exactBlank = (width: number, height: number): string[] =>
  Array.from({ length: Math.max(0, height) }, () => ' '.repeat(Math.max(0, width)))
