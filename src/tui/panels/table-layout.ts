// Which columns of a table are shown, and how wide: measured from the rows in sight only.
import type { Heading } from '../../resources/define.ts'
import { cellWidth } from '../terminal/width.ts'

/** A column as it will be shown. */
export interface Placed {
  readonly key: string
  readonly title: string
  readonly align: 'left' | 'right'
  /** Cells. */
  readonly width: number
}

/** A column before there is room for it. */
export interface Wanted {
  readonly key: string
  readonly title: string
  readonly align: 'left' | 'right'
  /** Left out first when room is short. */
  readonly wide: boolean
  /** Cells it would like. */
  readonly width: number
}

/** Blanks between two columns. */
export const GAP = 2
// Below this a column says nothing; better none.
const NARROWEST = 6

/** The heading of a column; a dotted path without a heading of its own is titled by what follows its first dot. */
export function headingOf(headings: readonly Heading[], key: string): Heading {
  const known = headings.find((heading) => heading.key === key)
  if (known) return known
  const title = key.slice(key.indexOf('.') + 1).toUpperCase()
  return { key, title, doc: '', align: 'right', table: 'always', max: 32 }
}

/** How wide a column would like to be for these texts. */
export function wantedWidth(heading: Heading, title: string, texts: readonly string[]): number {
  let width = cellWidth(title)
  for (const text of texts) width = Math.max(width, cellWidth(text))
  return Math.max(1, Math.min(width, Math.max(heading.max, cellWidth(title))))
}

const total = (columns: readonly { readonly width: number }[], gap: number): number =>
  columns.reduce((sum, { width }) => sum + width, 0) + gap * Math.max(0, columns.length - 1)

function dropWide(columns: readonly Wanted[], room: number, gap: number): Wanted[] {
  const kept = [...columns]
  for (let i = kept.length - 1; i > 0 && total(kept, gap) > room; i--) if (kept[i]!.wide) kept.splice(i, 1)
  return kept
}

/** Takes cells from the widest columns until all fit or each is as narrow as it may be. */
function shrink(columns: readonly Wanted[], room: number, gap: number): Wanted[] {
  const widths = columns.map(({ width }) => width)
  const floors = columns.map(({ width, title }) => Math.min(width, Math.max(NARROWEST, cellWidth(title))))
  for (let excess = total(columns, gap) - room; excess > 0; excess--) {
    let widest = -1
    for (let i = 0; i < widths.length; i++)
      if (widths[i]! > floors[i]! && (widest < 0 || widths[i]! > widths[widest]!)) widest = i
    if (widest < 0) break
    widths[widest]!--
  }
  return columns.map((column, i) => ({ ...column, width: widths[i]! }))
}

/**
 * Chooses columns for `room` cells: first `wide` ones go (from the right), then the widest are made
 * narrower, then columns at the right go. The first column always stays. `gap` blanks lie between two columns.
 */
export function placeColumns(columns: readonly Wanted[], room: number, gap = GAP): Placed[] {
  const kept = dropWide(columns, room, gap)
  let placed = shrink(kept, room, gap)
  while (kept.length > 1 && total(placed, gap) > room) {
    kept.pop()
    placed = shrink(kept, room, gap)
  }
  const [first, ...rest] = placed
  if (!first) return []
  return [{ ...first, width: Math.min(first.width, Math.max(0, room)) }, ...rest]
}
