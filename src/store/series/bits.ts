// Packs small non-negative integers into a fixed number of bits each, low bits first.
// Works on planes of at most 24 bits, so that every intermediate stays a small integer.
import { reserve, type Sink, type Source, take } from './bytes.ts'

const PLANE = 24

/** Bits that `value` (0 to 2^53 - 1) needs: 0 to 53. */
export function bitWidth(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 2 ** 32))
}

const planeBytes = (count: number, bits: number) => (count * bits + 7) >> 3

function packPlane(sink: Sink, values: Float64Array, count: number, bits: number): void {
  const bytes = sink.bytes
  let at = sink.at
  let waiting = 0
  let have = 0
  for (let i = 0; i < count; i++) {
    waiting |= values[i]! << have
    for (have += bits; have >= 8; have -= 8) {
      bytes[at++] = waiting
      waiting >>>= 8
    }
  }
  if (have > 0) bytes[at++] = waiting
  sink.at = at
}

/** Writes the first `count` of `values`, each below 2^width. Uses `values` up as scratch. */
export function packBits(sink: Sink, values: Float64Array, count: number, width: number): void {
  const low = new Float64Array(width > PLANE ? count : 0)
  let left = width
  for (; left > PLANE; left -= PLANE) {
    for (let i = 0; i < count; i++) {
      const high = Math.floor(values[i]! / 2 ** PLANE)
      low[i] = values[i]! - high * 2 ** PLANE
      values[i] = high
    }
    reserve(sink, planeBytes(count, PLANE))
    packPlane(sink, low, count, PLANE)
  }
  reserve(sink, planeBytes(count, left))
  packPlane(sink, values, count, left)
}

function addPlane(source: Source, out: Float64Array, from: number, to: number, bits: number, unit: number) {
  const bytes = source.bytes
  let at = take(source, planeBytes(to - from, bits))
  const mask = 2 ** bits - 1
  let waiting = 0
  let have = 0
  for (let i = from; i < to; i++) {
    for (; have < bits; have += 8) waiting |= bytes[at++]! << have
    out[i] = out[i]! + (waiting & mask) * unit
    waiting >>>= bits
    have -= bits
  }
}

/** Reads packed integers and adds them to `out[from..to)`; `width` is at most 53. */
export function addPacked(source: Source, out: Float64Array, from: number, to: number, width: number): void {
  for (let shift = 0; shift < width; shift += PLANE)
    addPlane(source, out, from, to, Math.min(PLANE, width - shift), 2 ** shift)
}
