// The filter language of tables and of `mlops get --filter`:
//
//   word  "two words"  /regex/        anywhere in the row, ignoring case
//   status=failed,killed  name!=a*    equal to any; * stands for any text; =null: missing
//   loss<0.5  started>=2026-01-05     numbers and ISO times by size, else text by letter
//   name~^resnet(18|50)$              regex over one field
//   !word  not (a or b) and c         `not` binds closest, then `and` (or just a space), then `or`
import { type FieldTest, fieldTest, textTest } from './comparison.ts'
import {
  type Cursor,
  FilterError,
  peek,
  takeKeyword,
  takeName,
  takeOperands,
  takeOperator,
  takePattern,
  takeSlashed,
} from './filter-words.ts'
import { compileRegex } from './regex.ts'

/** A row as a filter sees it. */
export interface FilterRow {
  /** All cells joined, lower case. */
  text(): string
  /** True when text() holds the lower-case word; for rows that know it sooner. */
  has?(word: string): boolean
  /** The raw value by dotted name (`status`, `metrics.loss`, `params.lr`); undefined when missing. */
  field(path: string): unknown
}

/** A test of rows, or why the text is no filter and at which UTF-16 unit. */
export type Filter =
  | { readonly ok: true; readonly test: (row: FilterRow) => boolean }
  | { readonly ok: false; readonly reason: string; readonly at: number }

type RowTest = (row: FilterRow) => boolean

/** Longest filter, UTF-16 units. */
export const MAX_FILTER = 2000
/** Deepest nesting of brackets and negations. */
export const MAX_FILTER_DEPTH = 32

const SHORTCUTS = ['', 'metrics.', 'params.']

/** `loss` is a field of its own, else the metric, else the param of that name. */
function lookUp(row: FilterRow, name: string): unknown {
  for (const prefix of SHORTCUTS) {
    const value = row.field(prefix + name)
    if (value !== undefined) return value
  }
  return undefined
}

function compiled({ pattern, at }: { pattern: string; at: number }): (text: string) => boolean {
  const regex = compileRegex(pattern)
  if (!regex.ok) throw new FilterError(regex.reason, at + regex.at)
  return regex.test
}

function comparison(cursor: Cursor): FieldTest | undefined {
  const start = cursor.at
  const operator = takeOperator(cursor)
  if (operator === undefined) return undefined
  if (operator === '~') return textTest(compiled(takePattern(cursor)))
  const operands = takeOperands(cursor)
  const several = operands.length > 1 && operator !== '=' && operator !== '!='
  if (several) throw new FilterError(`${operator} takes one value`, start)
  return fieldTest(operator, operands)
}

function term(cursor: Cursor): RowTest {
  if (peek(cursor) === '/') {
    const test = compiled(takeSlashed(cursor))
    return (row) => test(row.text())
  }
  const name = takeName(cursor)
  const test = comparison(cursor)
  if (test) return (row) => test(lookUp(row, name))
  const word = name.toLowerCase()
  return (row) => row.has?.(word) ?? row.text().includes(word)
}

function negation(cursor: Cursor, depth: number): RowTest {
  const test = factor(cursor, depth + 1)
  return (row) => !test(row)
}

function bracket(cursor: Cursor, depth: number): RowTest {
  const open = cursor.at++
  const test = disjunction(cursor, depth + 1)
  if (peek(cursor) !== ')') throw new FilterError('the bracket is not closed', open)
  cursor.at++
  return test
}

function factor(cursor: Cursor, depth: number): RowTest {
  const next = peek(cursor)
  if (depth > MAX_FILTER_DEPTH) throw new FilterError(`nested deeper than ${MAX_FILTER_DEPTH}`, cursor.at)
  if (next === '(') return bracket(cursor, depth)
  if (takeKeyword(cursor, 'not')) return negation(cursor, depth)
  if (next !== '!') return term(cursor)
  cursor.at++
  return negation(cursor, depth)
}

/** True when a conjunction goes on: with `and`, or with a factor right behind. */
function goesOn(cursor: Cursor): boolean {
  if (takeKeyword(cursor, 'and')) return true
  const next = peek(cursor)
  if (next === '' || next === ')') return false
  const here = cursor.at
  const isOr = takeKeyword(cursor, 'or')
  cursor.at = here
  return !isOr
}

function conjunction(cursor: Cursor, depth: number): RowTest {
  const tests = [factor(cursor, depth)]
  while (goesOn(cursor)) tests.push(factor(cursor, depth))
  return tests.length === 1 ? tests[0]! : (row) => tests.every((test) => test(row))
}

function disjunction(cursor: Cursor, depth: number): RowTest {
  const tests = [conjunction(cursor, depth)]
  while (takeKeyword(cursor, 'or')) tests.push(conjunction(cursor, depth))
  return tests.length === 1 ? tests[0]! : (row) => tests.some((test) => test(row))
}

function parse(text: string): RowTest {
  const cursor: Cursor = { text, at: 0 }
  if (peek(cursor) === '') return () => true
  const test = disjunction(cursor, 0)
  if (peek(cursor) === ')') throw new FilterError('the bracket was never opened', cursor.at)
  return test
}

/** Reads a filter; an empty one passes every row. Never throws, and neither does its test. */
export function parseFilter(text: string): Filter {
  if (text.length > MAX_FILTER)
    return { ok: false, reason: `the filter is longer than ${MAX_FILTER} characters`, at: MAX_FILTER }
  try {
    return { ok: true, test: parse(text) }
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, reason: error.message, at: error.at }
    throw error
  }
}
