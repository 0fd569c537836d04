// Some lines of one owner as bytes: form, JSON (plain, or deflated where that is shorter), CRC32.
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Line } from '../../core/lines.ts'

const PLAIN = 0
const DEFLATED = 1
const CRC_BYTES = 4
/** Texts shorter than this do not get much shorter, bytes. */
const LEAST = 200
/** Most bytes of JSON in a body; more is damage. */
const MOST_BYTES = 64 << 20

/** A body of lines that cannot be read. */
export class CorruptLines extends Error {}

/** Lines without their numbers. */
export type Said = Omit<Line, 'number'>

interface Body {
  /** Names of streams; which one each line is of, missing where there is one only. */
  readonly s: string[]
  readonly i?: number[]
  /** Times: the first, then the differences. */
  readonly a: number[]
  readonly t: string[]
}

function bodyOf(lines: readonly Said[]): Body {
  const s = [...new Set(lines.map(({ stream }) => stream))]
  const a = lines.map(({ at }, k) => (k === 0 ? at : at - lines[k - 1]!.at))
  const t = lines.map(({ text }) => text)
  return s.length === 1 ? { s, a, t } : { s, i: lines.map(({ stream }) => s.indexOf(stream)), a, t }
}

/** Encodes lines; `level` is that of deflate: 1 is quick, 6 is small. */
export function encodeLines(lines: readonly Said[], level: number): Buffer {
  const json = Buffer.from(JSON.stringify(bodyOf(lines)))
  const small = json.length < LEAST ? json : deflateRawSync(json, { level })
  const form = small.length < json.length ? DEFLATED : PLAIN
  const content = form === DEFLATED ? small : json
  const bytes = Buffer.allocUnsafe(1 + content.length + CRC_BYTES)
  bytes[0] = form
  content.copy(bytes, 1)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -CRC_BYTES)), bytes.length - CRC_BYTES)
  return bytes
}

function parse(bytes: Buffer): Body {
  const content = bytes.subarray(1, -CRC_BYTES)
  if (bytes[0] === PLAIN) return JSON.parse(content.toString('utf8'))
  if (bytes[0] !== DEFLATED) throw new CorruptLines(`unknown form ${bytes[0]} of lines`)
  return JSON.parse(inflateRawSync(content, { maxOutputLength: MOST_BYTES }).toString('utf8'))
}

/** Reads lines back. Throws CorruptLines. */
export function decodeLines(body: Uint8Array): Said[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (bytes.length <= CRC_BYTES) throw new CorruptLines('lines are cut off')
  const sum = bytes.readUInt32LE(bytes.length - CRC_BYTES)
  if (crc32(bytes.subarray(0, -CRC_BYTES)) !== sum) throw new CorruptLines('the checksum of lines is wrong')
  try {
    const { s, i, a, t } = parse(bytes)
    let at = 0
    return t.map((text, k) => {
      at += a[k]!
      return { at, stream: s[i ? i[k]! : 0]!, text }
    })
  } catch (error) {
    throw error instanceof CorruptLines ? error : new CorruptLines(`lines: ${(error as Error).message}`)
  }
}
