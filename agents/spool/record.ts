// Bytes of one spool record: a group of frames and the cursors that they cover, whole or not at all.
//
//   u32 length of what follows the CRC | u32 CRC32 of it | f64 seq of the first frame | u32 frames
//   | { u32 length, UTF-8 frame } ... | UTF-8 JSON of the cursors set (an object; null forgets)
import { crc32 } from 'node:zlib'
import type { Json } from '../sources/source.ts'

/** Cursors by key; null forgets one. */
export type Cursors = Readonly<Record<string, Json | null>>

/** One record: frames have consecutive sequence numbers from `seq`. */
export interface SpoolRecord {
  readonly seq: number
  readonly frames: readonly Buffer[]
  readonly cursors: Cursors
}

/** A record where it lies in its segment. */
export interface PlacedRecord extends SpoolRecord {
  /** Offset of each frame in the file. */
  readonly offsets: readonly number[]
}

/** Applies changes of cursors to what a source remembers. */
export function setCursors(map: Map<string, Json>, changes: Cursors): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) map.delete(key)
    else map.set(key, value)
  }
}

const HEAD = 8
/** Larger than any record the agent writes; a longer length is damage. */
const MAX_RECORD = 256 * 1024 * 1024

/** The bytes of a record, and where each frame starts in them. */
export function encodeRecord({ seq, frames, cursors }: SpoolRecord): { bytes: Buffer; offsets: number[] } {
  const json = Buffer.from(JSON.stringify(cursors))
  const body = 12 + frames.reduce((sum, frame) => sum + 4 + frame.length, 0) + json.length
  const bytes = Buffer.allocUnsafe(HEAD + body)
  let at = bytes.writeDoubleLE(seq, HEAD)
  at = bytes.writeUInt32LE(frames.length, at)
  const offsets: number[] = []
  for (const frame of frames) {
    at = bytes.writeUInt32LE(frame.length, at)
    offsets.push(at)
    at += frame.copy(bytes, at)
  }
  json.copy(bytes, at)
  bytes.writeUInt32LE(body, 0)
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD)), 4)
  return { bytes, offsets }
}

function readFrames(
  bytes: Buffer,
  start: number,
  end: number,
): { frames: Buffer[]; offsets: number[]; at: number } {
  const frames: Buffer[] = []
  const offsets: number[] = []
  const count = bytes.readUInt32LE(start + 8)
  let at = start + 12
  for (let i = 0; i < count; i++) {
    if (at + 4 > end) throw new RangeError('frame outside its record')
    const length = bytes.readUInt32LE(at)
    at += 4
    if (at + length > end) throw new RangeError('frame outside its record')
    offsets.push(at)
    frames.push(bytes.subarray(at, at + length))
    at += length
  }
  return { frames, offsets, at }
}

/**
 * Reads the record at `at`; returns it with the offset behind it, or undefined where the bytes are
 * torn or damaged.
 */
export function decodeRecord(bytes: Buffer, at: number): { record: PlacedRecord; next: number } | undefined {
  if (at + HEAD + 12 > bytes.length) return undefined
  const length = bytes.readUInt32LE(at)
  const start = at + HEAD
  if (length < 14 || length > MAX_RECORD || start + length > bytes.length) return undefined
  if (crc32(bytes.subarray(start, start + length)) !== bytes.readUInt32LE(at + 4)) return undefined
  try {
    const { frames, offsets, at: json } = readFrames(bytes, start, start + length)
    const cursors = JSON.parse(bytes.toString('utf8', json, start + length)) as Cursors
    return { record: { seq: bytes.readDoubleLE(start), frames, offsets, cursors }, next: start + length }
  } catch {
    return undefined
  }
}
