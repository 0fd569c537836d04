// The frames of W&B's .wandb files: a header of 7 bytes, then blocks of 32 KiB as LevelDB's log has them, with
// zlib's CRC-32 instead of its own. A record is one chunk, or several that follow each other; each chunk has a
// head of 7 bytes: CRC of type and content, length, type. Source: LevelDB, doc/log_format.md; wandb/sdk/
// internal/datastore.py.
import { crc32 } from 'node:zlib'

const BLOCK = 32_768
const HEAD = 7
const FULL = 1
const FIRST = 2
const LAST = 4
/** Longest record that is put together, bytes. */
const MAX_RECORD = 8 * 1024 * 1024
/** `:W&B`, the magic 0xBEE1, version 0. */
const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00])

/** Length of the file's header, bytes. */
export const FILE_HEADER_BYTES = FILE_HEADER.length

/** What a file's first bytes say. */
export type FileKind = 'wandb' | 'other version' | 'other'

/** Reads the header of a file. */
export function fileKind(bytes: Buffer): FileKind {
  if (bytes.subarray(0, HEAD).equals(FILE_HEADER)) return 'wandb'
  return bytes.subarray(0, 4).equals(FILE_HEADER.subarray(0, 4)) ? 'other version' : 'other'
}

/** What stands at a place; `next` is where to read on, which may lie behind the bytes at hand. */
export type WandbFrame =
  | { kind: 'record'; payload: Buffer; next: number }
  /** A checksum or a length is wrong, or a record has no end. */
  | { kind: 'corrupt'; next: number }
  /** The rest of a record whose start was left out. */
  | { kind: 'orphan'; next: number }
  | { kind: 'incomplete' }

interface Chunk {
  readonly start: number
  readonly end: number
  readonly type: number
  readonly good: boolean
}

/** The chunk at `at`, behind the padding of a block; undefined when bytes are missing. */
function readChunk(bytes: Buffer, from: number, offset: number): Chunk | undefined {
  const room = BLOCK - ((offset + from) % BLOCK)
  const at = room < HEAD ? from + room : from
  if (at + HEAD > bytes.length) return undefined
  const left = BLOCK - ((offset + at) % BLOCK)
  const length = bytes.readUInt16LE(at + 4)
  const type = bytes[at + 6]!
  // A length over the end of its block cannot be believed: the next block begins with a chunk again.
  if (type < FULL || type > LAST || HEAD + length > left)
    return { start: at, end: at + left, type: 0, good: false }
  const end = at + HEAD + length
  if (end > bytes.length) return undefined
  const good = crc32(bytes.subarray(at + 6, end)) === bytes.readUInt32LE(at)
  return { start: at, end, type, good }
}

/** Reads the record at `at`; `offset` is the place of bytes[0] in the file. */
export function readWandbFrame(bytes: Buffer, at: number, offset: number): WandbFrame {
  const parts: Buffer[] = []
  let length = 0
  for (let from = at; ; ) {
    const chunk = readChunk(bytes, from, offset)
    if (!chunk) return { kind: 'incomplete' }
    if (!chunk.good) return { kind: 'corrupt', next: chunk.end }
    const opens = chunk.type === FULL || chunk.type === FIRST
    if (opens && parts.length > 0) return { kind: 'corrupt', next: chunk.start }
    if (!opens && parts.length === 0) return { kind: 'orphan', next: chunk.end }
    length += chunk.end - chunk.start - HEAD
    if (length > MAX_RECORD) return { kind: 'corrupt', next: chunk.end }
    parts.push(bytes.subarray(chunk.start + HEAD, chunk.end))
    if (chunk.type === FULL || chunk.type === LAST)
      return {
        kind: 'record',
        payload: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
        next: chunk.end,
      }
    from = chunk.end
  }
}
