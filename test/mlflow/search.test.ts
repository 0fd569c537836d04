// The search language: what a filter and an order mean, and what is said of those that mean nothing.
import { describe, expect, test } from 'vitest'
import { MlflowError } from '../../src/mlflow/errors.ts'
import { type Access, compileSearch, type Query, searchPage } from '../../src/mlflow/search.ts'
import type { SearchKind } from '../../src/mlflow/search-kinds.ts'
import { pageToken } from '../../src/mlflow/search-page.ts'
import type { DatasetInput } from '../../src/protocol/events.ts'

interface Row {
  readonly id: string
  readonly attributes?: Record<string, string | number | null>
  readonly metrics?: Record<string, number>
  readonly params?: Record<string, string>
  readonly tags?: Record<string, string>
  readonly datasets?: readonly DatasetInput[]
}

const own = <T>(record: Record<string, T> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined

const access: Access<Row> = {
  attribute: (row, key) => (key === 'run_id' ? row.id : own(row.attributes, key)),
  metric: (row, key) => own(row.metrics, key),
  param: (row, key) => own(row.params, key),
  tag: (row, key) => own(row.tags, key),
  datasets: (row) => row.datasets ?? [],
}

const compile = (query: Query, kind: SearchKind = 'runs') => compileSearch<Row>(kind, query, access)
const matches = (filter: string, row: Partial<Row>, kind?: SearchKind) =>
  compile({ filter }, kind).matches({ id: 'r1', ...row })

function refusalOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(MlflowError)
    expect((error as MlflowError).code).toBe('INVALID_PARAMETER_VALUE')
    return (error as MlflowError).message
  }
  throw new Error('nothing was refused')
}

const dataset = (name: string, context: string): DatasetInput => ({
  name,
  digest: `d-${name}`,
  sourceType: 's',
  source: 's',
  schema: null,
  profile: null,
  tags: { 'mlflow.data.context': context },
})

const rich: Partial<Row> = {
  attributes: { run_name: 'parent', status: 'FINISHED', start_time: 1000, end_time: null },
  metrics: { loss: 0.5, 'val loss': 2, 'a/b': 7, nan: Number.NaN, big: Number.POSITIVE_INFINITY },
  params: { lr: '0.01', 'my param': 'it', empty: '' },
  tags: { team: 'Vision', 'mlflow.parentRunId': 'p1', quote: "it's", percent: '50%' },
  datasets: [dataset('train', 'training'), dataset('test', 'eval')],
}

describe('a filter', () => {
  test.each([
    [''],
    ['   '],
    ['metrics.loss = 0.5'],
    ['metric.loss != 1'],
    ['metrics.loss < .6'],
    ['metrics.loss >= 5e-1'],
    ['metrics.loss > -1'],
    ['metrics.big > 1e300'],
    ['metrics.nan != 1'],
    ['metrics.`val loss` <= 2'],
    ['metrics."val loss" <= 2'],
    ['metrics.a/b = 7'],
    ["params.lr = '0.01'"],
    ['param.lr = "0.01"'],
    ["parameters.lr LIKE '0.%'"],
    ["parameter.`my param` != 'x'"],
    ["params.empty = ''"],
    ['params.nothing IS NULL AND params.lr IS NOT NULL'],
    ["tags.team ILIKE 'vis%'"],
    ["tags.mlflow.parentRunId = 'p1'"],
    ["tag.`mlflow.parentRunId` = 'p1'"],
    ["tags.quote = 'it''s'"],
    ["tags.percent LIKE '__%' AND tags.percent LIKE '50_'"],
    ["run_name = 'parent'"],
    ["attributes.run_name LIKE 'par%' and attr.status = 'FINISHED'"],
    ["run.status != 'RUNNING'"],
    ["attributes.`run name` = 'parent'"],
    ['"Run Name" = \'parent\''],
    ['created >= 1000 AND start_time<1001'],
    ["run_id IN ('r0', 'r1')"],
    ["attributes.run_id IN ('r1',)"],
    ["run_id NOT IN ('r0')"],
    ["dataset.name = 'train'"],
    ["datasets.context IN ('eval')"],
    ["dataset.digest LIKE 'd-%' AND dataset.name = 'test'"],
    ["  tags.team\n=\t'Vision'  "],
  ])('%s holds', (filter) => {
    expect(matches(filter, rich)).toBe(true)
  })

  test.each([
    ['metrics.loss > 0.5'],
    ['metrics.missing != 1'],
    ['metrics.nan = 0'],
    ['metrics.nan < 1'],
    ["params.missing != 'x'"],
    ["params.missing LIKE '%'"],
    ["tags.team LIKE 'vis%'"],
    ["tags.team = 'vision'"],
    ["tags.constructor != 'x'"],
    ['tags.__proto__ IS NOT NULL'],
    ['end_time < 5'],
    ["run_id NOT IN ('r1')"],
    ["dataset.name = 'other'"],
    ["dataset.name NOT IN ('train', 'test')"],
    ["params.lr = '0.01' AND metrics.loss > 1"],
  ])('%s does not hold', (filter) => {
    expect(matches(filter, rich)).toBe(false)
  })

  test.each([
    ["params.a IN ('1')", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value ('1')"],
    ["metrics.loss = 'x'", "Expected numeric value type for metric. Found 'x'"],
    ["start_time > 'x'", "Expected numeric value type for numeric attribute: start_time. Found 'x'"],
    ['params.lr = 0.01', "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 0.01"],
    ['params.lr = x', "Expected a quoted string value for parameter (e.g. 'my-value'). Got value x"],
    ["params.lr > '1'", "Invalid comparator '>' not one of '=', '!=', 'LIKE', 'ILIKE'"],
    ['metrics.a LIKE 1', "Invalid comparator 'LIKE' not one of '=', '!=', '>', '>=', '<', '<='"],
    ["colour = 'red'", "Invalid attribute key 'colour' specified. Valid keys are run_id, run_name, user_id"],
    ["dataset.size = '1'", "Invalid dataset key 'size' specified. Valid keys are name, digest, context"],
    ["hosts.a = 'b'", "Invalid entity type 'hosts'. Valid values are metric, parameter, tag"],
    ["run_name IN ('a')", "The attribute 'run_name' does not support comparison with a list"],
    ["tags.a = 'b' OR tags.c = 'd'", "Invalid clause(s) in filter string: expected AND, found 'OR tags.c"],
    ["tags.a = 'b' tags.c = 'd'", "expected AND, found 'tags.c"],
    ["tags.a = 'b' AND", "expected a name, found 'the end'"],
    ["(tags.a = 'b')", "expected a name, found '(tags.a = 'b')'"],
    ["tags.a = 'b", "Error on parsing filter 'tags.a = 'b' at ''b'"],
    ['tags.`a = 1', "Error on parsing filter 'tags.`a = 1'"],
    ['tags.a', 'Invalid comparison clause. Expected 3 tokens found 1'],
    ['tags.a =', 'Invalid comparison clause. Expected 3 tokens found 2'],
    ['run_id IN ()', 'expected a non-empty list of quoted string values'],
    ["run_id IN ('a' 'b')", "expected ',' or ')' in a list"],
    ["run_id IN ('a'", "expected ',' or ')' in a list, found 'the end'"],
    ['run_id IN (1)', 'expected a non-empty list of quoted string values, found'],
    ['metrics.loss IS NULL', 'IS NULL / IS NOT NULL is only supported for tags and params'],
    ['metrics.loss = 1; metrics.loss = 2', "at '; metrics.loss = 2'"],
    ["tags.a == 'b'", "Invalid comparator '=='"],
    ["tags.a <> 'b'", "Invalid comparator '<>'"],
  ])('%s is refused, saying why', (filter, message) => {
    expect(refusalOf(() => compile({ filter }))).toContain(message)
  })

  test('what is echoed of a filter cannot move a cursor', () => {
    const message = refusalOf(() => compile({ filter: 'tags.\u001b[2J = 1' }))
    expect(message).not.toContain('\u001b')
    expect(message).toContain('␛[2J')
  })

  test('of too many clauses or too long a pattern is refused; long lists of ids are not', () => {
    const many = Array.from({ length: 101 }, (_, i) => `metrics.m${i} > 0`).join(' AND ')
    expect(refusalOf(() => compile({ filter: many }))).toContain('more than 100 clauses')
    const pattern = `tags.a LIKE '${'%a'.repeat(600)}'`
    expect(refusalOf(() => compile({ filter: pattern }))).toContain('at most 1000 are matched')
    const ids = Array.from({ length: 4000 }, (_, i) => `'${String(i).padStart(32, '0')}'`).join(', ')
    expect(compile({ filter: `run_id IN (${ids})` }).matches({ id: '3'.padStart(32, '0') })).toBe(true)
    expect(refusalOf(() => compile({ filter: ' '.repeat(200_001) }))).toContain('at most 200000')
  })
})

describe('each kind of thing has its own names', () => {
  test.each<[SearchKind, string]>([
    ['experiments', "name LIKE 'exp%' AND tags.a = 'b' AND creation_time > 1"],
    ['registered models', "name ILIKE 'm%' AND tag.a != 'b'"],
    ['model versions', "name='m' AND version_number > 1 AND run_id IN ('a') AND source_path LIKE 's%'"],
    ['logged models', "name IN ('m') AND metrics.a > 1 AND params.b = '1' AND status = 'READY'"],
  ])('%s: %s', (kind, filter) => {
    expect(() => compile({ filter }, kind)).not.toThrow()
  })

  test.each<[SearchKind, string]>([
    ['experiments', 'metrics.a > 1'],
    ['experiments', "run_id = 'a'"],
    ['registered models', "params.a = 'b'"],
    ['registered models', 'tags.a IS NULL'],
    ['model versions', "dataset.name = 'a'"],
    ['model versions', "stage = 'Production'"],
    ['logged models', "dataset.name = 'a'"],
  ])('%s: not %s', (kind, filter) => {
    expect(refusalOf(() => compile({ filter }, kind))).toMatch(/Invalid|IS NULL/)
  })

  test.each<[string, Record<string, string>, boolean]>([
    ["tag.`mlflow.prompt.is_prompt` != 'true'", {}, true],
    ["tag.`mlflow.prompt.is_prompt` = 'false'", {}, true],
    ["tag.`mlflow.prompt.is_prompt` = 'true'", {}, false],
    ["tag.`mlflow.prompt.is_prompt` != 'true'", { 'mlflow.prompt.is_prompt': 'true' }, false],
    ["tag.`mlflow.prompt.is_prompt` = 'true'", { 'mlflow.prompt.is_prompt': 'true' }, true],
    ["tag.other != 'true'", {}, false],
  ])('in the registry a model without the tag is no prompt: %s of %j is %s', (filter, tags, expected) => {
    expect(matches(filter, { tags }, 'registered models')).toBe(expected)
    expect(matches(filter, { tags }, 'model versions')).toBe(expected)
  })

  test('of runs the prompt tag is a tag like others', () => {
    expect(matches("tag.`mlflow.prompt.is_prompt` != 'true'", { tags: {} })).toBe(false)
  })
})

const order = (rows: readonly Row[], orderBy: string[], kind: SearchKind = 'runs') =>
  searchPage(compile({ orderBy }, kind), rows, { limit: 100 }).rows.map(({ id }) => id)

describe('an order', () => {
  const rows: Row[] = [
    { id: 'none' },
    { id: 'two', metrics: { m: 2 } },
    { id: 'nan', metrics: { m: Number.NaN } },
    { id: 'low', metrics: { m: Number.NEGATIVE_INFINITY } },
    { id: 'one', metrics: { m: 1 } },
  ]

  test('puts None last and NaN just before it, both ways', () => {
    expect(order(rows, ['metrics.m'])).toEqual(['low', 'one', 'two', 'nan', 'none'])
    expect(order(rows, ['metrics.m DESC'])).toEqual(['two', 'one', 'low', 'nan', 'none'])
    expect(order(rows, ['metrics.`m` asc'])).toEqual(['low', 'one', 'two', 'nan', 'none'])
  })

  test('of runs is by start, newest first, then by id: also among equals', () => {
    const started = (id: string, start_time: number | null, m: number): Row => ({
      id,
      attributes: { start_time },
      metrics: { m },
    })
    const runs = [started('b', 1, 7), started('a', 1, 7), started('c', 2, 7), started('d', null, 1)]
    expect(order(runs, [])).toEqual(['c', 'a', 'b', 'd'])
    expect(order(runs, ['metrics.m DESC'])).toEqual(['c', 'a', 'b', 'd'])
    expect(order(runs, ['metrics.m', 'attributes.start_time ASC'])).toEqual(['d', 'a', 'b', 'c'])
    expect(order(runs, ['run_id DESC'])).toEqual(['d', 'c', 'b', 'a'])
  })

  test('of versions and experiments ends with what makes them different', () => {
    const version = (name: string, version_number: number): Row => ({
      id: `${name}${version_number}`,
      attributes: { name, version_number, last_updated_timestamp: 5 },
    })
    const versions = [version('b', 1), version('a', 9), version('a', 10)]
    expect(order(versions, [], 'model versions')).toEqual(['a10', 'a9', 'b1'])
    expect(order(versions, ['name DESC'], 'model versions')).toEqual(['b1', 'a10', 'a9'])
    expect(order(versions, ['version_number'], 'model versions')).toEqual(['b1', 'a9', 'a10'])
  })

  test.each([
    ['metrics.m SIDEWAYS', "Invalid ordering key in order_by clause 'metrics.m SIDEWAYS'"],
    ['metrics.m DESC DESC', "Invalid order_by clause 'metrics.m DESC DESC'. Could not be parsed."],
    ['', "Invalid order_by clause ''. Could not be parsed."],
    ['colour', "Invalid attribute key 'colour' specified"],
    ['dataset.name', 'Invalid order_by entity: dataset'],
    ['metrics.m > 1', 'Could not be parsed'],
  ])('%s is refused, saying why', (clause, message) => {
    expect(refusalOf(() => compile({ orderBy: [clause] }))).toContain(message)
  })

  test('of experiments by a tag is refused, and so are too many clauses', () => {
    expect(refusalOf(() => compile({ orderBy: ['tags.a'] }, 'experiments'))).toContain('order_by entity: tag')
    expect(refusalOf(() => compile({ orderBy: Array(101).fill('run_id') }))).toContain('more than 100')
  })
})

describe('pages', () => {
  const rows: Row[] = Array.from({ length: 10 }, (_, i) => ({ id: `r${i}`, attributes: { start_time: -i } }))

  test('together give every row once', () => {
    const search = compile({ filter: "run_id != 'r4'" })
    const seen: string[] = []
    let token: string | undefined
    do {
      const page = searchPage(search, rows, { token, limit: 2 })
      seen.push(...page.rows.map(({ id }) => id))
      token = page.next
    } while (token !== undefined)
    expect(seen).toEqual(['r0', 'r1', 'r2', 'r3', 'r5', 'r6', 'r7', 'r8', 'r9'])
  })

  test('of rows in order end the reading early', () => {
    let read = 0
    function* counted() {
      for (const row of rows) {
        read++
        yield row
      }
    }
    const page = searchPage(compile({}), counted(), { limit: 2, inOrder: true })
    expect(page.rows.map(({ id }) => id)).toEqual(['r0', 'r1'])
    expect(page.next).toBeDefined()
    expect(read).toBe(3)
    expect(
      searchPage(compile({ orderBy: ['run_id DESC'] }), counted(), { limit: 1, inOrder: true }).rows[0]!.id,
    ).toBe('r9')
  })

  test('have tokens that only their own search takes; tokens without a mark pass', () => {
    const { next: token } = searchPage(compile({}), rows, { limit: 2 })
    expect(searchPage(compile({}), rows, { token, limit: 1 }).rows[0]!.id).toBe('r2')
    const other = compile({ filter: "run_id != 'r4'" })
    expect(refusalOf(() => searchPage(other, rows, { token, limit: 1 }))).toContain('another filter or order')
    const upstream = Buffer.from('{"offset": 3}').toString('base64')
    expect(searchPage(other, rows, { token: upstream, limit: 1 }).rows[0]!.id).toBe('r3')
  })

  test.each([
    ['%%%'],
    ['bm90IGpzb24='],
    [Buffer.from('null').toString('base64')],
    [Buffer.from('[]').toString('base64')],
    [Buffer.from('{"offset":"3"}').toString('base64')],
    [Buffer.from('{"offset":-1}').toString('base64')],
    [pageToken(1.5, 'x')],
  ])('of the token %s are refused', (token) => {
    expect(refusalOf(() => searchPage(compile({}), rows, { token, limit: 1 }))).toContain(
      'Invalid page token',
    )
  })
})
