// A filter means what its grammar says, tells where it is wrong, and never throws.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FilterRow, MAX_FILTER, MAX_FILTER_DEPTH, parseFilter } from '../../src/resources/filter.ts'

function rowOf(fields: Record<string, unknown>): FilterRow {
  const text = Object.values(fields).map(String).join(' ').toLowerCase()
  return { text: () => text, field: (path) => (Object.hasOwn(fields, path) ? fields[path] : undefined) }
}

function passes(filter: string, row: FilterRow): boolean {
  const parsed = parseFilter(filter)
  if (!parsed.ok) throw new Error(`${filter}: ${parsed.reason} at ${parsed.at}`)
  return parsed.test(row)
}

const row = rowOf({
  name: 'ResNet50 base (v2)',
  status: 'failed',
  started: '2026-01-05T10:00:00.000Z',
  ended: new Date('2026-01-05T12:30:00Z'),
  seen: Date.parse('2026-01-05T11:00:00Z'),
  'metrics.loss': 0.25,
  'metrics.val/acc': Number.NaN,
  'metrics.tokens': 2n ** 60n + 1n,
  'params.lr': '1e-3',
  'params.size': '7b',
  'tags.note': 'and "so" on',
  host: null,
  gpu: true,
  aliases: ['champion', 'canary'],
  owners: [],
  steps: 0,
  code: '007',
})

describe('a filter', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['resnet', true],
    ['RESNET fail', true],
    ['resnet missing', false],
    ['"base (v2)"', true],
    ['!missing', true],
    ['!resnet', false],
    ['! resnet', false],
    ['/res.*50/', true],
    ['/^resnet50 base \\(v2\\)/ failed', true],
    ['/a/b/', false],
    ['!/zzz/', true],
  ])('on the whole row: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['status=failed', true],
    ['status=FAILED', true],
    ['status==failed', true],
    ['status = failed', true],
    ['status=fail', false],
    ['status!=failed', false],
    ['status!=running', true],
    ['status=running,failed', true],
    ['status=running, failed', true],
    ['status!=running,failed', false],
    ['status=fail*', true],
    ['status=*ail*', true],
    ['status=f*d*d', false],
    ['status="fail*"', false],
    ['name="resnet50 base (v2)"', true],
    ['tags.note="and \\"so\\" on"', true],
    ['gpu=true', true],
    ['aliases=canary', true],
    ['aliases=champ*', true],
    ['aliases!=canary', false],
    ['aliases=none', false],
    ['code="7"', false],
    ['code="007"', true],
    ['code=7', true],
  ])('on equality: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['loss<0.5', true],
    ['loss < 0.5', true],
    ['metrics.loss<=.25', true],
    ['loss>2.5e-1', false],
    ['loss>=0.25', true],
    ['lr=0.001', true],
    ['lr<1e-2', true],
    ['loss=0.250', true],
    ['val/acc=NaN', true],
    ['val/acc!=NaN', false],
    ['val/acc>0', false],
    ['val/acc<=0', false],
    ['loss<Infinity', true],
    ['loss>-inf', true],
    ['tokens>1152921504606846976', true],
    ['tokens=1152921504606846977', true],
    ['tokens=1152921504606846976', false],
    ['loss<abc', false],
    ['size>7a', true],
    ['size<7a', false],
    ['steps=-0', true],
    ['"metrics.loss"<0.5', true],
  ])('on numbers: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['started>=2026-01-05', true],
    ['started<2026-01-05T11:00:00+02:00', false],
    ['started="2026-01-05T10:00:00.000Z"', true],
    ['started=2026-01-05T12:00+02:00', true],
    ['started>"2026-01-05 09:59"', true],
    ['started>2026', true],
    ['ended>2026-01-05T12:00:00Z', true],
    ['ended<2026-01-05T12:00:00Z', false],
    ['seen=2026-01-05T11:00', true],
    ['started>2026-99-99', false],
  ])('on times: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['nothing=null', true],
    ['nothing!=null', false],
    ['host=null', true],
    ['owners=null', true],
    ['owners=*', false],
    ['status=null', false],
    ['status!=null', true],
    ['nothing=x', false],
    ['nothing!=x', true],
    ['nothing<5', false],
    ['nothing>=5', false],
    ['nothing~.', false],
    ['nothing=*', false],
    ['status=null,failed', true],
    ['status="null"', false],
  ])('on missing fields: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['name~^resnet(18|50)', true],
    ['name~^res$', false],
    ['(name~(18|50) status=failed)', true],
    ['name~/base \\(v/', true],
    ['name~"50 b"', true],
    ['aliases~^can', true],
    ['!name~50', false],
  ])('on one field by pattern: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it.each([
    ['zzz or resnet', true],
    ['zzz or yyy', false],
    ['resnet or zzz and zzz', true],
    ['(resnet or zzz) and zzz', false],
    ['not zzz and resnet', true],
    ['not (zzz or resnet)', false],
    ['not zzz or zzz', true],
    ['NOT zzz AND resnet OR zzz', true],
    ['not not resnet', true],
    ['!!resnet', true],
    ['!(zzz yyy)', true],
    ['"zzz or resnet"', false],
    ['android or zzz', false],
    ['"and" resnet', true],
  ])('on combinations: %s is %s', (filter, expected) => {
    expect(passes(filter, row)).toBe(expected)
  })

  it('prefers a field of its own to the metric, and the metric to the param', () => {
    const three = rowOf({ loss: 1, 'metrics.loss': 2, 'params.loss': 3, 'metrics.lr': 2, 'params.lr': 3 })
    expect(passes('loss=1 lr=2', three)).toBe(true)
  })

  it('does not read fields from the prototype of a row', () => {
    expect(passes('constructor=null', row)).toBe(true)
  })
})

describe('what is no filter', () => {
  it.each([
    ['(a', 0, /not closed/],
    ['a)', 1, /never opened/],
    ['()', 1, /missing before \)/],
    ['a and', 5, /missing at the end/],
    ['a and or b', 6, /missing before or/],
    ['or a', 0, /missing before or/],
    ['not', 3, /missing at the end/],
    ['a=', 2, /value is missing/],
    ['a=b,', 4, /value is missing/],
    ['=b', 0, /missing before =/],
    ['a<1,2', 1, /one value/],
    ['"a', 0, /quotation/],
    ['a="b', 2, /quotation/],
    ['/a', 0, /not closed/],
    ['a~', 2, /pattern is missing/],
    ['x a~b(', 5, /not closed/],
    ['/a(/', 2, /not closed/],
    ['/(?=a)/', 1, /not supported/],
    ['('.repeat(MAX_FILTER_DEPTH + 2), MAX_FILTER_DEPTH + 1, /deeper/],
    ['!'.repeat(MAX_FILTER_DEPTH + 2), MAX_FILTER_DEPTH + 1, /deeper/],
    ['a'.repeat(MAX_FILTER + 1), MAX_FILTER, /longer/],
  ])('%s is refused at its place', (filter, at, reason) => {
    expect(parseFilter(filter)).toEqual({ ok: false, at, reason: expect.stringMatching(reason) })
  })
})

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...['a', 'loss', '=', '!=', '!', '<', '>=', '~', '(', ')', '"', '/', '\\', ',', '*', '0.5', 'NaN', ' '],
    ...['and', ' or ', ' not ', 'null', '2026-01-05', '2026-99-99', '[', '{9}', '+', '|', '\u0000', '\ud800'],
  )
  const field = fc.oneof(
    fc.anything(),
    fc.constantFrom(new Date(Number.NaN), Number.NaN, 2n ** 70n, [Number.NaN, null, {}], '', Symbol('x')),
  )

  it('is a filter or a reason with a place, and its test never throws', () => {
    const text = fc.oneof(fc.string({ unit: pieces, maxLength: 30 }), fc.string({ unit: 'binary' }))
    let filters = 0
    fc.assert(
      fc.property(text, field, (filter, value) => {
        const parsed = parseFilter(filter)
        if (parsed.ok) {
          filters++
          expect(typeof parsed.test({ text: () => 'some text', field: () => value })).toBe('boolean')
        } else {
          expect(parsed.reason).not.toBe('')
          expect(parsed.at).toBeGreaterThanOrEqual(0)
          expect(parsed.at).toBeLessThanOrEqual(filter.length)
        }
      }),
      { numRuns: 2000 },
    )
    expect(filters).toBeGreaterThan(100)
  })
})

// Expressions as data, with an evaluation and a printer that share nothing with the parser.
type Expression =
  | { word: string }
  | { key: string; sign: string; number: number }
  | { key: string; texts: string[] }
  | { not: Expression }
  | { all: Expression[] }
  | { some: Expression[] }

const SIGNS: Record<string, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
}

type Fields = Record<string, string | number>
function evaluate(expression: Expression, fields: Fields): boolean {
  if ('word' in expression)
    return Object.values(fields).some((value) => String(value).includes(expression.word.toLowerCase()))
  if ('not' in expression) return !evaluate(expression.not, fields)
  if ('all' in expression) return expression.all.every((one) => evaluate(one, fields))
  if ('some' in expression) return expression.some.some((one) => evaluate(one, fields))
  const value = fields[expression.key]
  if ('texts' in expression) return expression.texts.some((text) => text.toLowerCase() === value)
  return typeof value === 'number' && SIGNS[expression.sign]!(value, expression.number)
}

const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Prints with as few brackets as the precedence allows; `style` picks among equal spellings. */
function print(expression: Expression, style: number, level = 0): string {
  const wrap = (text: string, own: number) => (own < level ? `(${text})` : text)
  if ('word' in expression) return quote(expression.word)
  if ('not' in expression) return (style & 1 ? '!' : 'not ') + print(expression.not, style >> 1, 2)
  if ('all' in expression)
    return wrap(expression.all.map((one) => print(one, style >> 1, 2)).join(style & 1 ? ' ' : ' and '), 1)
  if ('some' in expression)
    return wrap(expression.some.map((one) => print(one, style >> 1, 1)).join(' or '), 0)
  if ('texts' in expression) return `${expression.key}=${expression.texts.map(quote).join(',')}`
  const space = style & 1 ? ' ' : ''
  return `${expression.key}${space}${expression.sign}${space}${expression.number}`
}

const word = fc.string({
  unit: fc.constantFrom('a', 'B', 'c', ' ', '(', '"', '\\', '=', '1'),
  minLength: 1,
  maxLength: 3,
})
const numberKey = fc.constantFrom('x', 'y', 'absent')
const number = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0.5, -1e-7, 1e21))
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    fc.record({ word }),
    fc.record({ key: numberKey, sign: fc.constantFrom(...Object.keys(SIGNS)), number }),
    fc.record({
      key: fc.constantFrom('s', 't', 'absent'),
      texts: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ not: tie('expression') }),
    fc.record({ all: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ some: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }) }),
  ),
}))
const fields = fc.record({
  x: number,
  y: number,
  s: word.map((text) => text.toLowerCase()),
  t: word.map((text) => text.toLowerCase()),
})

describe('a printed expression', () => {
  it('passes the rows that its direct evaluation passes', () => {
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(expression, fields, fc.nat(), (tree, values, style) => {
        const expected = evaluate(tree, values)
        seen.add(expected)
        const text = print(tree, style)
        fc.pre(text.length <= MAX_FILTER)
        // A separator that no word holds, so that no word matches across two cells.
        const cells = Object.values(values).join('\u001f')
        const field = (path: string) => (Object.hasOwn(values, path) ? values[path as 'x'] : undefined)
        expect(passes(text, { text: () => cells, field }), text).toBe(expected)
      }),
      { numRuns: 1000 },
    )
    expect(seen.size).toBe(2)
  })
})
