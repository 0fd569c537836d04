// meta.yaml: what is written is read back the same by a YAML parser, whatever the text.
import fc from 'fast-check'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { yamlRecord } from '../../src/export/yaml.ts'

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }).map((s) => s.toWellFormed()),
  fc.constantFrom(
    'null',
    'true',
    '0',
    '1e3',
    '~',
    '- a',
    '{}',
    '# x',
    "'",
    '"',
    '\\',
    'a: b',
    '2026-01-01',
    '\u0085\u2028',
  ),
)

test('texts stay texts, numbers numbers, null null', () => {
  fc.assert(
    fc.property(text, fc.maxSafeInteger(), fc.dictionary(text, text), (name, created, tags) => {
      const record = { name, created, nothing: null, none: [] as const, tags }
      expect(load(yamlRecord(record))).toEqual({ ...record, tags: { ...tags } })
    }),
  )
})

test('a field is one line, without characters that no YAML may hold', () => {
  const lines = yamlRecord({ name: 'a\nb: c\u0007\u0085', count: 3 })
  expect(lines).toBe('name: "a\\nb: c\\u0007\\u0085"\ncount: 3\n')
})
