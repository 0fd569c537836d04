// Reads a table row by row and finds its columns, for verbs that name columns.
import { nearHint, usageError } from '../cli/cli-error.ts'
import { openCsv } from './drift/csv-rows.ts'

/** Takes a row: one cell a column, trimmed. `record` counts records, the header is 1. */
export type TakeRow = (cells: readonly string[], record: number) => void

/** What was read. */
export interface TableTally {
  readonly rows: number
  /** Rows with more or fewer cells than the header; they were left out. */
  readonly uneven: number
  /** The first of them. */
  readonly firstUneven: number | undefined
}

/**
 * Reads a table of a CSV file, in memory that does not grow with it: `start` gets the header's columns and returns what
 * takes each row. Rejects with CliError for a file that is missing or empty, and with what `start` throws.
 */
export async function readTable(
  path: string,
  start: (columns: readonly string[]) => TakeRow,
): Promise<TableTally> {
  const { header, rows } = await openCsv(path)
  const take = start(header)
  let [record, uneven, firstUneven]: [number, number, number | undefined] = [1, 0, undefined]
  for await (const piece of rows)
    for (const cells of piece) {
      record++
      if (cells.length === header.length) {
        take(
          cells.map((cell) => cell.trim()),
          record,
        )
        continue
      }
      uneven++
      firstUneven ??= record
    }
  return { rows: record - 1 - uneven, uneven, firstUneven }
}

/** Place of a column. Throws CliError that names the file, the column and near ones. */
export function columnAt(path: string, columns: readonly string[], name: string): number {
  const at = columns.indexOf(name)
  if (at >= 0) return at
  throw usageError(`${path} has no column ${name}`, nearHint(name, columns, `it has ${columns.join(', ')}`))
}
