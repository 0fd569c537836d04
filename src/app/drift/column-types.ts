// Which columns are compared, and as what: as the user says, else a guess from the first rows, which is shown.
import { nearHint, usageError } from '../../cli/cli-error.ts'
import type { ColumnType } from '../../core/drift/column.ts'
import { isMissing, numberIn } from './cells.ts'
import { openCsv } from './csv-rows.ts'

/** A column that is compared, or left out, and why. */
export interface TypedColumn {
  readonly name: string
  readonly type: ColumnType | 'left out'
  /** What the guess rests on; undefined for a column that the user named. */
  readonly guess?: string
}

/** What the user says of columns. */
export interface ColumnWishes {
  readonly numeric: readonly string[]
  readonly categorical: readonly string[]
  /** Only these; all when empty. */
  readonly columns: readonly string[]
}

/** Rows of the reference that a guess rests on. */
const GUESS_ROWS = 2000
/** Whole numbers with at most so many values are taken as categories. */
const FEW_VALUES = 10
/** Share of cells that must be numbers. */
const MOSTLY = 0.95
/** Share of distinct words from which a column is text or an id. */
const MANY_WORDS = 0.5
const LEAST_TEXTS = 50

const isRowNumber = (numbers: readonly number[]) =>
  numbers.length > FEW_VALUES &&
  numbers.every((n, i) => Number.isInteger(n) && (i === 0 || n === numbers[i - 1]! + 1))

function guess(cells: readonly string[]): Omit<TypedColumn, 'name'> {
  if (cells.length === 0) return { type: 'cat', guess: 'no values seen' }
  const numbers = cells.map(numberIn).filter((n) => n !== undefined)
  const distinct = new Set(cells).size
  const isNumeric = numbers.length >= cells.length * MOSTLY
  if (isNumeric && isRowNumber(numbers)) return { type: 'left out', guess: 'counts its rows' }
  if (isNumeric) {
    const isWhole = numbers.every(Number.isInteger)
    if (isWhole && distinct <= FEW_VALUES && cells.length > FEW_VALUES)
      return { type: 'cat', guess: `${distinct} whole numbers` }
    return { type: 'num', guess: 'numbers' }
  }
  if (cells.length >= LEAST_TEXTS && distinct > cells.length * MANY_WORDS)
    return { type: 'left out', guess: 'nearly every value differs: text, time or id' }
  return { type: 'cat', guess: `${distinct} words` }
}

async function firstCells(path: string): Promise<{ header: readonly string[]; cells: string[][] }> {
  const { header, rows } = await openCsv(path)
  const cells: string[][] = header.map(() => [])
  let seen = 0
  for await (const piece of rows) {
    for (const row of piece.slice(0, GUESS_ROWS - seen))
      for (const i of header.keys()) if (!isMissing(row[i])) cells[i]!.push(row[i]!)
    seen += piece.length
    if (seen >= GUESS_ROWS) break
  }
  return { header, cells }
}

function checkNames(wanted: readonly string[], header: readonly string[], path: string): void {
  for (const name of wanted)
    if (!header.includes(name))
      throw usageError(
        `${path} has no column "${name}"`,
        nearHint(name, header, `its columns: ${header.slice(0, 20).join(', ')}`),
      )
}

/**
 * Types of a reference's columns, in its order. Where `numeric` or `categorical` names columns, only these and
 * `columns` are compared. Rejects with CliError for unknown names.
 */
export async function typedColumns(path: string, wishes: ColumnWishes): Promise<TypedColumn[]> {
  const { numeric, categorical, columns } = wishes
  const both = numeric.find((name) => categorical.includes(name))
  if (both !== undefined) throw usageError(`column "${both}" is both numeric and categorical`, 'name it once')
  const { header, cells } = await firstCells(path)
  const named = [...numeric, ...categorical, ...columns]
  checkNames(named, header, path)
  return header.flatMap((name, i): TypedColumn[] => {
    if (named.length > 0 && !named.includes(name)) return []
    if (numeric.includes(name)) return [{ name, type: 'num' }]
    if (categorical.includes(name)) return [{ name, type: 'cat' }]
    const guessed = { name, ...guess(cells[i]!) }
    // Who asks for a column by name gets it.
    return [columns.includes(name) && guessed.type === 'left out' ? { ...guessed, type: 'cat' } : guessed]
  })
}
