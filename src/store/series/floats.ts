// One column of float64, exact to the bit (NaN payloads aside), in the smallest of three forms:
// scaled integers when all values are short decimals, else the bits of float32 or of float64
// taken as integers. Neighbours of a curve share sign, exponent and leading digits, so the
// differences of such integers are small: no general compressor is needed.
import {
  CorruptChunk,
  createSink,
  getByte,
  putByte,
  reserve,
  type Sink,
  type Source,
  written,
} from './bytes.ts'
import { getIntegers, putIntegers } from './integers.ts'

const FLOAT64 = 0
const FLOAT32 = 1
// Form 2 + k: integers in units of 10^-k.
const DECIMAL = 2
const MOST_DIGITS = 15
// Above this, value * 10^k is too coarse to round back to the digits.
const MOST_UNITS = 2 ** 50

const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, k) => Number(`1e${k}`))

/** n / 10^k is correctly rounded (both are exact), so a match is the very same double. */
function isDecimal(value: number, power: number): boolean {
  const units = Math.round(value * power)
  return units / power === value && Math.abs(units) <= MOST_UNITS && !Object.is(value, -0)
}

/** Fewest decimal places that write all `values` exactly; undefined when none do. */
function decimalPlaces(values: Float64Array): number | undefined {
  let places = 0
  for (let i = 0; i < values.length; i++) {
    while (!isDecimal(values[i]!, POWERS[places]!)) if (++places > MOST_DIGITS) return undefined
  }
  const power = POWERS[places]!
  return values.every((value) => isDecimal(value, power)) ? places : undefined
}

function putDecimals(sink: Sink, values: Float64Array, places: number): void {
  const power = POWERS[places]!
  const units = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) units[i] = Math.round(values[i]! * power)
  putByte(sink, DECIMAL + places)
  putIntegers(sink, units)
}

/** Sign and magnitude to an order-preserving int32 and back: its own inverse; -0 becomes -1. */
const ordered = (bits: number) => (bits < 0 ? bits ^ 0x7fffffff : bits)

function isFloat32(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false
  }
  return true
}

function putFloat32(sink: Sink, values: Float64Array): void {
  const bits = new Int32Array(new Float32Array(values).buffer)
  putByte(sink, FLOAT32)
  putIntegers(sink, new Float64Array(bits.map(ordered)))
}

function putFloat64(sink: Sink, values: Float64Array): void {
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength)
  const highs = new Float64Array(values.length)
  const lows = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    lows[i] = view.getUint32(i * 8, true)
    highs[i] = ordered(view.getInt32(i * 8 + 4, true))
  }
  putByte(sink, FLOAT64)
  putIntegers(sink, highs)
  putIntegers(sink, lows)
}

/** Writes a column of float64 in its smallest form. */
export function putFloats(sink: Sink, values: Float64Array): void {
  const bits = createSink()
  if (isFloat32(values)) putFloat32(bits, values)
  else putFloat64(bits, values)
  const decimals = createSink()
  const places = decimalPlaces(values)
  if (places !== undefined) putDecimals(decimals, values, places)
  const best = written(places !== undefined && decimals.at <= bits.at ? decimals : bits)
  reserve(sink, best.length)
  sink.bytes.set(best, sink.at)
  sink.at += best.length
}

function getDecimals(source: Source, count: number, places: number): Float64Array {
  const out = getIntegers(source, count)
  const power = POWERS[places]!
  for (let i = 0; i < count; i++) out[i] = out[i]! / power
  return out
}

function getFloat32(source: Source, count: number): Float64Array {
  const units = getIntegers(source, count)
  const bits = new Int32Array(count)
  for (let i = 0; i < count; i++) bits[i] = ordered(units[i]! | 0)
  return new Float64Array(new Float32Array(bits.buffer))
}

function getFloat64(source: Source, count: number): Float64Array {
  const highs = getIntegers(source, count)
  const lows = getIntegers(source, count)
  const out = new Float64Array(count)
  const view = new DataView(out.buffer)
  for (let i = 0; i < count; i++) {
    view.setUint32(i * 8, lows[i]!, true)
    view.setInt32(i * 8 + 4, ordered(highs[i]! | 0), true)
  }
  return out
}

/** Reads a column of `count` float64; throws CorruptChunk. The caller limits `count`. */
export function getFloats(source: Source, count: number): Float64Array {
  const form = getByte(source)
  if (form === FLOAT64) return getFloat64(source, count)
  if (form === FLOAT32) return getFloat32(source, count)
  if (form <= DECIMAL + MOST_DIGITS) return getDecimals(source, count, form - DECIMAL)
  throw new CorruptChunk(`unknown form ${form} of values`)
}
