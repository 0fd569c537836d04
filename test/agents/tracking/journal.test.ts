import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open as openFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Journal, JournalFull } from '../../../agents/tracking/journal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: object = {}) => new Journal({ folder, checkpoint: () => 'checkpoint', ...options })
const FIRST = { segment: 0, offset: 0 }
const frames = (journal: Journal, from = FIRST) =>
  [...journal.entries(from)].map(({ frame }) => frame.toString()).filter((frame) => frame !== 'checkpoint')
const segmentFile = () => join(folder, readdirSync(folder).sort().at(-1)!)

describe('a journal', () => {
  it('has after a restart what it has confirmed, in order', async () => {
    const journal = open({ segmentBytes: 300 })
    const words = Array.from({ length: 40 }, (_, i) => `record ${i}`)
    await Promise.all(words.map((word) => journal.append(word)))
    expect(frames(journal)).toEqual(words)
    await journal.close()
    expect(frames(open())).toEqual(words)
  })

  it('goes on behind any of its records', async () => {
    const journal = open({ segmentBytes: 100 })
    for (let i = 0; i < 20; i++) await journal.append(`record ${i}`)
    const all = [...journal.entries(FIRST)]
    for (const { next } of all) {
      const rest = all.filter(
        ({ place }) =>
          place.segment > next.segment || (place.segment === next.segment && place.offset >= next.offset),
      )
      expect([...journal.entries(next)].map(({ frame }) => frame.toString())).toEqual(
        rest.map(({ frame }) => frame.toString()),
      )
    }
    await journal.close()
  })

  it('begins each segment with a checkpoint', async () => {
    let made = 0
    const journal = open({ segmentBytes: 60, checkpoint: () => `made ${made++}` })
    for (let i = 0; i < 6; i++) await journal.append(`record ${i}`)
    expect(journal.segments.length).toBeGreaterThan(2)
    for (const segment of journal.segments)
      expect([...journal.read(segment, [0])].toString()).toMatch(/^made \d/)
    await journal.close()
  })

  it('opens after any cut and any flipped byte, with the records before the damage', async () => {
    const journal = open()
    const words = ['one', 'two', 'three']
    for (const word of words) await journal.append(word)
    await journal.close()
    const file = segmentFile()
    const whole = readFileSync(file)
    for (let at = 0; at < whole.length; at++) {
      truncateSync(file, at)
      const cut = frames(open())
      expect(cut).toEqual(words.slice(0, cut.length))
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 0x40
      writeFileSync(file, flipped)
      const left = frames(open())
      expect(left).toEqual(words.slice(0, left.length))
      writeFileSync(file, whole)
    }
    expect(frames(open())).toEqual(words)
  })

  it('takes new records after a torn end was cut', async () => {
    let journal = open()
    await journal.append('one')
    await journal.close()
    appendFileSync(segmentFile(), 'torn')
    journal = open()
    await journal.append('two')
    await journal.close()
    expect(frames(open())).toEqual(['one', 'two'])
  })

  describe('on a disk that becomes full in the middle of a write', () => {
    /** As the system does it: a part is written, without an error. */
    async function shorten(bytes: number, then: () => Promise<unknown>): Promise<void> {
      const handle = await openFile(folder, 'r')
      const prototype: FileHandle = Object.getPrototypeOf(handle)
      await handle.close()
      const { writev } = prototype
      const spy = vi.spyOn(prototype, 'writev').mockImplementationOnce(function (
        this: FileHandle,
        parts: readonly Uint8Array[],
        at: number,
      ) {
        const part = Buffer.concat(parts).subarray(0, bytes)
        return writev.call(this, [part], at) as ReturnType<typeof writev>
      } as unknown as typeof writev)
      await then().finally(() => spy.mockRestore())
    }

    it('confirms nothing that is not there whole', async () => {
      const journal = open()
      await journal.append('one')
      await shorten(10, () => journal.append('two'))
      await journal.append('three')
      await journal.close()
      expect(frames(open())).toEqual(['one', 'two', 'three'])
    })

    it('begins no segment with half a checkpoint', async () => {
      const journal = open({ segmentBytes: 40 })
      await journal.append('one')
      await shorten(5, () => journal.append('two'))
      await journal.append('three')
      await journal.close()
      expect(frames(open())).toEqual(['one', 'two', 'three'])
    })
  })

  it('begins anew a segment that a kill left without its checkpoint', async () => {
    let journal = open({ segmentBytes: 50 })
    for (const word of ['one', 'two']) await journal.append(word)
    await journal.close()
    const last = journal.segments.at(-1)!
    for (const left of ['', 'torn']) {
      writeFileSync(join(folder, `${String(last + 1).padStart(8, '0')}.log`), left)
      journal = open({ segmentBytes: 50 })
      expect(journal.segments.at(-1)).toBe(last)
      await journal.close()
    }
    journal = open({ segmentBytes: 1 })
    await journal.append('three')
    expect([...journal.read(last + 1, [0])].map(String)).toEqual(['checkpoint'])
    expect(frames(journal)).toEqual(['one', 'two', 'three'])
    await journal.close()
  })

  it('refuses what is beyond its limit, and takes more once old segments are forgotten', async () => {
    const journal = open({ segmentBytes: 50, limitBytes: 400 })
    let refused: unknown
    for (let i = 0; i < 40 && !refused; i++)
      await journal.append(`record ${i}`).catch((error) => {
        refused = error
      })
    expect(refused).toBeInstanceOf(JournalFull)
    journal.forget(journal.segments.at(-1)!, 100)
    await journal.append('more')
    expect(frames(journal).at(-1)).toBe('more')
    expect(journal.bytes).toBeLessThan(300)
    await journal.close()
  })

  it('keeps the segments that nobody has read yet, and the newest', async () => {
    const journal = open({ segmentBytes: 50 })
    for (let i = 0; i < 20; i++) await journal.append(`record ${i}`)
    const [first, second, ...rest] = journal.segments
    journal.forget(second!, 0)
    expect(journal.segments).toEqual([second, ...rest])
    expect(existsSync(join(folder, `${String(first).padStart(8, '0')}.log`))).toBe(false)
    journal.forget(1000, 0)
    expect(journal.segments).toEqual([rest.at(-1)])
    await journal.close()
  })

  it('gives back any records from their offsets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (texts, seed) => {
          rmSync(folder, { recursive: true, force: true })
          const journal = open()
          const places = await Promise.all(texts.map((text) => journal.append(text)))
          const picked = places
            .map((place, i) => ({ place, text: texts[i] }))
            .filter((_, i) => (seed >> (i % 8)) % 2 === 0)
          const offsets = picked.map(({ place }) => place.offset)
          expect([...journal.read(1, offsets)].map(String)).toEqual(
            picked.map(({ text }) => Buffer.from(text!).toString()),
          )
          await journal.close()
        },
      ),
      { numRuns: 30 },
    )
  })
})
