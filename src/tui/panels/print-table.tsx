// Small tables for one-shot output, comparisons and descriptions, drawn by ink-table. About 1 ms a row:
// for anything that scrolls or changes there is table.ts.
import { renderToString, Text } from 'ink'
import { eachGrapheme, fit } from '../terminal/width.ts'
import { Table, type TablePart, type TableRow } from '../vendor/ink-table.ts'
import { placeColumns, type Wanted, wantedWidth } from './table-layout.ts'

// ink-table counts UTF-16 units where terminals count cells. While it works, every grapheme that is not
// one unit and one cell is a stand-in from the private use area, a wide one with a filler behind it.
const FILLER = '\ue000'
const FIRST = 0xe001
const LAST = 0xf8ff
const STAND_INS = /[\ue000-\uf8ff]/g

interface StandIns {
  /** Text in which every cell is one unit. */
  put(text: string): string
  /** The text that was meant. */
  take(text: string): string
}

function createStandIns(): StandIns {
  const known = new Map<string, string>()
  const meant = new Map<string, string>([[FILLER, '']])
  const standIn = (grapheme: string): string => {
    const found = known.get(grapheme)
    if (found !== undefined) return found
    const code = FIRST + known.size
    if (code > LAST) return '?'
    const made = String.fromCharCode(code)
    known.set(grapheme, made)
    meant.set(made, grapheme)
    return made
  }
  return {
    put(text) {
      let out = ''
      eachGrapheme(text, (grapheme, width) => {
        if (width === 1 && /^[ -~]$/.test(grapheme)) out += grapheme
        else if (width > 0) out += standIn(grapheme) + (width === 2 ? FILLER : '')
      })
      return out
    },
    take: (text) => text.replace(STAND_INS, (unit) => meant.get(unit) ?? unit),
  }
}

const BOX = '─│┌┐└┘├┤┬┴┼'
const BOX_ASCII = '-|+++++++++'

const toAscii = (text: string): string =>
  text.replace(/[─-┼]/g, (line) => BOX_ASCII[BOX.indexOf(line)] ?? line)

const Plain: TablePart = ({ children }) => <Text>{children}</Text>

/** The key of a column, which ink-table writes as its heading: one unit that no cell has. */
const keyOf = (index: number): string => String.fromCharCode(0x100 + index)

function wanted(columns: readonly string[], rows: readonly TableRow[]): Wanted[] {
  return columns.map((title, i) => {
    const heading = { key: title, title, doc: '', align: 'left', table: 'always', max: 60 } as const
    const width = wantedWidth(
      heading,
      title,
      rows.map((row) => row[title] ?? ''),
    )
    return { key: keyOf(i), title, align: 'left', wide: false, width }
  })
}

/**
 * A table of `rows` as text without colours, at most `width` cells wide. Long cells are cut; columns for
 * which there is no room are named below the table. Set NODE_ENV=production before the first import.
 */
export function printTable(
  rows: readonly TableRow[],
  columns: readonly string[],
  width: number,
  { unicode = true }: { readonly unicode?: boolean } = {},
): string {
  const { put, take } = createStandIns()
  // Between two columns lie a border and two blanks, and two cells on either side of them all.
  const placed = placeColumns(wanted(columns, rows), width - 4, 3)
  const data = rows.map((row) =>
    Object.fromEntries(
      placed.map(({ key, width: cells }, i) => [
        key,
        put(fit(row[columns[i]!] ?? '', cells, 'left', unicode ? '…' : '~')),
      ]),
    ),
  )
  const table = (
    <Table data={data} columns={placed.map(({ key }) => key)} header={Plain} cell={Plain} skeleton={Plain} />
  )
  const text = renderToString(table, { columns: Math.max(1, width) })
  let drawn = take(unicode ? text : toAscii(text))
  for (const { key, title, width: cells } of placed) {
    const heading = fit(title, cells, 'left', unicode ? '…' : '~')
    drawn = drawn.replace(key.padEnd(cells), () => heading)
  }
  const missing = columns.slice(placed.length)
  return missing.length > 0 ? `${drawn}\n+${missing.length} columns: ${missing.join(', ')}` : drawn
}
