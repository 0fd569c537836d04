// Text output in the store: any batches, any restarts, and what is asked for comes back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Line, LineQuery } from '../../../src/core/lines.ts'
import { answerLines } from '../../../src/hub/line-answers.ts'
import { LineBuffer } from '../../../src/protocol/lines.ts'
import { PointBuffer } from '../../../src/protocol/points.ts'
import { backupStore } from '../../../src/store/backup.ts'
import { checkIntegrity } from '../../../src/store/integrity.ts'
import { decodeLines, encodeLines } from '../../../src/store/lines/codec.ts'
import { DEFAULT_RETENTION } from '../../../src/store/retention.ts'
import { openStore, type Store } from '../../../src/store/store.ts'
import { pageOf } from '../../helpers/lines.ts'

let folder: string
let file: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'))
  file = join(folder, 'store.db')
  store = openStore(file)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

type Said = Omit<Line, 'number'>

/** One batch. */
function print(owner: string, lines: readonly Said[], replaces: readonly string[] = []): void {
  const buffer = new LineBuffer()
  for (const { at, stream, text } of lines) buffer.add(owner, stream, at, text)
  const batch = { points: new PointBuffer().take(), lines: buffer.take(), frame: '{}' }
  store.commit([{ by: 'agent:h', events: [], batch, replaces }])
}

const say = (from: number, count: number, at = 0): Said[] =>
  Array.from({ length: count }, (_, i) => ({ at: at + i, stream: 'out', text: `line ${from + i}` }))

const ask = (query: Omit<LineQuery, 'owner'>) => answerLines(store, { owner: 'a', ...query })
const texts = (query: Omit<LineQuery, 'owner'>) => ask(query).lines.map(({ text }) => text)
const numbers = (query: Omit<LineQuery, 'owner'>) => ask(query).lines.map(({ number }) => number)

const saidOnce = fc.record({
  at: fc.integer({ min: 0, max: 50 }),
  stream: fc.constantFrom('out', 'err'),
  text: fc.string({ unit: 'binary', maxLength: 300 }),
})

test('any lines are read back from their bytes', () => {
  fc.assert(
    fc.property(fc.array(saidOnce, { minLength: 1 }), fc.constantFrom(1, 6), (lines, level) => {
      expect(decodeLines(encodeLines(lines, level))).toEqual(lines)
    }),
  )
})

test('damaged bytes are found, whatever bit it is', () => {
  const good = encodeLines(say(1, 100), 6)
  fc.assert(
    fc.property(fc.nat(good.length * 8 - 1), (bit) => {
      const bad = Buffer.from(good)
      bad[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => decodeLines(bad)).toThrow(/lines/)
    }),
  )
  for (const cut of [0, 1, 4, 5, good.length - 1])
    expect(() => decodeLines(good.subarray(0, cut))).toThrow(/lines/)
})

describe('any batches, with restarts and merging between them, answer as a list does', () => {
  const batch = fc.tuple(
    fc.array(saidOnce, { minLength: 1, maxLength: 12 }),
    fc.constantFrom('', '', 'restart', 'merge'),
  )
  const number = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined })
  const question = fc.record({
    before: number,
    after: number,
    since: number,
    limit: fc.integer({ min: 1, max: 20 }),
    streams: fc.constantFrom(undefined, ['err'], ['out', 'err'], ['none']),
    holds: fc.constantFrom(undefined, { text: 'a', regex: false }, { text: '[0-9]', regex: true }),
  })

  test('', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(batch, { maxLength: 8 }),
        fc.array(question, { maxLength: 8 }),
        (batches, asked) => {
          store.close()
          rmSync(file, { force: true })
          store = openStore(file)
          const all: Line[] = []
          for (const [lines, then] of batches) {
            print('a', lines)
            print('b', lines)
            // The lines of one stream keep their order in a batch.
            const grouped = [...new Set(lines.map(({ stream }) => stream))].flatMap((stream) =>
              lines.filter((line) => line.stream === stream),
            )
            for (const line of grouped) all.push({ number: all.length + 1, ...line })
            if (then === 'merge') store.seal()
            if (then !== 'restart') continue
            store.close()
            store = openStore(file)
          }
          const kept = ask({ after: 0, limit: 5000 }).lines
          expect(kept.map(({ number, at, stream }) => [number, at, stream])).toEqual(
            all.map(({ number, at, stream }) => [number, at, stream]),
          )
          for (const query of asked) {
            const { reached: _, more: __, ...page } = ask(query)
            const { reached: _a, more: _b, ...wanted } = pageOf({ a: kept }, { owner: 'a', ...query })
            // Where a time is not in order, the first line of that time counts.
            expect(page).toEqual(wanted)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('pages', () => {
  test('are the newest lines, and those before and behind a number', () => {
    for (let i = 0; i < 30; i++) print('a', say(1 + i * 10, 10, i * 10))
    expect(numbers({ limit: 3 })).toEqual([298, 299, 300])
    expect(numbers({ limit: 3, before: 15 })).toEqual([12, 13, 14])
    expect(numbers({ limit: 3, after: 298 })).toEqual([299, 300])
    expect(ask({ limit: 3, after: 298 })).toMatchObject({ first: 1, next: 301, reached: 300, more: false })
    expect(numbers({ limit: 5, since: 295 })).toEqual([296, 297, 298, 299, 300])
    expect(ask({ limit: 500, since: 295 })).toMatchObject({ start: 296, more: false })
    expect(ask({ limit: 5, since: 999 })).toMatchObject({ start: 301, lines: [] })
  })

  test('of an owner that never printed are empty', () => {
    expect(ask({ limit: 5 })).toEqual({ lines: [], first: 1, next: 1, start: 1, reached: 1, more: false })
  })

  test('a search that has looked at enough says how far it got, and goes on from there', () => {
    for (let i = 0; i < 30; i++) print('a', say(1 + i * 1000, 1000, i * 1000))
    const holds = { text: 'line 28', regex: false }
    const only = { text: '^line 7$', regex: true }
    expect(texts({ limit: 1, holds })).toEqual(['line 28999'])
    const first = ask({ limit: 1, holds: only })
    expect(first).toMatchObject({ lines: [], more: true })
    expect(first.reached).toBeGreaterThan(7)
    expect(texts({ limit: 1, holds: only, before: first.reached })).toEqual(['line 7'])
    const late = { text: '^line 29999$', regex: true }
    const on = ask({ limit: 1, after: 0, holds: late })
    expect(on).toMatchObject({ lines: [], more: true })
    expect(texts({ limit: 1, after: on.reached, holds: late })).toEqual(['line 29999'])
  })

  test('a pattern that is none is refused in words', () => {
    expect(() => ask({ limit: 1, holds: { text: '(', regex: true } })).toThrow(/pattern/)
  })
})

describe('rows', () => {
  const rows = () => checkIntegrity(file)

  test('that are small become few', () => {
    for (let i = 0; i < 200; i++) print('a', say(1 + i * 10, 10, i))
    expect(store.maintain(1000)).toBe(false)
    expect(numbers({ limit: 5000, after: 0 })).toHaveLength(2000)
    const small = rows().bytes
    expect(rows()).toMatchObject({ faults: [], lines: 2000 })
    expect(small).toBeGreaterThan(0)
  })

  test('with a wrong bit are a fault, and no backup is made of them', async () => {
    print('a', say(1, 100))
    store.close()
    const { default: Database } = await import('better-sqlite3')
    const db = new Database(file)
    db.exec(`update lines set body = cast(substr(body, 1, 20) || x'00' || substr(body, 22) as blob)`)
    db.close()
    store = openStore(file)
    expect(rows().faults[0]).toMatch(/text output/)
    expect(() => backupStore(file, join(folder, 'copy.db'))).toThrow(/damaged/)
    print('a', say(101, 5))
    expect(texts({ limit: 6 })).toEqual([
      expect.stringContaining('damaged'),
      ...say(101, 5).map(({ text }) => text),
    ])
    expect(store.seal()).toBe(false)
  })

  test('are in a backup', () => {
    print('a', say(1, 100))
    const copy = join(folder, 'copy.db')
    expect(backupStore(file, copy)).toMatchObject({ faults: [], lines: 100 })
    const other = openStore(copy, { readonly: true })
    expect(other.lines({ owner: 'a', limit: 1 }).lines[0]!.text).toBe('line 100')
    other.close()
  })
})

describe('retention', () => {
  test('drops the oldest lines by age, and numbers go on', () => {
    print('a', say(1, 10, 1000))
    print('a', say(11, 10, 5000))
    print('b', say(1, 10, 1000))
    const { lines } = store.prune({ ...DEFAULT_RETENTION, logs: { keepMs: 2000, maxBytes: null } }, 6000)
    expect(lines).toBe(20)
    expect(numbers({ limit: 100 })).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
    expect(store.lineIndex.get('b')).toEqual({ first: 11, next: 11 })
    print('b', say(11, 1, 7000))
    expect(store.lines({ owner: 'b', limit: 9 }).lines.map(({ number }) => number)).toEqual([11])
  })

  test('keeps what fits, the newest', () => {
    for (let i = 0; i < 40; i++) print(i % 2 ? 'a' : 'b', say(1 + i * 100, 100, i * 1000))
    store.prune({ ...DEFAULT_RETENTION, logs: { keepMs: null, maxBytes: 4000 } }, 60_000)
    expect(store.lineIndex.get('a')!.first).toBeGreaterThan(1)
    expect(texts({ limit: 1 })).toEqual(['line 4000'])
    expect(numbers({ limit: 5000, after: 0 })[0]).toBe(store.lineIndex.get('a')!.first)
  })

  test('takes nothing away when the clock jumps forward', () => {
    print('a', say(1, 10, 1000))
    const retention = { ...DEFAULT_RETENTION, logs: { keepMs: 2000, maxBytes: null } }
    expect(store.prune(retention, 9e12).lines).toBe(0)
  })
})

test('lines of a run that is read anew take the place of those before, under new numbers', () => {
  print('a', say(1, 10))
  print('a', say(1, 12), ['a'])
  expect(texts({ limit: 100 })).toHaveLength(12)
  expect(store.lineIndex.get('a')).toEqual({ first: 11, next: 23 })
  store.close()
  store = openStore(file)
  expect(store.lineIndex.get('a')).toEqual({ first: 11, next: 23 })
})
