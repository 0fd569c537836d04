// Tables that training code appends to: a header row, then one row a step. One column is the step
// (`step`, else `epoch`, else another step-like name, else the number of the row), each other numeric
// column is a metric. Times come from a time column, else from the file.
import type { Step } from '../../src/protocol/numbers.ts'
import { isLogName, parseNumber, parseStepCell, parseTime } from './cells.ts'
import { type Columns, isHeader, isPreamble, readHeader, splitRow } from './columns.ts'
import { recordEnd } from './delimited.ts'
import { type FileReader, type ReadContext, SNIFF_BYTES, savedFields, type Verdict } from './format.ts'
import type { FormatParts } from './lazy-format.ts'
import { type LineState, lineText, openLines, readLines } from './lines.ts'
import type { Json } from './source.ts'

/** Where a reader of a table stands. */
interface Reading {
  lines: LineState
  /** The header line and what it says; undefined before it came. */
  header: string | undefined
  columns: Columns | undefined
  /** Good rows so far. */
  row: number
  /** An epoch was a fraction: rows are counted instead, and the epoch is a metric. */
  byRow: boolean
  stopped: boolean
}

function setHeader(table: Reading, line: string): void {
  const columns = readHeader(line)
  table.header = line
  table.columns = table.byRow ? { ...columns, step: -1 } : columns
}

function openTable(saved: Json | undefined): Reading {
  const fields = savedFields(saved)
  const table: Reading = {
    lines: openLines(fields),
    header: undefined,
    columns: undefined,
    row: typeof fields.row === 'number' ? fields.row : 0,
    byRow: fields.byRow === true,
    stopped: fields.stopped === true,
  }
  if (typeof fields.header === 'string') setHeader(table, fields.header)
  return table
}

/** The step of a row; undefined when its cell is none. */
function stepOf(table: Reading, columns: Columns, cells: readonly string[]): Step | undefined {
  if (columns.step < 0) return table.row
  const cell = cells[columns.step] ?? ''
  const step = parseStepCell(cell)
  const isEpoch = columns.names[columns.step]?.toLowerCase() === 'epoch'
  if (step !== undefined || !isEpoch || !Number.isFinite(parseNumber(cell))) return step
  table.byRow = true
  table.columns = { ...columns, step: -1 }
  return table.row
}

function emitRow(columns: Columns, cells: readonly string[], step: Step, { sink, mtime }: ReadContext): void {
  const time = (columns.time >= 0 ? parseTime(cells[columns.time] ?? '') : undefined) ?? mtime
  for (let i = 0; i < cells.length; i++) {
    if (i === columns.step) continue
    const value = parseNumber(cells[i]!)
    if (value !== undefined) sink.point(columns.keys[i]!, step, time, value)
  }
}

/** Why a line is no row; undefined when it is one. */
function refuse(line: string, cells: readonly string[], columns: Columns): string | undefined {
  if (line.includes('\0')) return 'lines with NUL bytes left out'
  if (isHeader(cells, columns)) return 'the header comes again: the writer began anew'
  if (cells.length !== columns.names.length) return 'rows with a wrong number of columns left out'
  return undefined
}

/** Reads a line behind the header. `again`: its points are out already. */
function readRow(table: Reading, line: string, context: ReadContext, again: boolean): void {
  if (!table.columns || line.trim() === '') return
  const where = `line ${table.lines.line}`
  const cells = splitRow(line, table.columns)
  const reason = refuse(line, cells, table.columns)
  if (reason) context.sink.problem(reason, where)
  if (isHeader(cells, table.columns)) setHeader(table, line)
  if (reason) return
  const step = stepOf(table, table.columns, cells)
  if (step === undefined) {
    context.sink.problem('rows without a whole number as their step left out', where)
    return
  }
  if (!again) emitRow(table.columns, cells, step, context)
  table.row++
}

/** Reads the last line of a quiet file; false when it lacks a column and so cannot be whole. */
function readTail(table: Reading, line: string, context: ReadContext): boolean {
  if (!table.columns) return false
  const cells = splitRow(line, table.columns)
  if (cells.at(-1) === '' || refuse(line, cells, table.columns)) return false
  const step = stepOf(table, table.columns, cells)
  if (step !== undefined) emitRow(table.columns, cells, step, context)
  return step !== undefined
}

/** Tables that are called a text log: CSVLogger of Keras writes `training.log`. */
const isText = (fileName: string) => /\.log$/i.test(fileName)

const isUtf16 = (bytes: Buffer) =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)

function readTable(table: Reading, bytes: Buffer, context: ReadContext): number {
  if (context.offset === 0 && isUtf16(bytes)) {
    context.sink.problem('is UTF-16 text: write it as UTF-8')
    table.stopped = true
    return 0
  }
  const visitor = {
    end: (all: Buffer, at: number) => recordEnd(all, at, table.columns?.delimiter),
    record: (start: number, end: number, again: boolean) => {
      const line = lineText(bytes, start, end)
      if (table.columns) readRow(table, line, context, again)
      else if (!isPreamble(line)) setHeader(table, line)
    },
    tail: (start: number, end: number) => readTail(table, lineText(bytes, start, end), context),
  }
  return readLines(bytes, table.lines, visitor, context)
}

function createReader(saved: Json | undefined): FileReader {
  const table = openTable(saved)
  return {
    read: (bytes, context) => readTable(table, bytes, context),
    get stopped() {
      return table.stopped
    },
    rotated() {
      Object.assign(table, { lines: openLines({}), header: undefined, columns: undefined })
    },
    save: () => ({
      ...table.lines,
      row: table.row,
      ...(table.header !== undefined && { header: table.header }),
      ...(table.byRow && { byRow: true }),
      ...(table.stopped && { stopped: true }),
    }),
  }
}

/** A text log (`training.log`) is a table when its first line is a header with a step and the next one is numbers. */
function sniffText(lines: readonly string[], full: boolean): Verdict {
  const header = lines[0] ?? ''
  const columns = readHeader(header)
  const isHeader = columns.step >= 0 && columns.names.length > 1
  if (lines.length > 1 && !(isHeader && columns.names.every((name) => /^[\w./:-]+$/.test(name))))
    return 'other'
  if (lines.length < 3 && !full) return 'undecided'
  const cells = splitRow(lines[1] ?? '', columns)
  const isRow = cells.every((cell) => cell === '' || parseNumber(cell) !== undefined)
  return isRow && cells.length === columns.names.length ? 'log' : 'other'
}

/** A table is a log when it has a step column, or a log's name and a number in its first row. */
function sniff(head: Buffer, fileName: string): Verdict {
  const full = head.length >= SNIFF_BYTES
  const all = isUtf16(head) ? head.toString('utf16le', 2) : lineText(head, 0, head.length)
  const lines = all.split(/\r?\n/)
  if (isText(fileName)) return sniffText(lines, full)
  const first = lines.findIndex((line) => !isPreamble(line))
  const whole = first >= 0 && (first < lines.length - 1 || full)
  if (!whole && !full) return isLogName(fileName) ? 'log' : 'undecided'
  const columns = readHeader(lines[first] ?? '')
  if (columns.step >= 0) return 'log'
  if (!isLogName(fileName)) return 'other'
  const row = lines[first + 1] || undefined
  return !row || splitRow(row, columns).some((cell) => parseNumber(cell) !== undefined) ? 'log' : 'other'
}

/** Comma, tab or semicolon separated tables of metrics. */
export const csv: FormatParts = { sniff, open: createReader }
