// Sealing that is broken off: by a kill between two slices, by a disk that will not take it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PointBuffer, toWirePoints } from '../../../src/protocol/points.ts'
import { openStore, type Store } from '../../../src/store/store.ts'

const KEYS = ['a', 'b', 'c']
let folder: string
let file: string
let seq: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealing-'))
  file = join(folder, 'store.db')
  seq = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Commits one point of each series, numbered as the batch. */
function commit(store: Store, replaces: string[] = []): void {
  seq++
  const buffer = new PointBuffer()
  for (const key of KEYS) buffer.add('r', key, seq, 0, seq)
  const points = buffer.take()
  const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points) })
  const batch = { from: { agent: 'a', epoch: 'e', seq: seq, mark: { high: seq, beyond: [] } }, points, frame }
  store.commit([{ by: 'a', events: [], batch, replaces }])
}

const values = (store: Store) =>
  KEYS.map((key) => [...store.points({ owner: 'r', key, x: 'step', points: 0 }).values])
const counts = (store: Store) => KEYS.map((key) => store.series.get('r')?.get(key)?.count)
const upTo = (total: number) => KEYS.map(() => Array.from({ length: total }, (_, i) => i + 1))

test('killed between two slices, twice: what was logged after the first kill is there after the second', () => {
  commit(openStore(file))
  const second = openStore(file)
  second.seal(0)
  const third = openStore(file)
  commit(third)
  const fourth = openStore(file)
  expect(values(fourth)).toEqual(upTo(2))
  fourth.seal()
  expect(values(openStore(file))).toEqual(upTo(2))
})

test('a disk that refuses a slice: sealed anew later, and nothing is forgotten before', () => {
  const store = openStore(file)
  for (let i = 0; i < 5; i++) commit(store)
  const other = new Database(file)
  other.exec(`create trigger full before insert on chunks when
    (select key from series where id = new.series) = 'b' begin select raise(abort, 'disk is full'); end`)
  expect(() => store.seal()).toThrow(/disk is full/)
  other.exec('drop trigger full')
  other.close()
  expect(store.seal()).toBe(false)
  commit(store)
  for (const each of [store, openStore(file)]) {
    expect(values(each)).toEqual(upTo(6))
    expect(counts(each)).toEqual([6, 6, 6])
  }
})

test('killed while a replaced run is being sealed: its series are still known', () => {
  const store = openStore(file)
  commit(store)
  seq = 0
  commit(store, ['r'])
  store.seal(0)
  const again = openStore(file)
  expect(counts(again)).toEqual([1, 1, 1])
  expect(values(again)).toEqual(upTo(1))
})
