// Retention, backup and restore, the floor of free space.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/core/events.ts'
import { watchSpace } from '../../src/hub/space.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { backupStore, restoreStore } from '../../src/store/backup.ts'
import { checkIntegrity } from '../../src/store/integrity.ts'
import { DEFAULT_RETENTION, type Retention } from '../../src/store/retention.ts'
import { openStore, type Store } from '../../src/store/store.ts'

let folder: string
let file: string
let store: Store
let seq = 0
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'care-'))
  file = join(folder, 'store.db')
  store = openStore(file)
  seq = 0
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

const DAY = 86_400_000
const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 31)

/** One point of `key` a `everyMs`, from `from` to `to`. */
function fill(
  owner: string,
  key: string,
  from: number,
  to: number,
  everyMs: number,
  value = (i: number) => i % 100,
): void {
  const buffer = new PointBuffer()
  for (let time = from, i = 0; time < to; time += everyMs, i++)
    buffer.add(owner, key, Math.floor(time / 1000), time, value(i))
  const points = buffer.take()
  seq++
  store.commit([
    {
      by: 'agent:h',
      events: [],
      batch: {
        from: { agent: 'h', epoch: 'e', seq: seq, mark: { high: seq, beyond: [] } },
        points,
        frame: JSON.stringify({ seq, points: toWirePoints(points) }),
      },
    },
  ])
  store.seal()
}

const connected: NewEvent = {
  type: 'host.connected',
  at: 0,
  about: 'h',
  data: { name: 'h', role: 'training', version: '1', epoch: 'e' },
}
const run = (id: string): NewEvent[] => [
  {
    type: 'run.found',
    at: 0,
    about: id,
    data: { name: id, experiment: 'x', source: 'csv', path: `/${id}`, started: null },
  },
]
const all = (owner: string, key: string) => store.points({ owner, key, x: 'time', points: 0 })

describe('retention', () => {
  beforeEach(() => void store.commit([{ by: 'hub', events: [connected] }]))

  test('keeps the last day of a machine whole and thins what is older to minutes, spikes included', () => {
    fill('h', 'cpu', NOW - 2 * DAY, NOW - DAY - HOUR, 1000, (i) => (i === 5000 ? 1e6 : i % 7))
    fill('h', 'cpu', NOW - DAY + HOUR, NOW, 1000)
    const pruned = store.prune(DEFAULT_RETENTION, NOW)
    const { times, values } = all('h', 'cpu')
    const old = times.filter((time) => time < NOW - DAY)
    expect(times.length - old.length).toBe((23 * HOUR) / 1000)
    expect(old.length).toBeLessThanOrEqual(4 * 23 * 60 + 8)
    expect(old.length).toBeGreaterThan(23 * 60)
    expect(Math.max(...values)).toBe(1e6)
    expect(pruned.hostPoints).toBe((23 * HOUR) / 1000 - old.length)
    expect([...times]).toEqual([...times].sort((a, b) => a - b))
  })

  test('a second pass takes nothing more, and the result survives a restart', () => {
    fill('h', 'cpu', NOW - 3 * DAY, NOW - 2 * DAY, 10_000)
    fill('h', 'cpu', NOW - HOUR, NOW, 10_000)
    store.prune(DEFAULT_RETENTION, NOW)
    const before = [...all('h', 'cpu').times]
    expect(store.prune(DEFAULT_RETENTION, NOW)).toEqual({ hostPoints: 0, lines: 0, runs: [] })
    store.close()
    store = openStore(file)
    expect([...all('h', 'cpu').times]).toEqual(before)
  })

  test('a clock that jumps ten years ahead takes nothing away', () => {
    fill('h', 'cpu', NOW - HOUR, NOW, 1000)
    expect(store.prune(DEFAULT_RETENTION, NOW + 3650 * DAY).hostPoints).toBe(0)
    expect(all('h', 'cpu').times.length).toBe(3600)
  })

  test('never touches metrics of runs by default, however old', () => {
    store.commit([{ by: 'agent:h', events: run('r') }])
    fill('r', 'loss', NOW - 3000 * DAY, NOW - 3000 * DAY + HOUR, 1000)
    store.prune(DEFAULT_RETENTION, NOW)
    expect(all('r', 'loss').times.length).toBe(3600)
  })

  test('drops metrics of runs that were quiet for longer than asked, and logs it', () => {
    store.commit([{ by: 'agent:h', events: [...run('old'), ...run('new')] }])
    fill('old', 'loss', NOW - 100 * DAY, NOW - 100 * DAY + HOUR, 1000)
    fill('new', 'loss', NOW - HOUR, NOW, 1000)
    const retention: Retention = { ...DEFAULT_RETENTION, runs: { keepMs: 90 * DAY, maxBytes: null } }
    expect(store.prune(retention, NOW).runs).toEqual(['old'])
    expect([store.series.has('old'), store.series.has('new')]).toEqual([false, true])
    expect(store.events({ since: 0, limit: 100 }).at(-1)).toMatchObject({ type: 'run.pruned', about: 'old' })
  })

  test('keeps a class within its bytes, oldest first', () => {
    store.commit([{ by: 'agent:h', events: [...run('a'), ...run('b')] }])
    fill('a', 'loss', NOW - 2 * DAY, NOW - 2 * DAY + HOUR, 1000, Math.sin)
    fill('b', 'loss', NOW - DAY, NOW - DAY + HOUR, 1000, Math.sin)
    fill('h', 'cpu', NOW - 3 * HOUR, NOW, 1000, Math.sin)
    const retention: Retention = {
      hosts: { ...DEFAULT_RETENTION.hosts, maxBytes: 20_000 },
      runs: { keepMs: null, maxBytes: 30_000 },
      logs: DEFAULT_RETENTION.logs,
    }
    const pruned = store.prune(retention, NOW)
    expect(pruned.runs).toEqual(['a'])
    expect(pruned.hostPoints).toBeGreaterThan(0)
    expect(all('h', 'cpu').times.at(-1)).toBe(NOW - 1000)
  })
})

describe('backup', () => {
  test('taken while the store is open and restored gives the same world and points', () => {
    store.commit([{ by: 'agent:h', events: run('r') }])
    fill('r', 'loss', NOW - HOUR, NOW, 1000, (i) => (i === 7 ? Number.NaN : i))
    const target = join(folder, 'backup.db')
    expect(backupStore(file, target).faults).toEqual([])
    store.commit([{ by: 'agent:h', events: run('later') }])
    store.close()
    const aside = restoreStore(target, file, NOW)
    store = openStore(file)
    expect([...store.state().runs.keys()]).toEqual(['r'])
    expect(all('r', 'loss').values[7]).toBeNaN()
    expect(all('r', 'loss').values.length).toBe(3600)
    expect(aside && existsSync(aside)).toBe(true)
    expect(readdirSync(folder).some((name) => name.endsWith('.part'))).toBe(false)
  })

  test('overwrites nothing', () => {
    const target = join(folder, 'taken')
    writeFileSync(target, 'mine')
    expect(() => backupStore(file, target)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('exists') }),
    )
    expect(readFileSync(target, 'utf8')).toBe('mine')
  })

  test('that is damaged is refused, and the store stays as it is', () => {
    fill('r', 'loss', NOW - HOUR, NOW, 1000, Math.sin)
    const target = join(folder, 'backup.db')
    backupStore(file, target)
    const bytes = readFileSync(target)
    bytes.fill(0x55, bytes.length - 9000, bytes.length - 8000)
    writeFileSync(target, bytes)
    expect(() => restoreStore(target, file, NOW)).toThrow(/damaged|malformed/)
    expect(all('r', 'loss').values.length).toBe(3600)
  })
})

describe('integrity', () => {
  test('every damaged chunk is found and named', () => {
    fill('r', 'loss', NOW - HOUR, NOW, 1000, Math.sin)
    store.close()
    const bytes = readFileSync(file)
    const at = bytes.length - 3000
    bytes[at]! ^= 0xff
    writeFileSync(file, bytes)
    const { faults, chunks } = checkIntegrity(file)
    expect(chunks).toBeGreaterThan(1)
    expect(faults.length).toBeGreaterThan(0)
    bytes[at]! ^= 0xff
    writeFileSync(file, bytes)
    store = openStore(file)
  })
})

describe('free space', () => {
  test('below the floor is a sentence, and asked for at most once a second', () => {
    let clock = 0
    const space = watchSpace(folder, Number.MAX_SAFE_INTEGER, () => clock)
    expect(space.shortage()).toMatch(/taking nothing until there is room/)
    clock = 500
    expect(space.shortage()).toMatch(/free in/)
    expect(watchSpace(folder, 1, () => clock).shortage()).toBeUndefined()
  })
})
