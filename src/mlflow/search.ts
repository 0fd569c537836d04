// A search: its filter and order are read once, then asked of each row. All searches of the MLflow surface use this.
import { createHash } from 'node:crypto'
import type { DatasetInput } from '../protocol/events.ts'
import { plainText } from '../protocol/text.ts'
import { invalid } from './errors.ts'
import { type Clause, type NumberOp, parseFilter, type TextOp } from './search-clause.ts'
import { type Identifier, rulesOf, type SearchKind } from './search-kinds.ts'
import { isLike } from './search-like.ts'
import { compareValues, type OrderTerm, parseOrder, type Sortable } from './search-order.ts'
import { pageOffset, pageToken } from './search-page.ts'

/** How a search reads a row. Attributes have MLflow's names (`start_time`, `run_name`; see `search-kinds.ts`), times are Unix ms. */
export interface Access<Row> {
  readonly attribute: (row: Row, key: string) => Sortable
  readonly tag: (row: Row, key: string) => string | undefined
  readonly param?: (row: Row, key: string) => string | undefined
  /** Latest value of a metric. */
  readonly metric?: (row: Row, key: string) => number | undefined
  readonly datasets?: (row: Row) => readonly DatasetInput[]
}

/** What a request asks for. */
export interface Query {
  readonly filter?: string | null
  /** Clauses such as `metrics.loss DESC`. */
  readonly orderBy?: readonly string[] | null
}

/** A search that has been read. */
export interface Search<Row> {
  readonly matches: (row: Row) => boolean
  /** The order asked for, then the kind's own. */
  readonly compare: (a: Row, b: Row) => number
  /** Whether an order was asked for; else `compare` is the kind's default order. */
  readonly ordered: boolean
  /** Mark of this filter and order, for page tokens. */
  readonly check: string
}

/** Tag that 3.x clients exclude from searches of the registry: there, a model without it is no prompt. */
const IS_PROMPT = 'mlflow.prompt.is_prompt'

/** Tag of a dataset input that holds its context, for example `training`. */
const CONTEXT = 'mlflow.data.context'

/** An entry of a set of texts; undefined for what every object has (`constructor`). */
export const entryOf = <T>(entries: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(entries, key) ? entries[key] : undefined

/** More order_by clauses than these would only make the server work. */
const MAX_ORDER = 100

/** The same, as whoever wrote it wrote it. */
export function plainEntryOf(entries: Readonly<Record<string, string>>, key: string): string | undefined {
  const value = entryOf(entries, key)
  return value === undefined ? undefined : plainText(value)
}

type Test = (value: Sortable) => boolean

const number =
  (is: (value: number) => boolean): Test =>
  (value) =>
    typeof value === 'number' && is(value)

const NUMBER_TESTS: Record<NumberOp, (wanted: number) => Test> = {
  '=': (wanted) => number((value) => value === wanted),
  '!=': (wanted) => number((value) => value !== wanted),
  '>': (wanted) => number((value) => value > wanted),
  '>=': (wanted) => number((value) => value >= wanted),
  '<': (wanted) => number((value) => value < wanted),
  '<=': (wanted) => number((value) => value <= wanted),
}

const text =
  (is: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && is(value)

const TEXT_TESTS: Record<TextOp, (wanted: string) => Test> = {
  '=': (wanted) => text((value) => value === wanted),
  '!=': (wanted) => text((value) => value !== wanted),
  LIKE: (wanted) => text((value) => isLike(value, wanted)),
  ILIKE: (wanted) => text((value) => isLike(value.toLowerCase(), wanted)),
}

/** What a clause asks of a value. A value that is missing satisfies nothing but IS NULL. */
function testOf({ op, value }: Clause): Test {
  if (value === null) return (found) => (found === undefined || found === null) === (op === 'IS NULL')
  if (typeof value === 'number') return NUMBER_TESTS[op as NumberOp](value)
  if (typeof value === 'string') return TEXT_TESTS[op as TextOp](value)
  return text((found) => value.has(found) === (op === 'IN'))
}

function isPromptTest(clause: Clause): Test {
  const { op, value } = clause
  const ofMissing = (op === '!=' && value === 'true') || (op === '=' && value === 'false')
  const test = testOf(clause)
  return (found) => (found === undefined ? ofMissing : test(found))
}

function reader<Row>({ entity, key }: Identifier, access: Access<Row>): (row: Row) => Sortable {
  if (entity === 'metric') return (row) => access.metric?.(row, key)
  if (entity === 'parameter') return (row) => access.param?.(row, key)
  if (entity === 'tag') return (row) => access.tag(row, key)
  return (row) => access.attribute(row, key)
}

function datasetTest<Row>(clause: Clause, access: Access<Row>): (row: Row) => boolean {
  const test = testOf(clause)
  const key = clause.key as 'name' | 'digest' | 'context'
  const value = (dataset: DatasetInput) =>
    key === 'context' ? plainEntryOf(dataset.tags, CONTEXT) : dataset[key]
  return (row) => access.datasets?.(row).some((dataset) => test(value(dataset))) ?? false
}

function rowTest<Row>(kind: SearchKind, clause: Clause, access: Access<Row>): (row: Row) => boolean {
  if (clause.entity === 'dataset') return datasetTest(clause, access)
  const isRegistry = kind === 'registered models' || kind === 'model versions'
  const isPrompt = isRegistry && clause.entity === 'tag' && clause.key === IS_PROMPT
  const test = isPrompt ? isPromptTest(clause) : testOf(clause)
  const read = reader(clause, access)
  return (row) => test(read(row))
}

function comparison<Row>(terms: readonly OrderTerm[], access: Access<Row>): Search<Row>['compare'] {
  const steps = terms.map((term) => ({ read: reader(term, access), ascending: term.ascending }))
  return (a, b) => {
    for (const { read, ascending } of steps) {
      const order = compareValues(read(a), read(b), ascending)
      if (order !== 0) return order
    }
    return 0
  }
}

/** Reads a filter and an order once. Throws MlflowError (INVALID_PARAMETER_VALUE) that names what is wrong. */
export function compileSearch<Row>(kind: SearchKind, query: Query, access: Access<Row>): Search<Row> {
  const rules = rulesOf(kind)
  const { filter, orderBy } = query
  const tests = parseFilter(rules, filter ?? '').map((clause) => rowTest(kind, clause, access))
  const ordered = (orderBy?.length ?? 0) > 0
  if ((orderBy?.length ?? 0) > MAX_ORDER) throw invalid(`Invalid order_by: more than ${MAX_ORDER} clauses`)
  const clauses = ordered ? [...(orderBy ?? []), ...rules.ties] : rules.order
  const terms = clauses.map((clause) => parseOrder(rules, clause))
  const mark = JSON.stringify([kind, filter ?? '', orderBy ?? []])
  return {
    matches: (row) => tests.every((test) => test(row)),
    compare: comparison(terms, access),
    ordered,
    check: createHash('sha256').update(mark).digest('hex').slice(0, 8),
  }
}

/** Which page: `limit` rows from where `token` says. */
export interface PageRequest {
  readonly token?: string | null
  readonly limit: number
  /** Whether the rows come in the kind's default order: then reading stops with the page where no order is asked for. */
  readonly inOrder?: boolean
}

/** The rows of one page, and the token of the next where there is one. */
export function searchPage<Row>(
  search: Search<Row>,
  rows: Iterable<Row>,
  { token, limit, inOrder = false }: PageRequest,
): { readonly rows: Row[]; readonly next?: string } {
  const from = pageOffset(token ?? undefined, search.check)
  const mayStop = inOrder && !search.ordered
  const found: Row[] = []
  for (const row of rows) {
    if (!search.matches(row)) continue
    found.push(row)
    if (mayStop && found.length > from + limit) break
  }
  if (!mayStop) found.sort(search.compare)
  const isMore = found.length > from + limit
  return {
    rows: found.slice(from, from + limit),
    ...(isMore && { next: pageToken(from + limit, search.check) }),
  }
}
