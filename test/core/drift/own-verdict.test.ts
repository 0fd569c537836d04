// Our own verdict: silent without drift at every window size, loud with it, and never a number that is none.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { howItMoved } from '../../../src/core/drift/drift-words.ts'
import { ownVerdicts } from '../../../src/core/drift/own-verdict.ts'
import {
  addNumber,
  emptyProfile,
  type FeatureBins,
  numericBins,
  type Profile,
  wordAdder,
} from '../../../src/core/drift/profile.ts'
import { seededRandom } from '../../../src/core/drift/random.ts'
import { stationarity } from '../../../src/core/drift/stationarity.ts'

const random = seededRandom(11)
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const draws = (n: number, draw: () => number) => Float64Array.from({ length: n }, draw)

function profiled(bins: FeatureBins, values: Iterable<number>): Profile {
  const profile = emptyProfile(bins)
  for (const value of values) addNumber(profile, value)
  return profile
}

function wordProfile(words: readonly string[], values: readonly (string | null)[]): Profile {
  const profile = emptyProfile({ type: 'cat', words })
  const add = wordAdder(profile)
  for (const value of values) add(value)
  return profile
}

function feature(reference: Float64Array, current: Float64Array, name = 'x') {
  const bins = numericBins(reference.filter(Number.isFinite).sort())
  return { name, reference: profiled(bins, reference), current: profiled(bins, current) }
}

const verdictOf = (reference: Float64Array, current: Float64Array) =>
  ownVerdicts([feature(reference, current)])[0]!.verdict

/** Share of `repeats` windows that are called drifted. */
function rate(n: number, repeats: number, reference: () => number, current: () => number): number {
  let drifted = 0
  for (let i = 0; i < repeats; i++)
    if (verdictOf(draws(2000, reference), draws(n, current)) === 'drifted') drifted++
  return drifted / repeats
}

describe('windows of the same law', () => {
  for (const n of [50, 250, 1000])
    test(`of ${n} rows are called drifted in at most 5 of 100`, () => {
      expect(rate(n, 60, normal, normal)).toBeLessThanOrEqual(0.05)
      expect(
        rate(
          n,
          60,
          () => Math.floor(random() * 4),
          () => Math.floor(random() * 4),
        ),
      ).toBeLessThanOrEqual(0.05)
    })

  test('of 20 features at once seldom hold a false alarm', () => {
    let alarms = 0
    for (let i = 0; i < 20; i++) {
      const features = Array.from({ length: 20 }, (_, k) =>
        feature(draws(1000, normal), draws(200, normal), `f${k}`),
      )
      if (ownVerdicts(features).some(({ verdict }) => verdict === 'drifted')) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(2)
  })

  test('a difference that is sure but tiny is no drift', () => {
    expect(
      verdictOf(
        draws(50_000, normal),
        draws(50_000, () => normal() + 0.04),
      ),
    ).toBe('stable')
  })
})

describe('real changes are seen', () => {
  test('a shift, a spread, a hole, at the size where they can be', () => {
    expect(rate(50, 20, normal, () => normal() + 1)).toBeGreaterThan(0.9)
    expect(rate(500, 20, normal, () => normal() + 0.3)).toBeGreaterThan(0.9)
    expect(rate(1000, 20, normal, () => normal() * 1.3)).toBeGreaterThan(0.9)
  })

  test('one drifted feature among steady ones is the only one named', () => {
    const steady = Array.from({ length: 9 }, (_, k) =>
      feature(draws(2000, normal), draws(500, normal), `f${k}`),
    )
    const moved = feature(
      draws(2000, normal),
      draws(500, () => normal() + 1),
      'moved',
    )
    const drifted = ownVerdicts([...steady, moved]).filter(({ verdict }) => verdict === 'drifted')
    expect(drifted.map(({ name }) => name)).toEqual(['moved'])
  })

  test('values that go missing, and unseen words', () => {
    const reference = draws(1000, normal)
    const gaps = draws(200, () => (random() < 0.2 ? Number.NaN : normal()))
    const [missing] = ownVerdicts([feature(reference, gaps)])
    expect([missing!.verdict, missing!.reasons]).toEqual(['drifted', ['missing']])
    const known = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 'a' : 'b'))
    const unseen = [...known.slice(0, 90), ...Array.from({ length: 10 }, () => 'new')]
    const [words] = ownVerdicts([
      { name: 'w', reference: wordProfile(['a', 'b'], known), current: wordProfile(['a', 'b'], unseen) },
    ])
    expect([words!.verdict, words!.reasons]).toEqual(['drifted', ['unseen']])
  })

  test('a column that was constant and moves', () => {
    expect(verdictOf(new Float64Array(200).fill(5), new Float64Array(60).fill(5))).toBe('stable')
    expect(verdictOf(new Float64Array(200).fill(5), new Float64Array(60).fill(6))).toBe('drifted')
  })
})

describe('without enough data', () => {
  const reference = draws(100, normal)
  test('the verdict says so, and why', () => {
    const short = (current: Float64Array) => ownVerdicts([feature(reference, current)])[0]!
    expect(short(draws(1, normal))).toMatchObject({
      verdict: 'not enough data',
      why: 'the window has 1 of 30 rows',
    })
    expect(short(new Float64Array(0)).verdict).toBe('not enough data')
    expect(ownVerdicts([feature(draws(10, normal), reference)])[0]!.verdict).toBe('not enough data')
  })

  test('a window whose values are all gone has drifted', () => {
    const [gone] = ownVerdicts([feature(reference, new Float64Array(60).fill(Number.NaN))])
    expect([gone!.verdict, gone!.reasons]).toEqual(['drifted', ['missing']])
  })

  test('no features, no verdicts', () => {
    expect(ownVerdicts([])).toEqual([])
  })
})

test('hostile windows give a verdict without NaN', () => {
  const hostile = fc.oneof(
    fc.double(),
    fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, 1e308, -1e308, 0),
  )
  const column = fc.array(hostile, { maxLength: 120 })
  fc.assert(
    fc.property(column, column, (x, y) => {
      const sample = Float64Array.from(x).filter(Number.isFinite)
      const bins = numericBins(sample.length > 0 ? sample.sort() : Float64Array.of(0))
      const one = { name: 'x', reference: profiled(bins, x), current: profiled(bins, y) }
      for (const { p, statistics } of ownVerdicts([one])) {
        expect(p === null || (p >= 0 && p <= 1)).toBe(true)
        for (const { value, threshold } of Object.values(statistics))
          for (const figure of [value, threshold])
            expect(figure === null || Number.isFinite(figure)).toBe(true)
      }
      expect(howItMoved(one.reference, one.current)).not.toMatch(/NaN|undefined/)
    }),
    { numRuns: 200 },
  )
})

describe('a reference', () => {
  const blocks = (of: (block: number) => () => number) => {
    const all = Array.from({ length: 10 }, (_, block) => draws(200, of(block)))
    const bins = numericBins(Float64Array.from(all.flatMap((block) => [...block])).sort())
    return all.map((block) => profiled(bins, block))
  }
  test('of one law is steady', () => {
    expect(stationarity([blocks(() => normal)])[0]!.state).toBe('steady')
  })
  test('that moves within itself is told, with the block that differs most', () => {
    const moved = stationarity([blocks((block) => () => normal() + (block === 7 ? 2 : 0))])
    expect(moved[0]).toMatchObject({ state: 'drifts', block: 7 })
  })
  test('of a few rows is not judged', () => {
    expect(stationarity([[]])[0]!.state).toBe('not enough data')
  })
})
