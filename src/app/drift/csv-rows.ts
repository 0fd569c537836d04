// Reads a CSV file row by row in bounded memory: quoted fields with line breaks, BOM, CRLF, `,` `;` or tab.
import { createReadStream } from 'node:fs'
import { CliError, EXIT } from '../../cli/cli-error.ts'

/** What is read at once, bytes, and the longest row, characters. */
const PIECE = 1 << 18
const LONGEST_ROW = 1 << 22

/** A CSV file that is open for reading. */
export interface CsvRows {
  readonly header: readonly string[]
  /** Rows behind the header, in pieces; a row may have fewer or more cells than the header. */
  readonly rows: AsyncGenerator<string[][]>
}

const failure = (path: string, message: string, hint: string) =>
  new CliError(`${path}: ${message}`, hint, EXIT.failed)

/** The separator that stands most often in the header, outside of quotes. */
function separatorOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((mark) => [mark, bare.split(mark).length] as const)
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0]
}

/** Cells of a row. */
export function splitCells(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator)
  const cells: string[] = []
  let at = 0
  while (at <= row.length) {
    if (row[at] !== '"') {
      const end = row.indexOf(separator, at)
      cells.push(end < 0 ? row.slice(at) : row.slice(at, end))
      if (end < 0) break
      at = end + 1
      continue
    }
    let text = ''
    let from = at + 1
    for (;;) {
      const quote = row.indexOf('"', from)
      if (quote < 0) {
        text += row.slice(from)
        at = row.length
        break
      }
      text += row.slice(from, quote)
      at = quote + 1
      if (row[at] !== '"') break
      text += '"'
      from = at + 1
    }
    const end = row.indexOf(separator, at)
    cells.push(text + (end < 0 ? row.slice(at) : row.slice(at, end)))
    if (end < 0) break
    at = end + 1
  }
  return cells
}

const hasOpenQuote = (row: string) => {
  if (!row.includes('"')) return false
  let quotes = 0
  for (let i = row.indexOf('"'); i >= 0; i = row.indexOf('"', i + 1)) quotes++
  return quotes % 2 === 1
}

/** Whole records of a text stream, without their line ends, in pieces. Throws CliError for an endless one. */
async function* records(path: string, texts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  /** A record that a quoted line break left open. */
  let open: string | undefined
  const take = (line: string): string | undefined => {
    const record = open === undefined ? line : `${open}\n${line}`
    const goesOn = open === undefined ? hasOpenQuote(line) : !hasOpenQuote(line)
    open = goesOn ? record : undefined
    if (record.length > LONGEST_ROW)
      throw failure(path, 'a row of more than 4 million characters', 'a quote that is never closed?')
    if (goesOn) return undefined
    return record.endsWith('\r') ? record.slice(0, -1) : record
  }
  for await (const text of texts) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    if (rest.length > LONGEST_ROW) take(rest)
    const done = lines.map(take).filter((record) => record !== undefined)
    if (done.length > 0) yield done
  }
  const last = rest === '' ? undefined : take(rest)
  if (last !== undefined) yield [last]
  else if (open !== undefined) yield [open]
}

function headerOf(path: string, line: string, separator: string): string[] {
  const names = splitCells(line.replace(/^\uFEFF/, ''), separator).map((name) => name.trim())
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw failure(path, `two columns are called "${twice}"`, 'rename one of them in the header')
  return names
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'is a folder'
  if (code === 'EACCES') return 'may not be read'
  return error instanceof Error ? error.message : String(error)
}

/** Opens a file. Rejects with CliError where it cannot be read, is empty, or names a column twice. */
export async function openCsv(path: string): Promise<CsvRows> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: PIECE })
  const source = records(path, stream)
  let first: IteratorResult<string[]>
  try {
    first = await source.next()
  } catch (error) {
    if (error instanceof CliError) throw error
    throw failure(path, reason(error), 'name a CSV file with a header row')
  }
  if (first.done || first.value.every((line) => line.trim() === ''))
    throw failure(path, 'has no header', 'the first row names the columns')
  const lines = first.value
  const separator = separatorOf(lines[0]!)
  const header = headerOf(path, lines[0]!, separator)
  const cells = (all: readonly string[]) =>
    all.filter((line) => line !== '' || header.length === 1).map((line) => splitCells(line, separator))
  async function* rows() {
    if (lines.length > 1) yield cells(lines.slice(1))
    for await (const more of source) yield cells(more)
  }
  return { header, rows: rows() }
}
