// The filter: clauses joined by AND, each a name, an operator and a value, checked against what the kind allows.
import { invalid } from './errors.ts'
import { type Identifier, identify, type KindRules } from './search-kinds.ts'
import { keyword, quote, type Token, tokenize } from './search-token.ts'

/** More clauses than these, or a longer pattern, would only make the server work. */
const MAX_CLAUSES = 100
const MAX_PATTERN = 1000

/** One condition. */
export type Clause =
  | (Identifier & { readonly op: NumberOp; readonly value: number })
  | (Identifier & { readonly op: TextOp; readonly value: string })
  | (Identifier & { readonly op: 'IN' | 'NOT IN'; readonly value: ReadonlySet<string> })
  | (Identifier & { readonly op: 'IS NULL' | 'IS NOT NULL'; readonly value: null })

/** Operators between numbers. */
export type NumberOp = (typeof NUMBER_OPS)[number]
/** Operators between texts. */
export type TextOp = (typeof TEXT_OPS)[number]

const NUMBER_OPS = ['=', '!=', '>', '>=', '<', '<='] as const
const TEXT_OPS = ['=', '!=', 'LIKE', 'ILIKE'] as const
const LIST_OPS = ['IN', 'NOT IN'] as const

/** What stands right of an operator. */
interface Value {
  readonly raw: string
  readonly number?: number
  readonly text?: string
  readonly list?: readonly string[]
}

/** A place in the tokens of a filter. */
interface Cursor {
  readonly source: string
  readonly tokens: readonly Token[]
  at: number
}

const rest = (cursor: Cursor): string => {
  const token = cursor.tokens[cursor.at]
  return token ? quote(cursor.source.slice(token.from)) : 'the end'
}

const wrong = (cursor: Cursor, expected: string) =>
  invalid(`Invalid clause(s) in filter string: expected ${expected}, found '${rest(cursor)}'`)

function takeKeyword(cursor: Cursor, ...words: string[]): boolean {
  if (!words.every((word, i) => keyword(cursor.tokens[cursor.at + i]) === word)) return false
  cursor.at += words.length
  return true
}

function takeOperator(cursor: Cursor): string {
  const phrases = [['IS', 'NOT', 'NULL'], ['IS', 'NULL'], ['NOT', 'IN'], ['IN'], ['LIKE'], ['ILIKE']]
  for (const phrase of phrases) if (takeKeyword(cursor, ...phrase)) return phrase.join(' ')
  const token = cursor.tokens[cursor.at]
  if (!token) throw invalid('Invalid comparison clause. Expected 3 tokens found 1')
  if (token.kind !== 'mark' || '(),'.includes(token.text)) throw wrong(cursor, 'a comparison')
  cursor.at++
  return token.text
}

const isText = (token: Token | undefined): boolean =>
  token?.kind === 'text' || (token?.kind === 'name' && token.quoted && token.raw.startsWith('"'))

function takeList(cursor: Cursor): string[] {
  const list: string[] = []
  cursor.at++
  for (;;) {
    const token = cursor.tokens[cursor.at]
    if (token?.text === ')' && token.kind === 'mark' && list.length > 0) break
    if (!isText(token))
      throw invalid(
        `While parsing a list in the query, expected a non-empty list of quoted string values, found '${rest(cursor)}'`,
      )
    list.push(token!.text)
    cursor.at++
    const next = cursor.tokens[cursor.at]
    if (next?.kind === 'mark' && next.text === ',') cursor.at++
    else if (next?.text !== ')' || next.kind !== 'mark') throw wrong(cursor, "',' or ')' in a list")
  }
  cursor.at++
  return list
}

function takeValue(cursor: Cursor): Value {
  const token = cursor.tokens[cursor.at]
  if (!token) throw invalid('Invalid comparison clause. Expected 3 tokens found 2')
  if (token.kind === 'mark' && token.text === '(') {
    const list = takeList(cursor)
    return { raw: cursor.source.slice(token.from, cursor.tokens[cursor.at - 1]!.to), list }
  }
  if (token.kind === 'mark') throw wrong(cursor, 'a value')
  cursor.at++
  if (token.kind === 'number') return { raw: token.raw, number: Number(token.raw) }
  return { raw: token.raw, text: isText(token) ? token.text : undefined }
}

const badOperator = (op: string, allowed: readonly string[]) =>
  invalid(`Invalid comparator '${op}' not one of ${allowed.map((one) => `'${one}'`).join(', ')}`)

function numberClause(id: Identifier, op: string, { number, raw }: Value): Clause {
  const what = id.entity === 'metric' ? 'metric' : `numeric attribute: ${id.key}`
  if (number === undefined) throw invalid(`Expected numeric value type for ${what}. Found ${quote(raw)}`)
  const known = NUMBER_OPS.find((one) => one === op)
  if (!known) throw badOperator(op, NUMBER_OPS)
  return { ...id, op: known, value: number }
}

/** Checks a clause about a text; `lists` says whether IN may be used. */
function textClause(id: Identifier, op: string, { text, list, raw }: Value, lists: boolean): Clause {
  if (list && !lists && id.entity === 'attribute')
    throw invalid(
      `The attribute '${id.key}' does not support comparison with a list of quoted string values.`,
    )
  if (text === undefined && !(list && lists))
    throw invalid(
      `Expected a quoted string value for ${id.entity} (e.g. 'my-value'). Got value ${quote(raw)}`,
    )
  const listOp = LIST_OPS.find((one) => one === op)
  if (list && listOp) return { ...id, op: listOp, value: new Set(list) }
  const textOp = TEXT_OPS.find((one) => one === op)
  if (text === undefined || !textOp) throw badOperator(op, list ? LIST_OPS : TEXT_OPS)
  if (textOp.endsWith('LIKE') && text.length > MAX_PATTERN)
    throw invalid(`Invalid pattern of ${text.length} characters: at most ${MAX_PATTERN} are matched`)
  return { ...id, op: textOp, value: textOp === 'ILIKE' ? text.toLowerCase() : text }
}

function nullClause(rules: KindRules, id: Identifier, op: 'IS NULL' | 'IS NOT NULL'): Clause {
  const mayBe = id.entity === 'parameter' || (id.entity === 'tag' && rules.tagsMayBeNull)
  if (!mayBe)
    throw invalid(
      `IS NULL / IS NOT NULL is only supported for tags and params of runs, experiments and logged models, not for ${id.entity} '${quote(id.key)}'`,
    )
  return { ...id, op, value: null }
}

function takeClause(rules: KindRules, cursor: Cursor): Clause {
  const token = cursor.tokens[cursor.at]
  if (token?.kind !== 'name') throw wrong(cursor, 'a name')
  const id = identify(rules, token, Object.keys(rules.attributes))
  cursor.at++
  const op = takeOperator(cursor)
  if (op === 'IS NULL' || op === 'IS NOT NULL') return nullClause(rules, id, op)
  const value = takeValue(cursor)
  const type = id.entity === 'attribute' ? rules.attributes[id.key] : undefined
  if (id.entity === 'metric' || type === 'number') return numberClause(id, op, value)
  return textClause(id, op, value, id.entity === 'dataset' || type === 'listed')
}

/** Reads a filter; without one there are no clauses. Throws MlflowError that names what is wrong. */
export function parseFilter(rules: KindRules, source: string): Clause[] {
  const cursor: Cursor = { source, tokens: tokenize(source, 'filter'), at: 0 }
  const clauses: Clause[] = []
  while (cursor.at < cursor.tokens.length) {
    if (clauses.length > 0 && !takeKeyword(cursor, 'AND')) throw wrong(cursor, 'AND')
    clauses.push(takeClause(rules, cursor))
    if (clauses.length > MAX_CLAUSES)
      throw invalid(`Invalid filter: more than ${MAX_CLAUSES} clauses joined by AND`)
  }
  return clauses
}
