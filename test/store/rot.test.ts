// A store whose file is damaged: any flipped byte and any cut is met in words, or changes nothing. MLOPS_FAULTS=long flips
// every byte, otherwise one in some hundred of those that say something.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewEvent } from '../../src/core/events.ts'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { checkIntegrity } from '../../src/store/integrity.ts'
import { openStore, type Store, type Unit } from '../../src/store/store.ts'
import { StoreError } from '../../src/store/store-error.ts'

const LONG = process.env.MLOPS_FAULTS === 'long'
const FLIPS = 700
const CUTS = 120

let folder: string
let file: string
let whole: Buffer
let truth: string

const found = (about: string): NewEvent => ({
  type: 'run.found',
  at: 1000,
  about,
  data: { name: about, experiment: 'x', source: 'csv', path: `/${about}`, started: 1000 },
})

function unit(seq: number, events: NewEvent[]): Unit {
  const buffer = new PointBuffer()
  for (const owner of ['r', 's'])
    for (const key of ['loss', 'lr'])
      for (let i = 0; i < 20; i++) buffer.add(owner, key, i, 1000 + i, Math.sin(seq + i))
  const points = buffer.take()
  const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points) })
  const from = { agent: 'h', epoch: 'e', seq, mark: { high: seq, beyond: [] } }
  return { by: 'agent:h', events, batch: { from, points, frame } }
}

/** Everything that can be asked of the store. */
function readAll(store: Store): string {
  const { seq, ...tables } = store.state()
  const series = ['r', 's'].map((owner) =>
    ['loss', 'lr'].map((key) => [
      store.series.get(owner)?.get(key),
      [...store.points({ owner, key, x: 'step', points: 0 }).values],
    ]),
  )
  const glances = ['r', 's'].map((owner) => [...(store.series.get(owner)?.entries() ?? [])])
  const events = store.events({ since: 0, limit: 1000 })
  const rows = Object.values(tables).map((table) => [...table])
  return JSON.stringify([seq, rows, series, glances, events, store.mark('h', 'e')])
}

function ask<T>(read: (store: Store) => T): T {
  const store = openStore(file, { readonly: true })
  try {
    return read(store)
  } finally {
    store.close()
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rot-'))
  file = join(folder, 'store.db')
  const store = openStore(file)
  store.commit([unit(1, [found('r'), found('s')])])
  store.seal()
  store.commit([
    unit(2, [
      { type: 'run.params', at: 2000, about: 'r', data: { params: { lr: '0.1', note: 'x'.repeat(200) } } },
    ]),
  ])
  store.close()
  whole = readFileSync(file)
  truth = ask(readAll)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An error that names damage, not a fault of the program. */
const isNamed = (error: unknown) =>
  error instanceof StoreError ||
  (error as Error).name === 'CorruptChunk' ||
  ((error as { code?: string }).code ?? '').startsWith('SQLITE_')

/** What is wrong with how the damaged file was met; undefined when it was met well. */
function badlyMet(): string | undefined {
  try {
    const [answer, damage] = ask((store) => [readAll(store), store.damage()] as const)
    if (answer === truth || damage.length > 0 || checkIntegrity(file).faults.length > 0) return undefined
    return 'another answer, and nobody says why'
  } catch (error) {
    return isNamed(error) ? undefined : `an error that does not name it: ${(error as Error).stack}`
  }
}

/** Places of a file that say something, evenly chosen. */
function placesIn(bytes: Buffer, most: number): number[] {
  const telling = Array.from(bytes.keys()).filter((at) => LONG || bytes[at] !== 0)
  const step = LONG ? 1 : Math.max(1, Math.floor(telling.length / most))
  return telling.filter((_, i) => i % step === 0)
}

describe('a damaged store', { timeout: LONG ? 3_600_000 : 60_000 }, () => {
  test('with a flipped byte gives the same answers or says that it is damaged', () => {
    const bad: string[] = []
    for (const at of placesIn(whole, FLIPS)) {
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1 << (at % 8)
      writeFileSync(file, flipped)
      const reason = badlyMet()
      if (reason) bad.push(`byte ${at}: ${reason}`)
    }
    expect(bad.slice(0, 5)).toEqual([])
  })

  test('that was cut short is refused or says what is missing', () => {
    const bad: string[] = []
    const step = LONG ? 1 : Math.ceil(whole.length / CUTS)
    for (let length = 0; length < whole.length; length += step) {
      writeFileSync(file, whole)
      truncateSync(file, length)
      // Nothing at all is a store that nobody has written yet, which reading refuses too.
      const reason = badlyMet()
      if (reason) bad.push(`${length} bytes: ${reason}`)
    }
    expect(bad.slice(0, 5)).toEqual([])
  })
})
