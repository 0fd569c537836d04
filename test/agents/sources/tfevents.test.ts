import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tfevents } from '../../../agents/sources/tfevents.ts'
import { crc32c, MAX_RECORD } from '../../../agents/sources/tfrecord.ts'
import {
  bytesField,
  double,
  doubleField,
  event,
  fileVersion,
  float,
  floatField,
  header,
  intField,
  plugin,
  record,
  session,
  simple,
  tensor,
  varint,
} from './event-writer.ts'
import { readPieces, readWhole } from './reading.ts'

const good = event(1, 10, simple('loss', 0.5))
const next = event(2, 11, simple('loss', 0.25))

describe('TFRecord frames', () => {
  it('uses the CRC-32C of RFC 3720', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('gives the same points in any pieces, with a restart between any two', () => {
    const value = fc.tuple(
      fc.constantFrom('a', 'b/c', 'é'),
      fc.float(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    )
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 20 }),
        fc.array(fc.nat(60), { maxLength: 40 }),
        (values, pieces) => {
          const bytes = Buffer.concat(
            values.map(([key, number, step]) => event(step, 5, simple(key, number))),
          )
          const whole = readWhole(tfevents, bytes)
          expect(whole.points).toEqual(
            values.map(([key, number, step]) => `${key} ${step} ${Object.is(number, -0) ? '-0' : number}`),
          )
          expect(readPieces(tfevents, bytes, pieces)).toEqual(whole)
        },
      ),
    )
  })

  it('leaves out a record with a wrong payload checksum and goes on behind it', () => {
    const bad = Buffer.from(good)
    bad[14]! ^= 1
    const read = readWhole(tfevents, Buffer.concat([good, bad, next]))
    expect(read.points).toEqual(['loss 1 0.5', 'loss 2 0.25'])
    expect(read.problems).toEqual([`records with a wrong checksum left out (byte ${good.length})`])
  })

  it('stops at a length with a wrong checksum, for good', () => {
    const bad = Buffer.from(next)
    bad[0]! ^= 1
    const bytes = Buffer.concat([good, bad, next])
    const read = readPieces(tfevents, bytes, [good.length + 20, 1, 1])
    expect(read).toMatchObject({ points: ['loss 1 0.5'], stopped: true, used: good.length })
    expect(read.problems).toEqual([`a record length is damaged; reading stopped there (byte ${good.length})`])
  })

  it('believes no length above 2 GiB, even with a good checksum', () => {
    const read = readWhole(tfevents, Buffer.concat([good, header(2n ** 63n - 1n)]))
    expect(read).toMatchObject({ points: ['loss 1 0.5'], stopped: true })
    expect(read.problems[0]).toMatch(/too large/)
  })

  it('passes over a record that is too long to look into, whatever the pieces', () => {
    const long = record(Buffer.alloc(MAX_RECORD + 1))
    const bytes = Buffer.concat([good, long, next])
    const pieces = [good.length + 12, 100, 3_000_000, 3_000_000]
    for (const cut of [[], pieces]) {
      const read = readPieces(tfevents, bytes, cut)
      expect(read.points).toEqual(['loss 1 0.5', 'loss 2 0.25'])
      expect(read.problems).toEqual([`records longer than 8 MiB left out (byte ${good.length})`])
    }
  })

  it('waits at a tail of zeros, tells of it once, and reads what is written there later', () => {
    const hole = Buffer.concat([good, Buffer.alloc(64)])
    const pieces = [good.length + 20, 5, 5]
    const read = readPieces(tfevents, hole, pieces)
    expect(read.points).toEqual(['loss 1 0.5'])
    expect(read.problems).toHaveLength(1)
    expect(read.stopped).toBe(false)
  })

  it('names what is no event file', () => {
    expect(readWhole(tfevents, Buffer.from('1f8b0800000000000003aabbccdd', 'hex')).problems[0]).toMatch(
      /gzip/,
    )
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'
    expect(readWhole(tfevents, pointer).problems[0]).toMatch(/Git LFS pointer/)
    expect(readWhole(tfevents, 'x')).toMatchObject({ problems: [], used: 0 })
  })
})

describe('events', () => {
  it('keeps int64 steps exact', () => {
    const steps = [9007199254740993n, 2n ** 63n - 1n, -(2n ** 63n), -1n, 0n]
    const bytes = Buffer.concat(steps.map((step) => event(step, 1, simple('s', 1))))
    expect(readWhole(tfevents, bytes).points).toEqual(steps.map((step) => `s ${step} 1`))
  })

  it('reads scalar tensors of every number type, as content or as values', () => {
    const half = Buffer.from([0x00, 0x3e])
    const values = [
      tensor('float', 1, bytesField(4, float(1.5))),
      tensor('packed', 1, bytesField(5, float(2.5))),
      tensor('single', 1, floatField(5, 3.5)),
      tensor('double', 2, bytesField(6, double(0.1))),
      tensor('int32', 3, intField(7, -4n)),
      tensor('int64', 9, bytesField(10, varint(7))),
      tensor('half', 19, bytesField(4, half)),
      tensor('halfval', 19, bytesField(13, varint(0x3e00))),
      tensor('bfloat', 14, bytesField(13, varint(0x3fc0))),
    ]
    expect(readWhole(tfevents, event(3, 1, ...values)).points).toEqual([
      'float 3 1.5',
      'packed 3 2.5',
      'single 3 3.5',
      'double 3 0.1',
      'int32 3 -4',
      'int64 3 7',
      'half 3 1.5',
      'halfval 3 1.5',
      'bfloat 3 1.5',
    ])
  })

  it('takes no histogram, text, vector or foreign plugin for a scalar', () => {
    const shape = bytesField(2, bytesField(2, intField(1, 3)))
    const values = [
      tensor('vector', 1, shape, bytesField(4, float(1), float(2), float(3))),
      tensor('text', 7, bytesField(8, 'words')),
      Buffer.concat([
        bytesField(1, 'pr'),
        bytesField(8, intField(1, 1), floatField(5, 1)),
        plugin('pr_curves'),
      ]),
      Buffer.concat([bytesField(1, 'histogram'), bytesField(5, doubleField(1, 0))]),
    ]
    expect(readWhole(tfevents, event(1, 1, ...values))).toMatchObject({ points: [], problems: [] })
  })

  it('reads the hyperparameters of a session', () => {
    const bytes = session({
      lr: doubleField(2, 0.001),
      units: doubleField(2, 16),
      optimizer: bytesField(3, 'adam'),
      nesterov: intField(4, 1),
      none: intField(1, 0),
    })
    expect(readWhole(tfevents, bytes).params).toEqual({
      lr: '0.001',
      units: '16',
      optimizer: 'adam',
      nesterov: 'true',
      none: 'null',
    })
  })

  it('reads how a session ended, when it says at what time', () => {
    const end = (...fields: Buffer[]) =>
      event(
        0,
        1,
        Buffer.concat([
          bytesField(1, '_hparams_/session_end_info'),
          plugin('hparams', bytesField(4, ...fields)),
        ]),
      )
    const ends = (...fields: Buffer[]) => readWhole(tfevents, end(...fields)).ends
    expect(ends(intField(1, 1), doubleField(2, 20.5))).toEqual(['finished 20500'])
    expect(ends(intField(1, 2), doubleField(2, 20))).toEqual(['failed 20000'])
    // PyTorch writes the end of a session together with its start.
    expect(ends(intField(1, 1))).toEqual([])
    expect(ends(intField(1, 3), doubleField(2, 20))).toEqual([])
    expect(ends(intField(1, 1), doubleField(2, Number.NaN))).toEqual([])
  })

  it('steps over unknown fields and counts what is no message', () => {
    const unknown = Buffer.concat([intField(99, 7), bytesField(98, 'x'), doubleField(97, 1)])
    const group = record(Buffer.from([0x0b, 0x0c]))
    const runaway = record(Buffer.alloc(12, 0xff))
    const overrun = record(Buffer.from([0x2a, 0x7f, 0x00]))
    const value = Buffer.concat([simple('loss', 0.5), unknown])
    const read = readWhole(tfevents, Buffer.concat([group, event(1, 1, value), runaway, overrun]))
    expect(read.points).toEqual(['loss 1 0.5'])
    expect(read.problems.map((problem) => problem.replace(/ \(.*/, ''))).toEqual(
      Array(3).fill('records that are no event left out'),
    )
  })

  it('never throws for a record of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const read = readWhole(tfevents, Buffer.concat([record(Buffer.from(bytes)), good]))
        expect(read.points.at(-1)).toBe('loss 1 0.5')
      }),
    )
  })

  it('keeps non-finite values, and times in milliseconds', () => {
    const read = readWhole(tfevents, Buffer.concat([fileVersion(1), event(1, 1.5, simple('l', Number.NaN))]))
    expect(read).toMatchObject({ points: ['l 1 NaN'], times: [1500] })
  })
})
