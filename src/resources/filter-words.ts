// The words of a filter: names, quoted text, operators and values, read from left to right.
import type { Operand, Operator } from './comparison.ts'

/** What is wrong with a filter, and at which UTF-16 unit. */
export class FilterError extends Error {
  readonly at: number
  constructor(reason: string, at: number) {
    super(reason)
    this.at = at
  }
}

/** A filter being read; `at` is the next UTF-16 unit. */
export interface Cursor {
  readonly text: string
  at: number
}

const SPACE = /\s*/y
const NAME = /(?:[^\s()"=<>~!]|!(?!=))+/y
const OPERATOR = /\s*(!=|==|>=|<=|=|>|<|~)/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy
const VALUE = /[^\s()",]+/y
const KEYWORD = /(and|or|not)(?=[\s()"]|$)/iy
// Closed by the first slash that a space, a bracket or the end follows: /a/b/ is one pattern.
const SLASHED = /\/((?:[^\\/]|\\.|\/(?![\s)]|$))*)\/(?=[\s)]|$)/sy

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at
  return pattern.exec(cursor.text)
}

function takeMatch(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  const found = match(cursor, pattern)
  if (found) cursor.at += found[0].length
  return found
}

/** Passes over spaces; returns the character behind them, '' at the end. */
export function peek(cursor: Cursor): string {
  takeMatch(cursor, SPACE)
  return cursor.text[cursor.at] ?? ''
}

/** The keyword that comes next, in lower case; it is taken when it is `wanted`. */
export function takeKeyword(cursor: Cursor, wanted: 'and' | 'or' | 'not'): boolean {
  peek(cursor)
  if (match(cursor, KEYWORD)?.[1]?.toLowerCase() !== wanted) return false
  cursor.at += wanted.length
  return true
}

function takeQuoted(cursor: Cursor): string | undefined {
  if (peek(cursor) !== '"') return undefined
  const found = takeMatch(cursor, QUOTED)
  if (!found) throw new FilterError('the quotation is not closed', cursor.at)
  return found[1]!.replace(/\\(.)/gs, '$1')
}

/** Takes a word, a name or quoted text. */
export function takeName(cursor: Cursor): string {
  const keyword = peek(cursor) && match(cursor, KEYWORD)?.[1]
  if (keyword) throw new FilterError(`a word is missing before ${keyword}`, cursor.at)
  const found = takeQuoted(cursor) ?? takeMatch(cursor, NAME)?.[0]
  if (found !== undefined) return found
  const next = cursor.text[cursor.at]
  throw new FilterError(next ? `a word is missing before ${next}` : 'a word is missing at the end', cursor.at)
}

/** Takes an operator, spaces before it allowed; undefined, and nothing taken, when none comes. */
export function takeOperator(cursor: Cursor): Operator | undefined {
  const sign = takeMatch(cursor, OPERATOR)?.[1]
  return sign === '==' ? '=' : (sign as Operator | undefined)
}

function takeOperand(cursor: Cursor): Operand {
  const quoted = takeQuoted(cursor)
  if (quoted !== undefined) return { text: quoted, quoted: true }
  const text = takeMatch(cursor, VALUE)?.[0]
  if (text === undefined) throw new FilterError('a value is missing', cursor.at)
  return { text, quoted: false }
}

/** Takes one value or several with commas between them. */
export function takeOperands(cursor: Cursor): Operand[] {
  const operands = [takeOperand(cursor)]
  while (cursor.text[cursor.at] === ',') {
    cursor.at++
    operands.push(takeOperand(cursor))
  }
  return operands
}

/** Takes `/pattern/`, with `\/` for a slash that must not close it. */
export function takeSlashed(cursor: Cursor): { pattern: string; at: number } {
  const at = cursor.at + 1
  const found = takeMatch(cursor, SLASHED)
  if (!found) throw new FilterError('the pattern is not closed with /', cursor.at)
  return { pattern: found[1]!, at }
}

/** Length of the bare pattern that comes next: to a space or to a bracket that it did not open. */
function barePattern({ text, at }: Cursor): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const char = text[i]!
    if (char === '(') depth++
    if (/\s/.test(char) || (char === ')' && depth-- === 0)) return i - at
    if (char === '\\') i++
  }
  return text.length - at
}

/** Takes the pattern behind `~`: quoted, between slashes, or bare. */
export function takePattern(cursor: Cursor): { pattern: string; at: number } {
  const next = peek(cursor)
  if (next === '/') return takeSlashed(cursor)
  const at = cursor.at
  if (next === '"') return { pattern: takeQuoted(cursor)!, at: at + 1 }
  const pattern = cursor.text.slice(at, at + barePattern(cursor))
  if (pattern === '') throw new FilterError('a pattern is missing', at)
  cursor.at += pattern.length
  return { pattern, at }
}
