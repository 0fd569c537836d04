// One sealed chunk of a series as bytes: version, count, steps, times, values, CRC32.
import { crc32 } from 'node:zlib'
import type { Columns } from '../../core/columns.ts'
import {
  CorruptChunk,
  createSink,
  getByte,
  getSigned,
  putByte,
  putSigned,
  reserve,
  type Sink,
  type Source,
  written,
} from './bytes.ts'
import { getFloats, putFloats } from './floats.ts'
import { getIntegers, putIntegers } from './integers.ts'

export type { Columns }
export { CorruptChunk }

/** Most points in one chunk; a body that declares more is corrupt. */
export const MAX_CHUNK_POINTS = 16_384

const VERSION = 1
const CRC_BYTES = 4
const NUMBERS = 0
const BIGINTS = 1

const highHalf = (step: bigint) => Number(step >> 32n)
const lowHalf = (step: bigint) => Number(step & 0xffffffffn)

function putSteps(sink: Sink, steps: Columns['steps']): void {
  const narrow = steps instanceof BigInt64Array ? Float64Array.from(steps, Number) : steps
  if (!(steps instanceof BigInt64Array) || narrow.every(Number.isSafeInteger)) {
    putByte(sink, NUMBERS)
    putIntegers(sink, narrow)
    return
  }
  putByte(sink, BIGINTS)
  putIntegers(sink, Float64Array.from(steps, highHalf))
  putIntegers(sink, Float64Array.from(steps, lowHalf))
}

function getSteps(source: Source, count: number): Columns['steps'] {
  const form = getByte(source)
  if (form === NUMBERS) return getIntegers(source, count)
  if (form !== BIGINTS) throw new CorruptChunk(`unknown form ${form} of steps`)
  const highs = getIntegers(source, count)
  const lows = getIntegers(source, count)
  // Halves out of range wrap around in a BigInt64Array: wrong, but only a forged body has them.
  return BigInt64Array.from(lows, (low, i) => (BigInt(highs[i]!) << 32n) + BigInt(low))
}

const wholeNumbers = (column: Columns['steps']) =>
  column instanceof BigInt64Array || column.every(Number.isSafeInteger)

/**
 * Encodes one chunk. Throws RangeError for columns of different lengths, more than
 * MAX_CHUNK_POINTS points, or steps and times that are no safe integers.
 */
export function encodeChunk({ steps, times, values }: Columns): Uint8Array {
  const count = values.length
  if (steps.length !== count || times.length !== count) throw new RangeError('columns differ in length')
  if (count > MAX_CHUNK_POINTS)
    throw new RangeError(`${count} points, at most ${MAX_CHUNK_POINTS} in a chunk`)
  if (!wholeNumbers(steps) || !wholeNumbers(times))
    throw new RangeError('steps and times must be safe integers')
  const sink = createSink()
  putByte(sink, VERSION)
  putSigned(sink, count)
  putSteps(sink, steps)
  putIntegers(sink, times)
  putFloats(sink, values)
  const crc = crc32(written(sink))
  reserve(sink, CRC_BYTES)
  for (let shift = 0; shift < 32; shift += 8) sink.bytes[sink.at++] = crc >>> shift
  return written(sink).slice()
}

function checkedContent(body: Uint8Array): Uint8Array {
  const end = body.length - CRC_BYTES
  if (end < 1) throw new CorruptChunk(`chunk of ${body.length} bytes`)
  const stored = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(end, true)
  const content = body.subarray(0, end)
  if (crc32(content) !== stored) throw new CorruptChunk('checksum differs')
  return content
}

/** Decodes one chunk. Throws CorruptChunk for anything that encodeChunk did not write. */
export function decodeChunk(body: Uint8Array): Columns {
  const source: Source = { bytes: checkedContent(body), at: 0 }
  const version = getByte(source)
  if (version !== VERSION) throw new CorruptChunk(`chunk version ${version}, this program reads ${VERSION}`)
  const count = getSigned(source)
  if (count < 0 || count > MAX_CHUNK_POINTS) throw new CorruptChunk(`chunk of ${count} points`)
  const steps = getSteps(source, count)
  const times = getIntegers(source, count)
  const values = getFloats(source, count)
  if (source.at !== source.bytes.length) throw new CorruptChunk('bytes left over')
  return { steps, times, values }
}
