// Reads a table of a file (CSV, TSV; RFC 4180) row by row, in memory that does not grow with it.
import { createReadStream } from 'node:fs'
import { findDelimiter, recordEnd, splitCells } from '../../agents/sources/delimited.ts'
import { CliError, EXIT, nearHint, usageError } from '../cli/cli-error.ts'

/** Takes a row: one cell a column, trimmed and unquoted. `line` counts records, the header is 1. */
export type TakeRow = (cells: readonly string[], line: number) => void

/** What was read. */
export interface TableTally {
  readonly rows: number
  /** Rows with more or fewer cells than the header; they were left out. */
  readonly uneven: number
  /** Record of the first uneven row, for the reader. */
  readonly firstUneven: number | undefined
}

/** A record longer than this is a quotation that was never closed, bytes. */
const LONGEST_RECORD = 4 * 1024 * 1024

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function headerOf(path: string, line: string): { delimiter: string; columns: string[] } {
  const text = line.replace(/^\ufeff/, '')
  const delimiter = findDelimiter(text)
  const columns = splitCells(text, delimiter)
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i)
  if (twice !== undefined)
    throw new CliError(`${path} has two columns ${twice}`, 'give each column a name of its own', EXIT.failed)
  return { delimiter, columns }
}

function unreadable(path: string, error: unknown): CliError {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT')
    return new CliError(`there is no file ${path}`, 'name a CSV or TSV file', EXIT.notFound)
  const reason = code === 'EISDIR' ? 'is a folder' : 'cannot be read'
  return new CliError(`${path} ${reason}${code ? ` (${code})` : ''}`, 'name a CSV or TSV file', EXIT.failed)
}

/** Takes bytes, gives records: the first to `start`, the others to what that returned. */
function recordReader(path: string, start: (columns: readonly string[]) => TakeRow) {
  let rest: Buffer = Buffer.alloc(0)
  let header: { delimiter: string; columns: string[] } | undefined
  let take: TakeRow | undefined
  let [line, rows, uneven, firstUneven]: [number, number, number, number | undefined] = [0, 0, 0, undefined]
  const record = (bytes: Buffer) => {
    line++
    const text = decoder.decode(bytes).replace(/\r$/, '')
    if (text.trim() === '') return
    if (!header || !take) {
      header = headerOf(path, text)
      take = start(header.columns)
      return
    }
    const cells = splitCells(text, header.delimiter)
    if (cells.length === header.columns.length) {
      rows++
      take(cells, line)
      return
    }
    uneven++
    firstUneven ??= line
  }
  const push = (bytes: Buffer) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let from = 0
    for (;;) {
      const end = recordEnd(all, from, header?.delimiter ?? ',')
      if (end < 0) break
      record(all.subarray(from, end))
      from = end + 1
    }
    rest = all.subarray(from)
    if (rest.length > LONGEST_RECORD)
      throw new CliError(
        `${path}: the record behind line ${line} does not end`,
        'is a quote not closed?',
        EXIT.failed,
      )
  }
  const end = (): TableTally => {
    if (rest.length > 0) record(rest)
    if (!header) throw new CliError(`${path} is empty`, 'its first line has to name the columns', EXIT.failed)
    return { rows, uneven, firstUneven }
  }
  return { push, end }
}

/**
 * Reads a table: `start` gets the header's columns and returns what takes each row. Blank lines are passed over. Rejects
 * with CliError for a file that is missing, empty or no table, and with what `start` and its taker throw.
 */
export async function readTable(
  path: string,
  start: (columns: readonly string[]) => TakeRow,
): Promise<TableTally> {
  const reader = recordReader(path, start)
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 }))
      reader.push(bytes as Buffer)
  } catch (error) {
    throw error instanceof Error && 'code' in error && 'syscall' in error ? unreadable(path, error) : error
  }
  return reader.end()
}

/** Place of a column. Throws CliError that names the file, the column and near ones. */
export function columnAt(path: string, columns: readonly string[], name: string): number {
  const at = columns.indexOf(name)
  if (at >= 0) return at
  throw usageError(`${path} has no column ${name}`, nearHint(name, columns, `it has ${columns.join(', ')}`))
}
