import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/core/events.ts'
import type { SeriesQuery } from '../../src/core/world.ts'
import { PointBuffer, type Points, toWirePoints } from '../../src/protocol/points.ts'
import { lockStore } from '../../src/store/database.ts'
import { openStore, type Store, type Unit } from '../../src/store/store.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  file = join(folder, 'store.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const all = (owner: string, key: string): SeriesQuery => ({ owner, key, x: 'step', points: 0 })

function unit(seq: number, points: Points, extra: Partial<Unit> = {}): Unit {
  const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points) })
  return {
    by: 'agent:a',
    events: [],
    batch: { from: { agent: 'a', epoch: 'e', seq: seq, mark: { high: seq, beyond: [] } }, points, frame },
    ...extra,
  }
}

function pointsOf(
  rows: readonly [owner: string, key: string, step: number | bigint, value: number][],
): Points {
  const buffer = new PointBuffer()
  for (const [owner, key, step, value] of rows)
    buffer.add(owner, key, step, 1000 + (Number(step) % 1000), value)
  return buffer.take()
}

function read(store: Store, owner: string, key: string): [number | bigint, number][] {
  const { steps, values } = store.points(all(owner, key))
  return Array.from(values, (value, i) => [steps[i]!, value])
}

const reopen = (store: Store): Store => {
  store.close()
  return openStore(file)
}
/** As kill -9 leaves it: another connection reads the file while this one never closes it. */
const abandon = (): Store => openStore(file)

const found = (id: string): NewEvent => ({
  type: 'run.found',
  at: 1,
  about: id,
  data: { name: id, experiment: 'x', source: 'csv', path: `/${id}`, started: null },
})

describe('points', () => {
  const rows: [string, string, number | bigint, number][] = [
    ['r', 'loss', 0, 1.5],
    ['r', 'loss', 1, Number.NaN],
    ['r', 'acc', 0, Infinity],
    ['r', 'loss', 5, -Infinity],
    ['r', 'loss', 5, 0.25],
    ['r', 'loss', 3, 0.5],
    ['r', 'loss', 9007199254740993n, 0.125],
  ]
  const losses = rows.filter(([, key]) => key === 'loss').map(([, , step, value]) => [BigInt(step), value])

  test.each(['in memory', 'after a restart', 'once sealed', 'sealed and restarted'])(
    'are exact, in order, NaN and int64 steps included: %s',
    (when) => {
      let store = openStore(file)
      store.commit([unit(1, pointsOf(rows))])
      if (when.includes('sealed')) store.seal()
      if (when.includes('restart')) store = reopen(store)
      expect(read(store, 'r', 'loss').map(([step, value]) => [BigInt(step), value])).toEqual(losses)
      expect(read(store, 'r', 'acc')).toEqual([[0, Infinity]])
      expect(store.series.get('r')?.get('loss')).toMatchObject({
        count: 6,
        nonFinite: 2,
        min: 0.125,
        max: 1.5,
        first: { step: 0, value: 1.5 },
        last: { step: 9007199254740993n, value: 0.125 },
      })
      store.close()
    },
  )

  test('any sequence of commits, seals, restarts and kills gives every point once and in order', () => {
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          type: fc.constant('commit' as const),
          keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 30 }),
        }),
      },
      fc.record({
        type: fc.constantFrom(
          'seal' as const,
          'slice' as const,
          'reopen' as const,
          'kill' as const,
          'replace' as const,
        ),
      }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        rmSync(folder, { recursive: true, force: true })
        let store = openStore(file)
        const open = [store]
        let expected: Record<string, number[]> = {}
        let next = 0
        for (const [i, act] of actions.entries()) {
          if (act.type === 'commit') {
            const points = pointsOf(
              act.keys.map((key) => ['r', key, next, next++] as const).map((row) => [...row]),
            )
            for (const [j, [, key]] of points.series.entries()) {
              const from = points.counts.slice(0, j).reduce((a, b) => a + b, 0)
              expected[key] = [
                ...(expected[key] ?? []),
                ...points.values.slice(from, from + points.counts[j]!),
              ]
            }
            store.commit([unit(i + 1, points)])
          } else if (act.type === 'seal') store.seal()
          else if (act.type === 'slice') store.seal(0)
          else if (act.type === 'replace') {
            store.commit([{ by: 'agent:a', events: [], replaces: ['r'] }])
            expected = {}
          } else {
            store = act.type === 'kill' ? abandon() : reopen(store)
            open.push(store)
          }
        }
        for (const key of ['a', 'b', 'c'])
          expect(read(store, 'r', key).map(([, value]) => value)).toEqual(expected[key] ?? [])
        for (const one of open) one.close()
      }),
      { numRuns: 60 },
    )
  })

  test('a range by step gives the points within it, from chunks and memory alike', () => {
    const store = openStore(file)
    const many = Array.from(
      { length: 5000 },
      (_, i) => ['r', 'loss', i, i] as [string, string, number, number],
    )
    store.commit([unit(1, pointsOf(many.slice(0, 3000)))])
    store.seal()
    store.commit([unit(2, pointsOf(many.slice(3000)))])
    const { values } = store.points({ owner: 'r', key: 'loss', x: 'step', from: 2990, to: 3010, points: 0 })
    expect([...values]).toEqual(Array.from({ length: 21 }, (_, i) => 2990 + i))
    store.close()
  })

  test('a thinned read keeps the ends and a single spike', () => {
    const store = openStore(file)
    const many = Array.from(
      { length: 20_000 },
      (_, i) => ['r', 'loss', i, i === 7777 ? 1e6 : 1] as [string, string, number, number],
    )
    for (let i = 0; i < 4; i++) store.commit([unit(i + 1, pointsOf(many.slice(i * 5000, (i + 1) * 5000)))])
    store.seal()
    const { steps, values } = store.points({ owner: 'r', key: 'loss', x: 'step', points: 100 })
    expect(values.length).toBeLessThan(510)
    expect([steps[0], steps[steps.length - 1]]).toEqual([0, 19_999])
    expect(Math.max(...values)).toBe(1e6)
    store.close()
  })
})

describe('commits', () => {
  test('number events without holes and fold them; a restart folds to the same state', () => {
    let store = openStore(file)
    store.commit([{ by: 'agent:a', events: [found('r1'), found('r2')] }])
    const logged = store.commit([
      { by: 'agent:a', events: [{ type: 'run.status', at: 2, about: 'r2', data: { status: 'running' } }] },
    ])
    expect(logged).toMatchObject([{ seq: 3, by: 'agent:a' }])
    const before = store.state()
    store = reopen(store)
    expect(store.state()).toEqual(before)
    expect(store.state().runs.get('r2')).toMatchObject({ status: 'running', host: 'a' })
    expect(store.events({ since: 1, limit: 10 }).map(({ seq }) => seq)).toEqual([2, 3])
    store.close()
  })

  test('are all or nothing: a unit that cannot be written takes the whole group back', () => {
    const store = openStore(file)
    const bad = {
      ...found('r2'),
      data: {
        toJSON: () => {
          throw new Error('cannot')
        },
      },
    } as unknown as NewEvent
    expect(() =>
      store.commit([
        { by: 'a', events: [found('r1')] },
        unit(1, pointsOf([['r', 'k', 0, 1]]), { events: [bad] }),
      ]),
    ).toThrow('cannot')
    expect([store.state().runs.size, store.series.size, store.mark('a', 'e')]).toEqual([0, 0, null])
    expect(store.commit([{ by: 'a', events: [found('r1')] }])[0]?.seq).toBe(1)
    store.close()
  })

  test('raise the high-water mark of an epoch with its points', () => {
    let store = openStore(file)
    expect(store.mark('a', 'e')).toBeNull()
    store.commit([unit(1, pointsOf([['r', 'k', 0, 1]])), unit(2, pointsOf([['r', 'k', 1, 2]]))])
    store = reopen(store)
    expect(store.mark('a', 'e')).toEqual({ high: 2, beyond: [] })
    expect(store.mark('a', 'other')).toBeNull()
    store.close()
  })

  test('are synced to disk: WAL with synchronous=FULL', () => {
    const store = openStore(file)
    expect(store.pragmas()).toEqual({ journal_mode: 'wal', synchronous: 2 })
    store.close()
  })
})

describe('a store that cannot be used', () => {
  test('is named with a hint when it is no database', () => {
    writeFileSync(file, 'this is not a database, and long enough to have a header '.repeat(20))
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(file),
        hint: expect.stringContaining('restore a backup'),
      }),
    )
    expect(readFileSync(file, 'utf8')).toContain('this is not a database')
  })

  test('is refused when a newer mlops wrote it', () => {
    openStore(file).close()
    const db = new Database(file)
    db.pragma('user_version = 99')
    db.close()
    expect(() => openStore(file)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('newer mlops (schema 99)') }),
    )
  })

  test('is not made by a reader', () => {
    expect(() => openStore(file, { readonly: true })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(file) }),
    )
  })
})

describe('the lock', () => {
  test('is held by one at a time', () => {
    const lock = lockStore(file)
    expect(lock).toBeDefined()
    expect(lockStore(file)).toBeUndefined()
    lock?.release()
    const again = lockStore(file)
    expect(again).toBeDefined()
    again?.release()
  })
})
