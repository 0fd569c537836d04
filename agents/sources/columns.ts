// The header of a table of metrics: which column is the step, which the time, and what the others are called.
import { isTimeName, parseNumber, STEP_NAMES } from './cells.ts'
import { findDelimiter, splitCells } from './delimited.ts'

/** What a header row says. */
export interface Columns {
  readonly delimiter: string
  /** Header cells, trimmed. */
  readonly names: readonly string[]
  /** Index of the step column, -1 for none: rows are counted then. */
  readonly step: number
  /** Index of the time column, -1 for none. */
  readonly time: number
  /** Key of each column; the second `loss` is `loss#2`. */
  readonly keys: readonly string[]
}

function findStep(names: readonly string[]): number {
  const lower = names.map((name) => name.toLowerCase())
  return STEP_NAMES.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1
}

function nameKeys(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name, index) => {
    const key = name || `column ${index + 1}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? key : `${key}#${count}`
  })
}

/** Reads a header row. */
export function readHeader(line: string): Columns {
  const delimiter = findDelimiter(line)
  const names = splitCells(line, delimiter)
  const time = names.findIndex((name) => isTimeName(name))
  return { delimiter, names, step: findStep(names), time, keys: nameKeys(names) }
}

/** Is a row the header again, or another header with the same step: did the writer begin anew? */
export function isHeader(cells: readonly string[], columns: Columns): boolean {
  const { names } = columns
  if (cells.length === names.length && cells.every((cell, i) => cell === names[i])) return true
  const step = names[columns.step]
  return step !== undefined && cells.includes(step) && cells.every((cell) => parseNumber(cell) === undefined)
}

/** The cells of a row; empty ones behind the last column are dropped, for some writers end rows with a delimiter. */
export function splitRow(line: string, columns: Columns): string[] {
  const cells = splitCells(line, columns.delimiter)
  while (cells.length > columns.names.length && cells.at(-1) === '') cells.pop()
  return cells
}

/** A line that may stand before the header: blank, or a comment (monitor.csv of reinforcement learning has one). */
export const isPreamble = (line: string) => line.startsWith('#') || line.trim() === ''
