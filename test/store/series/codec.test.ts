// Chunks come back bit for bit; damage is one typed error; sizes stay within what we promise.
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Columns,
  CorruptChunk,
  decodeChunk,
  encodeChunk,
  MAX_CHUNK_POINTS,
} from '../../../src/store/series/codec.ts'

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/** Columns whose steps count from 0 and whose times are one second apart. */
function evenly(values: number[]): Columns {
  return {
    steps: Float64Array.from(values, (_, i) => i),
    times: Float64Array.from(values, (_, i) => 1_770_000_000_000 + i * 1000),
    values: Float64Array.from(values),
  }
}

const list = (columns: Columns) => [[...columns.steps], [...columns.times], [...columns.values]]
const roundTrip = (columns: Columns) => decodeChunk(encodeChunk(columns))
const bytesPerPoint = (columns: Columns) => encodeChunk(columns).length / columns.values.length

/** The body with its checksum made right again, as a forger would. */
function resealed(body: Uint8Array): Uint8Array {
  const forged = body.slice()
  const content = forged.subarray(0, forged.length - 4)
  new DataView(forged.buffer).setUint32(content.length, crc32(content), true)
  return forged
}

function outcome(body: Uint8Array): Columns | 'corrupt' {
  try {
    return decodeChunk(body)
  } catch (error) {
    if (error instanceof CorruptChunk) return 'corrupt'
    throw error
  }
}

const safeInteger = fc.maxSafeInteger()
const anyFloat = fc.oneof(
  fc.double(),
  fc.float(),
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 10_000),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE),
)
const floats = fc.oneof(
  fc.array(anyFloat, { maxLength: 200 }),
  fc.array(fc.float(), { maxLength: 200 }),
  fc.array(
    fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 10_000 + 0),
    { maxLength: 200 },
  ),
)
const rising = fc.record({ start: safeInteger, every: fc.integer({ min: -1000, max: 1000 }) })

function integers(length: number): fc.Arbitrary<number[]> {
  const column = fc.array(safeInteger, { minLength: length, maxLength: length })
  const even = rising.map(({ start, every }) =>
    Array.from({ length }, (_, i) => Math.min(Math.max(start + i * every, -(2 ** 53) + 1), 2 ** 53 - 1)),
  )
  return fc.oneof(column, even)
}

const anyColumns = floats.chain((values) => {
  const { length } = values
  const bigints = fc.array(fc.bigInt({ min: MIN_INT64, max: MAX_INT64 }), {
    minLength: length,
    maxLength: length,
  })
  const steps = fc.oneof(
    integers(length).map((column) => Float64Array.from(column)),
    bigints.map((column) => BigInt64Array.from(column)),
  )
  return fc.record({
    steps,
    times: integers(length).map((column) => Float64Array.from(column)),
    values: fc.constant(Float64Array.from(values)),
  })
})

describe('encodeChunk and decodeChunk', () => {
  it('bring any columns back exactly', () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const back = roundTrip(columns)
        const narrow = [...columns.steps].every((step) => Number.isSafeInteger(Number(step)))
        expect(back.steps).toBeInstanceOf(narrow ? Float64Array : BigInt64Array)
        const steps = narrow ? Array.from(columns.steps, Number) : [...columns.steps]
        expect(list(back)).toEqual([steps, [...columns.times], [...columns.values]])
      }),
      { numRuns: 300 },
    )
  })

  it('keep NaN, both infinities and both zeros apart', () => {
    const values = [Number.NaN, Infinity, -Infinity, -0, 0, 1.5, 5e-324, -5e-324]
    const back = roundTrip(evenly(values)).values
    for (const [i, value] of values.entries()) expect(Object.is(back[i], value), String(value)).toBe(true)
  })

  it.each([
    ['decimals', [0.1, 0.25, -0.0001, 123.4567]],
    ['decimals with a negative zero', [0.1, -0, 0.2]],
    ['float32', [0.1, -0.3, 1e-30, Number.NaN].map(Math.fround)],
    ['float64', [Math.PI, -Math.E, 1 / 3, Infinity]],
    ['decimals too large to scale', [2 ** 60, 0.1, 1e300]],
    ['fifteen digits', [0.123456789012345, 987654321.012345]],
    ['nothing', []],
    ['one point', [7]],
  ])('bring back %s exactly', (_, values) => {
    expect([...roundTrip(evenly(values)).values]).toEqual(values)
  })

  it('bring back steps at both ends of int64 as bigints', () => {
    const steps = BigInt64Array.from([MIN_INT64, MAX_INT64, -1n, 0n, 2n ** 53n])
    expect(roundTrip({ ...evenly([1, 2, 3, 4, 5]), steps }).steps).toEqual(steps)
  })

  it('read a body that lies at an odd offset of a larger buffer', () => {
    const columns = evenly([1 / 3, 2 / 3])
    const body = encodeChunk(columns)
    const larger = new Uint8Array(body.length + 3)
    larger.set(body, 3)
    expect(list(decodeChunk(larger.subarray(3)))).toEqual(list(columns))
  })

  it('encode columns that are views into longer ones', () => {
    const whole = evenly([9, 1 / 3, Math.PI, 9])
    const part = {
      steps: whole.steps.subarray(1, 3),
      times: whole.times.subarray(1, 3),
      values: whole.values.subarray(1, 3),
    }
    expect([...roundTrip(part).values]).toEqual([1 / 3, Math.PI])
  })

  it('refuse columns that no chunk can hold', () => {
    const one = evenly([1])
    expect(() => encodeChunk({ ...one, times: new Float64Array(2) })).toThrow(RangeError)
    expect(() => encodeChunk({ ...one, times: Float64Array.of(0.5) })).toThrow(RangeError)
    expect(() => encodeChunk({ ...one, steps: Float64Array.of(2 ** 53) })).toThrow(RangeError)
    expect(() => encodeChunk(evenly(new Array(MAX_CHUNK_POINTS + 1).fill(0)))).toThrow(RangeError)
  })
})

describe('a damaged chunk', () => {
  const body = encodeChunk(evenly([0.5, Number.NaN, 1 / 3, 2, 2.5, 1e-9]))

  it('is CorruptChunk for every single flipped bit', () => {
    for (let bit = 0; bit < body.length * 8; bit++) {
      const flipped = body.slice()
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7))
      expect(() => decodeChunk(flipped), `bit ${bit}`).toThrow(CorruptChunk)
    }
  })

  it('is CorruptChunk when cut anywhere, checksum repaired or not', () => {
    for (let length = 0; length < body.length; length++) {
      expect(() => decodeChunk(body.subarray(0, length)), `${length} bytes`).toThrow(CorruptChunk)
      if (length < 5) continue
      expect(() => decodeChunk(resealed(body.subarray(0, length))), `${length} bytes`).toThrow(CorruptChunk)
    }
  })

  it('is CorruptChunk or decodes to equally long columns when forged with a right checksum', () => {
    const forgery = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    })
    let decoded = 0
    fc.assert(
      fc.property(anyColumns, forgery, (columns, flips) => {
        const forged = encodeChunk(columns)
        for (const [at, mask] of flips) {
          const index = at % forged.length
          forged[index] = forged[index]! ^ mask
        }
        const result = outcome(resealed(forged))
        if (result === 'corrupt') return
        decoded++
        expect(result.times.length).toBe(result.values.length)
        expect(result.steps.length).toBe(result.values.length)
        expect(result.values.length).toBeLessThanOrEqual(MAX_CHUNK_POINTS)
      }),
      { numRuns: 1000 },
    )
    expect(decoded).toBeGreaterThan(0)
  })

  it('is CorruptChunk for random bytes behind a right checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 64 }), (noise) => {
        outcome(resealed(noise))
      }),
      { numRuns: 1000 },
    )
  })

  it('does not believe a count above the limit', () => {
    const [version, more] = [1, 0x80]
    const forged = resealed(Uint8Array.from([version, more, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]))
    expect(() => decodeChunk(forged)).toThrow(/points/)
  })

  it('of a later version is named as such', () => {
    const later = body.slice()
    later[0] = 2
    expect(() => decodeChunk(resealed(later))).toThrow(/version 2/)
  })

  it('has nothing behind its last column', () => {
    const longer = new Uint8Array(body.length + 1)
    longer.set(body.subarray(0, body.length - 4))
    expect(() => decodeChunk(resealed(longer))).toThrow(/left over/)
  })
})

describe('the size of a chunk of 512 points', () => {
  // A fixed pseudo-random sequence: the golden ratio's multiples.
  const noise = (i: number) => (i * 0.6180339887498949) % 1
  const points = (value: (i: number) => number): Columns => {
    const even = evenly(Array.from({ length: 512 }, (_, i) => value(i)))
    return { ...even, times: even.times.map((time, i) => time + Math.floor(noise(i * 7) * 13)) }
  }
  const loss = (i: number) => (2.5 / (1 + i / 4000) + 0.1) * (1 + 0.05 * noise(i * 3))

  it.each([
    ['a float32 loss', 4.5, (i: number) => Math.fround(loss(i))],
    ['a 4-decimal loss', 3, (i: number) => Number(loss(i).toFixed(4))],
    ['an integer gauge', 2, (i: number) => Math.floor(noise(i * 5) * 101)],
    ['a constant', 1, () => 3e-4],
  ])('is small for %s', (_, budget, value) => {
    expect(bytesPerPoint(points(value))).toBeLessThanOrEqual(budget)
  })

  it('grows by one block, not by the whole chunk, for one outlier', () => {
    const flat = evenly(new Array(512).fill(40))
    const spike = evenly(new Array(512).fill(40).with(300, 40_000))
    expect(encodeChunk(spike).length - encodeChunk(flat).length).toBeLessThan(64 * 2 + 16)
  })
})
