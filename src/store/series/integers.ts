// One column of integers: the values or their differences, in blocks of 64, each block its
// least value and the rest above it in as few bits as it needs. Outliers cost one block only.
import { addPacked, bitWidth, packBits } from './bits.ts'
import { CorruptChunk, getByte, getSigned, putByte, putSigned, type Sink, type Source } from './bytes.ts'

const BLOCK = 64
const WIDEST = 53
const HALF = 2 ** 32
const MAX = Number.MAX_SAFE_INTEGER

const PLAIN = 0
const DIFFERENCES = 1
const HALVES = 2

/** Differences of neighbours; one fewer than the values. */
function differences(values: Float64Array): Float64Array {
  const out = new Float64Array(Math.max(0, values.length - 1))
  for (let i = 0; i < out.length; i++) out[i] = values[i + 1]! - values[i]!
  return out
}

interface Blocks {
  readonly mins: Float64Array
  readonly widths: Uint8Array
  /** Packed bits in all, Infinity when some block does not fit safe integers. */
  readonly bits: number
}

function measure(values: Float64Array): Blocks {
  const count = Math.ceil(values.length / BLOCK)
  const mins = new Float64Array(count)
  const widths = new Uint8Array(count)
  let bits = 0
  for (let block = 0; block < count; block++) {
    const to = Math.min(values.length, (block + 1) * BLOCK)
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (let i = block * BLOCK; i < to; i++) {
      const value = values[i]!
      if (value < min) min = value
      if (value > max) max = value
    }
    if (min < -MAX || max > MAX || max - min > MAX) return { mins, widths, bits: Number.POSITIVE_INFINITY }
    mins[block] = min
    widths[block] = bitWidth(max - min)
    bits += widths[block]! * (to - block * BLOCK)
  }
  return { mins, widths, bits }
}

function putBlocks(sink: Sink, values: Float64Array, { mins, widths }: Blocks): void {
  const above = new Float64Array(BLOCK)
  for (let block = 0; block < mins.length; block++) {
    const from = block * BLOCK
    const count = Math.min(values.length - from, BLOCK)
    const min = mins[block]!
    for (let i = 0; i < count; i++) above[i] = values[from + i]! - min
    putByte(sink, widths[block]!)
    putSigned(sink, min)
    packBits(sink, above, count, widths[block]!)
  }
}

/** Writes integers as a high and a low half of 32 bits each. */
function putHalves(sink: Sink, values: Float64Array): void {
  const highs = values.map((value) => Math.floor(value / HALF))
  putIntegers(sink, highs)
  putIntegers(
    sink,
    values.map((value, i) => value - highs[i]! * HALF),
  )
}

/** Writes a column of safe integers (-0 is read back as 0). */
export function putIntegers(sink: Sink, values: Float64Array): void {
  const steps = differences(values)
  const plain = measure(values)
  const rising = measure(steps)
  const form = rising.bits < plain.bits ? DIFFERENCES : plain.bits < Infinity ? PLAIN : HALVES
  putByte(sink, form)
  if (form === HALVES) putHalves(sink, values)
  else if (form === PLAIN) putBlocks(sink, values, plain)
  else {
    putSigned(sink, values[0]!)
    putBlocks(sink, steps, rising)
  }
}

/** Reads blocks into `out[start..]`. */
function getBlocks(source: Source, out: Float64Array, start: number): void {
  for (let from = start; from < out.length; from += BLOCK) {
    const to = Math.min(from + BLOCK, out.length)
    const width = getByte(source)
    if (width > WIDEST) throw new CorruptChunk(`block of ${width} bits`)
    out.fill(getSigned(source), from, to)
    addPacked(source, out, from, to, width)
  }
}

function getDifferences(source: Source, out: Float64Array): void {
  let value = getSigned(source)
  getBlocks(source, out, 1)
  out[0] = value
  for (let i = 1; i < out.length; i++) {
    value += out[i]!
    out[i] = value
  }
}

function getHalves(source: Source, out: Float64Array, depth: number): void {
  const highs = getIntegers(source, out.length, depth + 1)
  const lows = getIntegers(source, out.length, depth + 1)
  for (let i = 0; i < out.length; i++) out[i] = highs[i]! * HALF + lows[i]!
}

/** Reads a column of `count` safe integers; throws CorruptChunk. The caller limits `count`. */
export function getIntegers(source: Source, count: number, depth = 0): Float64Array {
  const form = getByte(source)
  const out = new Float64Array(count)
  if (form === DIFFERENCES && count > 0) getDifferences(source, out)
  else if (form === PLAIN) getBlocks(source, out, 0)
  else if (form === HALVES && depth === 0) getHalves(source, out, depth)
  else throw new CorruptChunk(`unknown form ${form} of integers`)
  for (let i = 0; i < count; i++) if (!(Math.abs(out[i]!) <= MAX)) throw new CorruptChunk('integer too large')
  return out
}
