// Properties of the search language: any text is read or refused, what is quoted comes back, LIKE is what a slow one says.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MlflowError } from '../../src/mlflow/errors.ts'
import { compileSearch, searchPage } from '../../src/mlflow/search.ts'
import { isLike } from '../../src/mlflow/search-like.ts'
import { compareValues, type Sortable } from '../../src/mlflow/search-order.ts'
import { pageOffset, pageToken } from '../../src/mlflow/search-page.ts'

interface Row {
  readonly key: string
  readonly value: string | number
}

const only = ({ key, value }: Row, asked: string) => (asked === key ? value : undefined)
const access = {
  attribute: () => null,
  tag: (row: Row, key: string) => only(row, key) as string | undefined,
  param: (row: Row, key: string) => only(row, key) as string | undefined,
  metric: (row: Row, key: string) => only(row, key) as number | undefined,
}

const word = fc.constantFrom(
  ...[
    'metrics',
    '.',
    'loss',
    ' ',
    "'",
    '"',
    '`',
    '=',
    '!=',
    '<',
    '(',
    ')',
    ',',
    'AND',
    'IN',
    'NOT',
    'IS',
    'NULL',
  ],
  ...[
    'LIKE',
    'tags.a',
    "'x'",
    '1',
    '-1e5',
    'params.`a b`',
    'run_id',
    'dataset.name',
    ';',
    '\u202e',
    '\ud800',
    '🙂',
  ],
)

test('any text is read, or refused with an MLflow error', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 25 }).map((words) => words.join('')),
  )
  const kind = fc.constantFrom('runs', 'experiments', 'registered models', 'model versions', 'logged models')
  fc.assert(
    fc.property(kind, text, fc.array(text, { maxLength: 2 }), (name, filter, orderBy) => {
      try {
        const search = compileSearch(name, { filter, orderBy }, access)
        searchPage(
          search,
          [
            { key: 'loss', value: 1 },
            { key: 'a', value: 'x' },
          ],
          { limit: 1 },
        )
      } catch (error) {
        expect(error).toBeInstanceOf(MlflowError)
        expect((error as MlflowError).code).toBe('INVALID_PARAMETER_VALUE')
      }
    }),
    { numRuns: 2000 },
  )
})

const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('`'))

test('any key in backticks and any text in quotes mean themselves', () => {
  fc.assert(
    fc.property(key, fc.string({ unit: 'grapheme' }), (name, value) => {
      const filter = `params.\`${name}\` = '${value.replaceAll("'", "''")}'`
      expect(compileSearch('runs', { filter }, access).matches({ key: name, value })).toBe(true)
      expect(compileSearch('runs', { filter }, access).matches({ key: name, value: `${value}x` })).toBe(false)
    }),
  )
})

test('any finite number means itself', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const filter = `metrics.a = ${value} AND metrics.a >= ${value} AND metrics.a <= ${value}`
      expect(compileSearch('runs', { filter }, access).matches({ key: 'a', value })).toBe(true)
    }),
  )
})

/** LIKE by trying everything; characters are code points. */
function slowLike(text: readonly string[], pattern: readonly string[]): boolean {
  if (pattern.length === 0) return text.length === 0
  const [first, ...rest] = pattern
  if (first === '%')
    return Array.from({ length: text.length + 1 }).some((_, i) => slowLike(text.slice(i), rest))
  return text.length > 0 && (first === '_' || first === text[0]) && slowLike(text.slice(1), rest)
}

test('LIKE finds what trying everything finds', () => {
  const few = (units: readonly string[]) => fc.array(fc.constantFrom(...units), { maxLength: 7 })
  fc.assert(
    fc.property(few(['a', 'b', '🙂', '😀', '%']), few(['a', 'b', '🙂', '%', '_']), (text, pattern) => {
      expect(isLike(text.join(''), pattern.join(''))).toBe(slowLike(text, pattern))
    }),
    { numRuns: 3000 },
  )
})

test('LIKE with many stars comes to an end: a backtracking matcher would not in this life', () => {
  expect(isLike('a'.repeat(8000), `${'%a'.repeat(499)}%b`)).toBe(false)
})

const sortable: fc.Arbitrary<Sortable> = fc.oneof(
  fc.constantFrom(null, undefined, Number.NaN, 0, 'a', 'b', ''),
  fc.integer({ min: -2, max: 2 }),
)

test('values are in one order: turned around it is its opposite, and it does not go in circles', () => {
  fc.assert(
    fc.property(sortable, sortable, sortable, fc.boolean(), (a, b, c, ascending) => {
      const compare = (x: Sortable, y: Sortable) => Math.sign(compareValues(x, y, ascending))
      expect(compare(a, b) + compare(b, a)).toBe(0)
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 1000 },
  )
})

test('a page token gives back its offset; any other text is refused with an MLflow error', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (offset, check) => {
      expect(pageOffset(pageToken(offset, check), check)).toBe(offset)
    }),
  )
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ minLength: 1 }), fc.base64String({ minLength: 4 }), fc.json().map(btoaUtf8)),
      (token) => {
        try {
          expect(pageOffset(token, 'c')).toBeGreaterThanOrEqual(0)
        } catch (error) {
          expect(error).toBeInstanceOf(MlflowError)
        }
      },
    ),
  )
})

function btoaUtf8(text: string): string {
  return Buffer.from(text).toString('base64')
}
