// Histories of Keras saved as JSON: `json.dump(history.history)` is a list a metric, pandas' to_json an object
// of rows a metric; also inside of `history`. Row i is epoch i. Source: keras, callbacks/history.py.
import { parseStepCell } from './cells.ts'
import type { Document, DocumentFormat, Row } from './document.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import { isTree } from './numbers-tree.ts'

type Column = readonly unknown[]

/** The values of a metric in their order; undefined when it is no column of a history. */
function columnOf(value: unknown): Column | undefined {
  if (Array.isArray(value)) return value
  if (!isTree(value)) return undefined
  const keys = Object.keys(value)
  return keys.every((key, i) => key === String(i)) ? Object.values(value) : undefined
}

const isNumbers = (column: Column) =>
  column.some((cell) => numberText(cell) !== undefined) &&
  column.every((cell) => cell === null || numberText(cell) !== undefined)

function columnsOf(tree: Readonly<Record<string, unknown>>): [string, Column][] | undefined {
  const columns: [string, Column][] = []
  for (const [key, value] of Object.entries(tree)) {
    const column = columnOf(value)
    // A learning rate may be a list of texts or lists in it: such a column is left out, not the history.
    if (!column) return undefined
    if (isNumbers(column)) columns.push([key, column])
  }
  return columns.length > 0 ? columns : undefined
}

function readRow(columns: readonly [string, Column][], index: number): Row {
  const values: [string, number][] = []
  for (const [key, column] of columns) {
    const number = numberText(column[index])
    if (number !== undefined && key !== 'epoch') values.push([key, Number(number)])
  }
  const epoch = columns.find(([key]) => key === 'epoch')?.[1][index]
  return { step: parseStepCell(numberText(epoch) ?? '') ?? index, values }
}

function parse(text: string): Document | undefined {
  const tree = parseLooseJson(text)
  if (!isTree(tree)) return undefined
  const columns = columnsOf(isTree(tree.history) ? tree.history : tree)
  if (!columns) return undefined
  const length = columns.reduce((most, [, column]) => Math.max(most, column.length), 0)
  return { rows: Array.from({ length }, (_, index) => readRow(columns, index)) }
}

/** Histories of Keras. */
export const kerasHistory: DocumentFormat = {
  name: 'keras',
  history: 'grows',
  run: 'file',
  refusal: 'it is no list of numbers a metric',
  sniff: (head) => /^\s*\{\s*"[^"]{0,256}"\s*:\s*(\[\s*([-\d.NI\]]|$)|\{\s*"|$)/.test(head),
  parse,
}
