// The protobuf wire format, read by hand: no schema, no allocation by an untrusted length, unknown
// fields are stepped over. Source: protobuf.dev, "Encoding".
import { type Step, toStep } from '../../src/protocol/numbers.ts'

/** The bytes are no protobuf message. */
export class BadProtobuf extends Error {}

/** Wire types. */
export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
export const FIXED32 = 5

/** One field of a message. */
export interface Field {
  readonly number: number
  readonly wire: number
  /** Its content is bytes[start, end). */
  readonly start: number
  readonly end: number
}

function varintEnd(bytes: Uint8Array, start: number, limit: number): number {
  for (let at = start; at < limit && at < start + 10; at++) if (bytes[at]! < 0x80) return at + 1
  throw new BadProtobuf(`no varint at byte ${start}`)
}

/** Reads a varint as an unsigned number; wrong above 2^53, which only tags and lengths may assume. */
function smallVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = end - 1; at >= start; at--) value = value * 128 + (bytes[at]! & 0x7f)
  return value
}

/** Reads a varint bytes[start, end) as an int64, exactly. */
export function readInt64(bytes: Uint8Array, start: number, end: number): Step {
  if (end - start < 8) return smallVarint(bytes, start, end)
  let value = 0n
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(bytes[at]! & 0x7f)
  return toStep(BigInt.asIntN(64, value))
}

function contentEnd(bytes: Uint8Array, wire: number, start: number, limit: number): number {
  if (wire === VARINT) return varintEnd(bytes, start, limit)
  if (wire === FIXED64) return start + 8
  if (wire === FIXED32) return start + 4
  throw new BadProtobuf(`wire type ${wire} at byte ${start}`)
}

/** Steps over the fields of the message bytes[start, end). Throws BadProtobuf at the first that is none. */
export function* readFields(bytes: Uint8Array, start: number, end: number): Generator<Field> {
  let at = start
  while (at < end) {
    const tagEnd = varintEnd(bytes, at, end)
    const tag = smallVarint(bytes, at, tagEnd)
    const wire = tag % 8
    const number = Math.floor(tag / 8)
    if (number === 0) throw new BadProtobuf(`field number 0 at byte ${at}`)
    let from = tagEnd
    let to: number
    if (wire === BYTES) {
      from = varintEnd(bytes, tagEnd, end)
      to = from + smallVarint(bytes, tagEnd, from)
    } else to = contentEnd(bytes, wire, tagEnd, end)
    if (to > end) throw new BadProtobuf(`field ${number} runs over its end at byte ${at}`)
    yield { number, wire, start: from, end: to }
    at = to
  }
}

/** The numbers of a repeated field, packed or not, each as its own [start, end). Stops after `limit`. */
export function countPacked(bytes: Uint8Array, field: Field, wire: number): Field[] {
  if (field.wire !== BYTES) return [field]
  const items: Field[] = []
  for (let at = field.start; at < field.end && items.length < 2; ) {
    const end = contentEnd(bytes, wire, at, field.end)
    if (end > field.end) throw new BadProtobuf(`packed field ${field.number} is cut`)
    items.push({ number: field.number, wire, start: at, end })
    at = end
  }
  return items
}
