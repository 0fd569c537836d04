// Batches of an agent in any order of arrival: series keep the order in which they were made.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PointBuffer, toWirePoints } from '../../src/protocol/points.ts'
import { Ranges } from '../../src/protocol/ranges.ts'
import { openStore, type Store, type Unit } from '../../src/store/store.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ahead-'))
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): void {
  store = openStore(join(folder, 'store.db'))
}
function reopen(): void {
  store.close()
  open()
}

/** Batches of one life of an agent, as its session makes units of them; each point's value is 10 * seq + i. */
function createAgent(epoch: string) {
  const taken = new Ranges()
  return (seq: number, owners: readonly string[] = ['a', 'b']): Unit => {
    const buffer = new PointBuffer()
    for (const owner of owners) for (let i = 0; i < 3; i++) buffer.add(owner, 'k', seq, 1000, 10 * seq + i)
    const points = buffer.take()
    const late = seq < taken.top
    taken.add(seq)
    const frame = JSON.stringify({ type: 'batch', seq, points: toWirePoints(points) })
    const from = { agent: 'h', epoch, seq, mark: taken.mark() }
    return { by: 'agent:h', events: [], batch: { from, points, frame, late } }
  }
}

const values = (owner: string) => [...store.points({ owner, key: 'k', x: 'step', points: 0 }).values]
const expected = (seqs: readonly number[]) => seqs.flatMap((seq) => [10 * seq, 10 * seq + 1, 10 * seq + 2])

describe('batches that arrive in any order', () => {
  const steps = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: 1 })
  const acts = fc.array(fc.constantFrom('seal', 'reopen', 'together', 'nothing'), {
    minLength: 10,
    maxLength: 10,
  })

  test('are shown at once, and in the order in which they were made, over sealing and restarts', () => {
    fc.assert(
      fc.property(steps, acts, (arrivals, after) => {
        rmSync(folder, { recursive: true, force: true })
        open()
        const unit = createAgent('e')
        let group: Unit[] = []
        for (const [i, seq] of arrivals.entries()) {
          group.push(unit(seq))
          if (after[i] === 'together' && i < arrivals.length - 1) continue
          store.commit(group)
          group = []
          if (after[i] === 'seal') store.seal()
          if (after[i] === 'reopen') reopen()
          const there = arrivals.slice(0, i + 1).toSorted((a, b) => a - b)
          expect(values('a')).toEqual(expected(there))
          expect(store.series.get('b')?.get('k')).toMatchObject({
            count: 3 * there.length,
            min: 10 * there[0]!,
            last: { value: 10 * there.at(-1)! + 2 },
          })
        }
        store.seal()
        reopen()
        const all = arrivals.toSorted((a, b) => a - b)
        expect(values('b')).toEqual(expected(all))
        expect(store.series.get('a')?.get('k')).toMatchObject({ count: 3 * all.length })
        store.close()
      }),
      { numRuns: 60 },
    )
    open()
  })

  test('join what is there when their agent begins a new life: what lies between will not come', () => {
    open()
    const old = createAgent('e')
    store.commit([old(1)])
    store.commit([old(4)])
    store.commit([createAgent('f')(1, ['c'])])
    store.seal()
    reopen()
    expect(values('a')).toEqual(expected([1, 4]))
    expect(store.series.get('a')?.get('k')?.count).toBe(6)
  })

  test('lose the points of a run that is replaced, and keep those of others', () => {
    open()
    const unit = createAgent('e')
    store.commit([unit(1)])
    store.commit([unit(4)])
    store.commit([{ by: 'hub', events: [], replaces: ['a'] }])
    store.commit([unit(2), unit(3)])
    for (let i = 0; i < 2; i++) {
      expect(values('a')).toEqual(expected([2, 3]))
      expect(values('b')).toEqual(expected([1, 2, 3, 4]))
      store.seal()
      reopen()
    }
  })
})
