// Reads a regular expression into a tree. The usual syntax without back references and
// look-around, which no linear-time matcher can offer.

/** True for the UTF-16 units that one place of the text may hold. */
export type UnitTest = (unit: number) => boolean

/** Between two units: ^ and $ (of the whole text), a word border, or none. */
export type Assertion = 'start' | 'end' | 'border' | 'no border'

/** A regular expression. */
export type Tree =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly options: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly body: Tree; readonly min: number; readonly max: number }

/** What is wrong with a regular expression, and at which UTF-16 unit. */
export class RegexError extends Error {
  readonly at: number
  constructor(reason: string, at: number) {
    super(reason)
    this.at = at
  }
}

const MAX_DEPTH = 32
const MAX_REPEAT = 1000

interface Cursor {
  readonly pattern: string
  at: number
}

/** True for a letter, a digit and the underscore of ASCII. */
export const isWordUnit: UnitTest = (unit) =>
  (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122)
const isDigit: UnitTest = (unit) => unit >= 48 && unit <= 57
const isSpace: UnitTest = (unit) => /\s/.test(String.fromCharCode(unit))
const isLineEnd: UnitTest = (unit) => unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029
const not =
  (test: UnitTest): UnitTest =>
  (unit) =>
    !test(unit)

const CLASSES: Readonly<Record<string, UnitTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWordUnit,
  W: not(isWordUnit),
  s: isSpace,
  S: not(isSpace),
}
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' }
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  '^': 'start',
  $: 'end',
  '\\b': 'border',
  '\\B': 'no border',
}

/** Takes upper and lower case for the same, where both are one unit long. */
function anyCase(test: UnitTest): UnitTest {
  return (unit) => {
    const char = String.fromCharCode(unit)
    return [char, char.toLowerCase(), char.toUpperCase()].some(
      (form) => form.length === 1 && test(form.charCodeAt(0)),
    )
  }
}

const same = (char: string): UnitTest => {
  const wanted = char.charCodeAt(0)
  return (unit) => unit === wanted
}

/** Reads the escape after a backslash: a class, or the one character that it stands for. */
function escapeAt(cursor: Cursor): UnitTest | string {
  const char = cursor.pattern[cursor.at++]
  if (char === undefined) throw new RegexError('nothing follows the backslash', cursor.at - 1)
  const known = CLASSES[char] ?? CONTROLS[char]
  if (known !== undefined) return known
  if (/[A-Za-z0-9]/.test(char)) throw new RegexError(`\\${char} is not supported`, cursor.at - 2)
  return char
}

function classItem(cursor: Cursor): UnitTest | string {
  const char = cursor.pattern[cursor.at++]
  if (char === undefined) throw new RegexError('[ is not closed', cursor.at - 1)
  return char === '\\' ? escapeAt(cursor) : char
}

function classRange(cursor: Cursor): UnitTest {
  const { pattern, at } = cursor
  const from = classItem(cursor)
  if (typeof from !== 'string') return from
  if (pattern[cursor.at] !== '-' || (pattern[cursor.at + 1] ?? ']') === ']') return same(from)
  cursor.at++
  const to = classItem(cursor)
  if (typeof to !== 'string' || to < from) throw new RegexError('the range is not in order', at)
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)]
  return (unit) => unit >= low && unit <= high
}

function unitClass(cursor: Cursor): UnitTest {
  const negated = cursor.pattern[cursor.at] === '^'
  if (negated) cursor.at++
  const tests: UnitTest[] = []
  while (cursor.pattern[cursor.at] !== ']') tests.push(classRange(cursor))
  cursor.at++
  const inside = anyCase((unit) => tests.some((test) => test(unit)))
  return negated ? not(inside) : inside
}

function group(cursor: Cursor, depth: number): Tree {
  const open = cursor.at - 1
  if (depth >= MAX_DEPTH) throw new RegexError(`nested deeper than ${MAX_DEPTH}`, open)
  if (cursor.pattern.startsWith('?:', cursor.at)) cursor.at += 2
  else if (cursor.pattern[cursor.at] === '?') throw new RegexError('(? is not supported', open)
  const body = choice(cursor, depth + 1)
  if (cursor.pattern[cursor.at] !== ')') throw new RegexError('( is not closed', open)
  cursor.at++
  return body
}

const QUANTIFIER = /(?:([*+?])|\{(\d{1,9})(,?)(\d{0,9})\})\??/y
const SIGNS: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Infinity],
  '+': [1, Infinity],
  '?': [0, 1],
}

function quantifierAt({ pattern, at }: Cursor): RegExpExecArray | null {
  QUANTIFIER.lastIndex = at
  return QUANTIFIER.exec(pattern)
}

function atom(cursor: Cursor, depth: number): Tree {
  const { pattern, at } = cursor
  const char = pattern[at]!
  if (quantifierAt(cursor)) throw new RegexError(`${char} has nothing to repeat`, at)
  const assertion = ASSERTIONS[char === '\\' ? pattern.slice(at, at + 2) : char]
  cursor.at += assertion && char === '\\' ? 2 : 1
  if (assertion) return { kind: 'assertion', assertion }
  if (char === '(') return group(cursor, depth)
  if (char === '[') return { kind: 'unit', test: unitClass(cursor) }
  if (char === '.') return { kind: 'unit', test: not(isLineEnd) }
  const escaped = char === '\\' ? escapeAt(cursor) : char
  return { kind: 'unit', test: typeof escaped === 'string' ? anyCase(same(escaped)) : escaped }
}

function repeated(cursor: Cursor, body: Tree): Tree {
  const found = quantifierAt(cursor)
  if (!found) return body
  const [whole, sign, from, comma, to] = found
  const least = Number(from)
  const [min, max] = SIGNS[sign ?? ''] ?? [least, comma ? (to ? Number(to) : Infinity) : least]
  if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Infinity) || max < min)
    throw new RegexError(`${whole} is no range up to ${MAX_REPEAT}`, cursor.at)
  if (body.kind === 'assertion') throw new RegexError(`${whole} has nothing to repeat`, cursor.at)
  cursor.at += whole.length
  return { kind: 'repeat', body, min, max }
}

function sequence(cursor: Cursor, depth: number): Tree {
  const parts: Tree[] = []
  while (cursor.at < cursor.pattern.length && !'|)'.includes(cursor.pattern[cursor.at]!))
    parts.push(repeated(cursor, atom(cursor, depth)))
  return { kind: 'sequence', parts }
}

function choice(cursor: Cursor, depth: number): Tree {
  const options = [sequence(cursor, depth)]
  while (cursor.pattern[cursor.at] === '|') {
    cursor.at++
    options.push(sequence(cursor, depth))
  }
  return { kind: 'choice', options }
}

/** Reads a pattern, upper and lower case taken for the same. Throws RegexError. */
export function parseRegex(pattern: string): Tree {
  const cursor: Cursor = { pattern, at: 0 }
  const tree = choice(cursor, 0)
  if (cursor.at < pattern.length) throw new RegexError(') was never opened', cursor.at)
  return tree
}
