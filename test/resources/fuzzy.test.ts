// A completion ranks as a reader would expect, and finds every subsequence.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzyScore } from '../../src/resources/fuzzy.ts'

function isSubsequence(query: string, text: string): boolean {
  let at = 0
  for (const char of text) if (char === query[at]) at++
  return at === query.length
}

const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength })
const ranked = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, score: fuzzyScore(query, text) }))
    .filter(({ score }) => score !== undefined)
    .sort((a, b) => b.score! - a.score!)
    .map(({ text }) => text)

describe('fuzzyScore', () => {
  it('finds exactly the texts that hold the letters in order', () => {
    fc.assert(
      fc.property(letters(5), letters(20), (query, text) => {
        expect(fuzzyScore(query, text) !== undefined).toBe(isSubsequence(query, text))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['run', ['runs', 'training-runs', 'red-umber-nine']],
    ['mv', ['model-versions', 'removals']],
    ['tr', ['triggers', 'metrics', 'theory']],
    ['al', ['alerts', 'all-the-others', 'global']],
    ['mv', ['modelVersions', 'moveover']],
  ])('ranks for %s: %s', (query, expected) => {
    expect(ranked(query, [...expected].reverse())).toEqual(expected)
  })

  it('ignores case', () => {
    expect(fuzzyScore('RuN', 'runs')).toBe(fuzzyScore('run', 'Runs'))
  })

  it('fits everything with an empty query and nothing with another letter', () => {
    expect(fuzzyScore('', 'anything')).toBe(0)
    expect(fuzzyScore('x', 'runs')).toBeUndefined()
    expect(fuzzyScore('a', '')).toBeUndefined()
  })

  it('prefers a run of letters to the same letters apart', () => {
    expect(fuzzyScore('abc', 'xabcx')!).toBeGreaterThan(fuzzyScore('abc', 'xaxbc')!)
  })

  it('answers for any strings without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (query, text) => {
        const score = fuzzyScore(query, text)
        expect(score === undefined || Number.isFinite(score)).toBe(true)
      }),
    )
  })
})
