// Our matcher agrees with V8's on what it supports, refuses the rest, and cannot be made to hang.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRegex, MAX_MATCHED_TEXT, MAX_PATTERN } from '../../src/resources/regex.ts'

function matches(pattern: string, text: string): boolean {
  const regex = compileRegex(pattern)
  if (!regex.ok) throw new Error(`${pattern}: ${regex.reason}`)
  return regex.test(text)
}

const leaf = fc.constantFrom(
  ...['a', 'b', 'B', '1', '-', ' ', '.', '\\d', '\\w', '\\W', '\\s', '\\.', '\\-', '[ab]', '[^a]', '[a-c1]'],
  ...['[\\d-]', '[^\\w ]', '[]', '[^]', '^', '$', '\\b', '\\B', '()'],
)
const quantifier = fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '+?')
const { pattern } = fc.letrec<{ pattern: string; repeated: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('repeated'),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
  ),
  repeated: fc.tuple(tie('pattern'), quantifier).map(([body, sign]) => `(?:${body})${sign}`),
}))
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '1', '-', ' ', '.', '\n'), maxLength: 12 })

describe('compileRegex', () => {
  it('agrees with the built-in matcher', () => {
    let found = 0
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 8 }), (source, texts) => {
        fc.pre(source.length <= MAX_PATTERN)
        const ours = compileRegex(source)
        if (!ours.ok) expect(ours.reason).toBe('the pattern is too large')
        else {
          for (const one of texts) {
            const theirs = new RegExp(source, 'i').test(one)
            if (theirs) found++
            expect(ours.test(one), `/${source}/ on ${JSON.stringify(one)}`).toBe(theirs)
          }
        }
      }),
      { numRuns: 1500 },
    )
    expect(found).toBeGreaterThan(100)
  })

  it('answers for any pattern and text without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (source, one) => {
        const regex = compileRegex(source)
        if (regex.ok) expect(typeof regex.test(one)).toBe('boolean')
        else expect(regex.at).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['(a+)+$', `${'a'.repeat(5000)}!`],
    ['(a|a)*b', 'a'.repeat(5000)],
    ['(.*)*x.*.*.*.*y', 'x'.repeat(5000)],
    ['(?:a?){200}a{200}', 'a'.repeat(199)],
  ])('answers %s, at which a backtracking matcher hangs', (source, one) => {
    expect(matches(source, one)).toBe(false)
  })

  it.each([
    ['resnet(18|50)', 'a ResNet50 b', true],
    ['^run-\\d{3}$', 'run-042', true],
    ['^run-\\d{3}$', 'run-42', false],
    ['\\bloss\\b', 'val loss', true],
    ['\\bloss\\b', 'val_loss', false],
    ['ä+', 'xÄÄ', true],
    ['s', 'ß', false],
    ['a{x}', 'a{x}', true],
    ['a\\/b', 'a/b', true],
  ])('%s on %s is %s', (source, one, expected) => {
    expect(matches(source, one)).toBe(expected)
  })

  it.each([
    ['(a', 0],
    ['a)', 1],
    ['a[b', 3],
    ['+a', 0],
    ['a**', 2],
    ['a{2}{3}', 4],
    ['a{3,2}', 1],
    ['a{1001}', 1],
    ['(?=a)', 0],
    ['(?<!a)', 0],
    ['(a)\\1', 3],
    ['a\\', 2],
    ['[z-a]', 1],
    ['(()(){1000}){1000}', 0],
    ['('.repeat(40) + ')'.repeat(40), 32],
    ['a'.repeat(MAX_PATTERN + 1), MAX_PATTERN],
  ])('refuses %s and says where', (source, at) => {
    expect(compileRegex(source)).toMatchObject({ ok: false, at })
  })

  it('looks at the beginning of a text only, when that is very long', () => {
    expect(matches('x', `${'a'.repeat(MAX_MATCHED_TEXT)}x`)).toBe(false)
  })

  it('stays right when it has met more sets of states than it keeps', () => {
    const regex = compileRegex('(a|b)*a(a|b){12}c')
    if (!regex.ok) throw new Error(regex.reason)
    let state = 1
    const noise = Array.from({ length: 4000 }, () => {
      state = (state * 1103515245 + 12345) % 2 ** 31
      return state & 65536 ? 'a' : 'b'
    }).join('')
    expect(regex.test(noise)).toBe(false)
    expect(regex.test(`${noise}a${'b'.repeat(12)}c`)).toBe(true)
  })
})
