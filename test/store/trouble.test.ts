// What must not spread: a frame that lies, a damaged chunk, a fault after the commit, a reader beside a writer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/core/events.ts'
import { PointBuffer, type Points, toWirePoints } from '../../src/protocol/points.ts'
import { DEFAULT_RETENTION } from '../../src/store/retention.ts'
import { openStore, type Store, type Unit } from '../../src/store/store.ts'

let folder: string
let file: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trouble-'))
  file = join(folder, 'store.db')
  store = openStore(file)
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const DAY = 86_400_000

function pointsOf(owner: string, from: number, to: number, everyMs = 1): Points {
  const buffer = new PointBuffer()
  for (let i = from; i < to; i++) buffer.add(owner, 'loss', i, i * everyMs, i)
  return buffer.take()
}

function unit(seq: number, points: Points, more: object = {}, events: NewEvent[] = []): Unit {
  const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points), ...more })
  const from = { agent: 'a', epoch: 'e', seq, mark: { high: seq, beyond: [] } }
  return { by: 'agent:a', events, batch: { from, points, frame } }
}

const valuesOf = (from: Store, owner: string) => [
  ...from.points({ owner, key: 'loss', x: 'step', points: 0 }).values,
]
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

function reopen(): void {
  store.close()
  store = openStore(file)
}

/** Flips a bit of each chunk's body; its checksum stays behind. */
function damageChunks(): void {
  store.close()
  const db = new Database(file)
  db.function('row_crc', { varargs: true, deterministic: true }, () => 0)
  for (const { id, body } of db.prepare('select id, body from chunks').all() as {
    id: number
    body: Buffer
  }[]) {
    const flipped = Buffer.from(body)
    flipped[flipped.length >> 1]! ^= 0x10
    db.prepare('update chunks set body = ? where id = ?').run(flipped, id)
  }
  db.close()
  store = openStore(file)
}

describe('a store', () => {
  test('does not take a field of an agent’s frame for a word of its own', () => {
    store.commit([unit(1, pointsOf('r', 0, 5))])
    store.commit([unit(2, pointsOf('s', 0, 5), { drop: 'r' })])
    reopen()
    expect(valuesOf(store, 'r')).toEqual(upTo(5))
    expect(valuesOf(store, 's')).toEqual(upTo(5))
  })

  test('goes on after a fault that came behind the commit', () => {
    const found = (about: string): NewEvent => ({
      type: 'run.found',
      at: 1,
      about,
      data: { name: about, experiment: 'x', source: 'csv', path: '', started: null },
    })
    const points = pointsOf('r', 0, 1)
    const bad = unit(1, points, {}, [found('r')])
    const faulty = {
      ...points,
      get series(): Points['series'] {
        throw new Error('a fault of ours')
      },
    }
    expect(() => store.commit([{ ...bad, batch: { ...bad.batch!, points: faulty } }])).toThrow(
      'a fault of ours',
    )
    store.commit([unit(2, pointsOf('s', 0, 1), {}, [found('s')])])
    expect([...store.state().runs.keys()]).toEqual(['r', 's'])
    reopen()
    expect(valuesOf(store, 'r')).toEqual([0])
    expect(store.state().seq).toBe(2)
  })

  test('seals on behind a damaged chunk, which stays as it is', () => {
    store.commit([unit(1, pointsOf('r', 0, 5))])
    store.seal()
    damageChunks()
    store.commit([unit(2, pointsOf('r', 5, 10))])
    store.seal()
    expect(() => valuesOf(store, 'r')).toThrow(/damaged/)
    const { values } = store.points({ owner: 'r', key: 'loss', x: 'step', from: 5, points: 0 })
    expect([...values]).toEqual([5, 6, 7, 8, 9])
  })

  test('thins no damaged chunk into a sound one', () => {
    const connected: NewEvent = {
      type: 'host.connected',
      at: 1,
      about: 'h',
      data: { name: 'h', role: 'training', version: '1', epoch: 'e' },
    }
    store.commit([unit(1, pointsOf('h', 0, 3000, 60_000), {}, [connected])])
    store.seal()
    damageChunks()
    expect(store.prune(DEFAULT_RETENTION, 60 * DAY).hostPoints).toBe(0)
    expect(() => valuesOf(store, 'h')).toThrow(/damaged/)
  })

  test('read beside its writer gives each point once, whatever is sealed meanwhile', () => {
    store.commit([unit(1, pointsOf('r', 0, 50))])
    const reader = openStore(file, { readonly: true })
    try {
      store.seal()
      store.commit([unit(2, pointsOf('r', 50, 60))])
      store.seal()
      expect(valuesOf(reader, 'r')).toEqual(upTo(50))
      expect(valuesOf(store, 'r')).toEqual(upTo(60))
    } finally {
      reader.close()
    }
  })
})
