import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRecord, encodeRecord } from '../../agents/spool/record.ts'
import { Spool } from '../../agents/spool/spool.ts'
import { Ranges } from '../../src/protocol/ranges.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const segments = (at = folder) =>
  readdirSync(at)
    .filter((file) => file.endsWith('.seg'))
    .sort()

function reopen(spool: Spool, options = {}): Spool {
  spool.close()
  return new Spool({ folder, ...options })
}

describe('records', () => {
  test('come back as written', () => {
    const record = fc.record({
      seq: fc.nat(),
      frames: fc.array(
        fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
        { maxLength: 5 },
      ),
      cursors: fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
        fc.oneof(fc.constant(null), fc.string(), fc.nat()),
      ),
    })
    fc.assert(
      fc.property(record, (written) => {
        const { bytes, offsets } = encodeRecord(written)
        const { record: read, next } = decodeRecord(bytes, 0)!
        expect(next).toBe(bytes.length)
        expect(read.offsets).toEqual(offsets)
        expect({ seq: read.seq, frames: read.frames.map(String), cursors: read.cursors }).toEqual({
          seq: written.seq,
          frames: written.frames.map(String),
          cursors: { ...written.cursors },
        })
      }),
    )
  })

  test('any bytes are a record or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeRecord(Buffer.from(bytes), 0)).not.toThrow()
      }),
    )
  })
})

describe('spool', () => {
  test('keeps frames, numbers, cursors and identity over a restart', () => {
    const spool = new Spool({ folder })
    spool.append('run', ['one', 'two'], { a: 1 })
    spool.append('host', ['three'], {})
    spool.append('run', ['four'], { a: null, b: { offset: 5 } })
    const { identity } = spool
    const again = reopen(spool)
    expect([1, 2, 3, 4, 5].map((seq) => again.frame(seq))).toEqual(['one', 'two', 'three', 'four', undefined])
    expect([again.first, again.next]).toEqual([1, 5])
    expect(Object.fromEntries(again.cursors)).toEqual({ b: { offset: 5 } })
    expect(again.identity).toEqual(identity)
  })

  test('deletes whole segments once acked, and never counts from one again', () => {
    let spool = new Spool({ folder, segmentBytes: 100 })
    for (let i = 1; i <= 10; i++) spool.append('run', [`frame ${i} ${'x'.repeat(60)}`], { at: i })
    const before = segments().length
    spool.ack(new Ranges({ high: 10, beyond: [] }))
    expect(segments().length).toBeLessThan(before)
    spool = reopen(spool, { segmentBytes: 100 })
    spool.ack(new Ranges({ high: 10, beyond: [] }))
    spool = reopen(spool)
    expect(spool.next).toBe(11)
    expect(spool.cursors.get('at')).toBe(10)
  })

  test('drops the oldest host frames first when full, keeps every run frame, and says so', () => {
    const spool = new Spool({ folder, limitBytes: 4000, segmentBytes: 500 })
    for (let i = 0; i < 30; i++) {
      spool.append('host', [`host ${i} ${'x'.repeat(100)}`], {})
      if (i < 10) spool.append('run', [`run ${i} ${'x'.repeat(100)}`], {})
    }
    const kept = Array.from({ length: spool.next - 1 }, (_, i) => spool.frame(i + 1))
    expect(kept.filter((frame) => frame?.startsWith('run'))).toHaveLength(10)
    const hosts = kept.filter((frame) => frame?.startsWith('host'))
    expect(hosts.length).toBeLessThan(30)
    expect(hosts.at(-1)).toMatch(/^host 29/)
    expect(spool.loss.droppedFrames).toBe(30 - hosts.length)
    expect(spool.bytes).toBeLessThan(4000 + 1500)
  })

  test('reset starts a new life under the same agent id', () => {
    const spool = new Spool({ folder })
    spool.append('run', ['old'], { a: 1 })
    const { agent, epoch } = spool.identity
    spool.reset()
    expect(spool.identity.agent).toBe(agent)
    expect(spool.identity.epoch).not.toBe(epoch)
    const again = reopen(spool)
    expect([again.next, again.frame(1), again.cursors.size]).toEqual([1, undefined, 0])
  })
})

/** Writes three records and returns the segment's bytes, its name, and where each record starts. */
function small(): { file: string; bytes: Buffer; starts: number[] } {
  const spool = new Spool({ folder })
  const file = segments()[0]!
  const size = () => readFileSync(join(folder, file)).length
  const starts = [size()]
  for (let i = 1; i <= 3; i++) {
    spool.append('run', [`frame-${i}`], { at: i })
    starts.push(size())
  }
  spool.close()
  return { file, bytes: readFileSync(join(folder, file)), starts }
}

function openDamaged(file: string, bytes: Buffer): Spool {
  const place = mkdtempSync(join(tmpdir(), 'spool-damaged-'))
  writeFileSync(join(place, file), bytes)
  try {
    return new Spool({ folder: place })
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** How many of the three frames can be read, in order from the first. */
const readable = (spool: Spool) => [...spool.cursors.values()][0] ?? 0

describe('damage', () => {
  test('every truncation keeps the whole records before the cut', () => {
    const { file, bytes, starts } = small()
    for (let cut = 0; cut <= bytes.length; cut++) {
      const spool = openDamaged(file, bytes.subarray(0, cut))
      const whole = Math.max(
        0,
        starts.findLastIndex((start) => start <= cut),
      )
      expect([cut, readable(spool)]).toEqual([cut, whole])
    }
  })

  test('every flipped byte costs at most the records from the damage on, and is set aside', () => {
    const { file, bytes, starts } = small()
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 0xff
      const spool = openDamaged(file, damaged)
      const before = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      )
      expect([at, readable(spool)]).toEqual([at, before])
    }
  })

  test('a damaged end is counted and kept in quarantine', () => {
    const { file, bytes, starts } = small()
    writeFileSync(join(folder, file), bytes.subarray(0, bytes.length - 3))
    const spool = new Spool({ folder })
    expect(spool.loss.damagedBytes).toBe(starts[3]! - starts[2]! - 3)
    expect(readdirSync(join(folder, 'quarantine'))).toHaveLength(1)
    expect(spool.next).toBe(3)
    spool.append('run', ['frame-3 again'], { at: 3 })
    expect(reopen(spool).frame(3)).toBe('frame-3 again')
  })

  test('segments of an earlier life are deleted', () => {
    const { file } = small()
    const spool = new Spool({ folder })
    const old = join(tmpdir(), `old-${process.pid}.seg`)
    copyFileSync(join(folder, file), old)
    spool.reset()
    spool.append('run', ['new'], {})
    copyFileSync(old, join(folder, file))
    rmSync(old)
    const again = reopen(spool)
    expect([again.frame(1), again.next]).toEqual(['new', 2])
    mkdirSync(folder, { recursive: true })
  })
})
