// JSON carries every raw value: what was written is what is read, by the conventions of the contract.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonArray, jsonLines, jsonText } from '../../src/cli/json.ts'
import type { Raw } from '../../src/resources/define.ts'

/** JSON.parse that keeps integers beyond the safe ones as bigints. */
function read(text: string): unknown {
  const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
  const marked = text.replace(token, (found) =>
    /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found)) ? `{"$wide":"${found}"}` : found,
  )
  return JSON.parse(marked, (_, value) => (typeof value?.$wide === 'string' ? BigInt(value.$wide) : value))
}

/** What a reader must find for a raw value. */
function expected(raw: Raw): unknown {
  if (typeof raw === 'number' && !Number.isFinite(raw)) return String(raw)
  if (typeof raw === 'number' && Number.isInteger(raw) && !Number.isSafeInteger(raw)) return read(String(raw))
  if (typeof raw === 'bigint') return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? null : raw.toISOString()
  if (Array.isArray(raw)) return raw.map(expected)
  if (typeof raw === 'object' && raw !== null)
    return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, expected(value)]))
  return raw
}

const { raw: anyRaw } = fc.letrec<{ raw: Raw }>((tie) => ({
  raw: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324, 1e21),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.boolean(),
    fc.date({ noInvalidDate: false }),
    fc.constant(null),
    fc.array(tie('raw'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('raw'), { maxKeys: 4 }),
  ),
}))

describe('JSON', () => {
  it('reads back as written', () => {
    fc.assert(
      fc.property(anyRaw, (raw) => {
        expect(read(jsonText(raw))).toEqual(expected(raw))
      }),
    )
  })

  it('is one line, so that records can be told apart by lines', () => {
    fc.assert(
      fc.property(anyRaw, (raw) => {
        expect(jsonText(raw)).not.toMatch(/[\n\r]/)
      }),
    )
  })

  it.each<[Raw, string]>([
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [9223372036854775807n, '9223372036854775807'],
    [-0, '-0.0'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [new Date(Number.NaN), 'null'],
    [[1, [null, true]], '[1,[null,true]]'],
  ])('writes %s as %s', (raw, text) => {
    expect(jsonText(raw)).toBe(text)
  })

  it('keeps a key named __proto__', () => {
    const record = JSON.parse('{"__proto__":"x"}') as Raw
    expect(jsonText(record)).toBe('{"__proto__":"x"}')
  })

  it('is an array with a record a line', () => {
    expect([...jsonArray([{ a: 1 }, { a: 2n }])].join('')).toBe('[\n{"a":1},\n{"a":2}\n]\n')
  })

  it('is an empty array without records', () => {
    expect([...jsonArray([])].join('')).toBe('[]\n')
  })

  it('is nothing in lines without records', () => {
    expect([...jsonLines([])]).toEqual([])
  })
})
