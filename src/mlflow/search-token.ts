// Words of MLflow's search language: names, quoted texts, numbers and marks.
import { cleanText } from '../protocol/text.ts'
import { invalid } from './errors.ts'

/** Longest filter or order_by clause, UTF-16 units: a list of some thousand run ids fits. */
const MAX_LENGTH = 200_000

/** One word of a filter. `raw` is what stands in the filter, `text` what it means (quotes gone). */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'mark'
  readonly raw: string
  readonly text: string
  /** What stands before the first dot of a name, unquoted; null where there is no dot. */
  readonly entity: string | null
  /** Whether all of it is in double quotes or backticks: then it is no keyword, and double quotes may be a value. */
  readonly quoted: boolean
  /** Where it starts and ends in the filter. */
  readonly from: number
  readonly to: number
}

const PART = '(?:`[^`]*`|"[^"]*"|[\\p{L}\\p{N}_/:\\-]+)'
const FIRST = '(?:`[^`]*`|"[^"]*"|[\\p{L}_][\\p{L}\\p{N}_/:\\-]*)'
const NAME = new RegExp(`${FIRST}(?:\\.${PART})*`, 'uy')
const TEXT = /'[^']*(?:''[^']*)*'/y
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\p{L}\p{N}_.])/iuy
const MARK = />=|<=|!=|<>|==|[=<>(),]/y
const SPACE = /\s*/y

/** A text of a request as it may stand in an error message: clean and short. */
export const quote = (text: string): string => cleanText(text, 200)

const unquoted = (text: string): string => (/^(?:`[^`]*`|"[^"]*")$/.test(text) ? text.slice(1, -1) : text)

function take(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

/** The dot that ends the first part of a name; -1 without one. */
function firstDot(raw: string): number {
  const end = raw[0] === '`' || raw[0] === '"' ? raw.indexOf(raw[0], 1) : 0
  return raw.indexOf('.', end)
}

function name(raw: string, from: number): Token {
  const dot = firstDot(raw)
  const entity = dot < 0 ? null : unquoted(raw.slice(0, dot))
  const text = unquoted(raw.slice(dot + 1))
  return { kind: 'name', raw, text, entity, quoted: dot < 0 && text !== raw, from, to: from + raw.length }
}

function word(source: string, from: number): Token | undefined {
  const plain = (kind: Token['kind'], raw: string, text = raw): Token => ({
    kind,
    raw,
    text,
    entity: null,
    quoted: false,
    from,
    to: from + raw.length,
  })
  const quotedText = take(TEXT, source, from)
  if (quotedText !== undefined)
    return plain('text', quotedText, quotedText.slice(1, -1).replaceAll("''", "'"))
  const number = take(NUMBER, source, from)
  if (number !== undefined) return plain('number', number)
  const mark = take(MARK, source, from)
  if (mark !== undefined) return plain('mark', mark)
  const named = take(NAME, source, from)
  return named === undefined ? undefined : name(named, from)
}

/** Splits a filter or an order_by clause. Throws MlflowError that names what cannot be read. */
export function tokenize(source: string, what: 'filter' | 'order_by'): Token[] {
  if (source.length > MAX_LENGTH)
    throw invalid(`Invalid ${what}: ${source.length} characters, at most ${MAX_LENGTH} are read`)
  const tokens: Token[] = []
  let at = take(SPACE, source, 0)!.length
  while (at < source.length) {
    const token = word(source, at)
    if (!token) throw invalid(`Error on parsing ${what} '${quote(source)}' at '${quote(source.slice(at))}'`)
    tokens.push(token)
    at = token.to + take(SPACE, source, token.to)!.length
  }
  return tokens
}

/** The word in capitals where it may be a keyword; the empty text otherwise. */
export const keyword = (token: Token | undefined): string =>
  token?.kind === 'name' && !token.quoted && token.entity === null ? token.text.toUpperCase() : ''
