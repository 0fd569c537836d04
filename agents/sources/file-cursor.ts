// Where reading of a file stands, so that another life of the agent goes on exactly there, and sees
// when the file is no longer the one it was.
import { readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { savedFields } from './format.ts'
import type { Json } from './source.ts'

/** Bytes at the start, and before the offset, by which a file is known again. */
const PRINT_BYTES = 256

/** CRC-32 of so many bytes. */
interface Print {
  readonly length: number
  readonly crc: number
}

/** What is remembered of a file. */
export interface FileCursor {
  readonly ino: number
  readonly dev: number
  /** Bytes done with. */
  readonly offset: number
  /** The first bytes, and the last ones before the offset. */
  readonly head: Print
  readonly tail: Print
  /** What the format's reader saved. */
  readonly state: Json
}

/** What identifies an open file. */
export interface FileId {
  readonly ino: number
  readonly dev: number
}

function printOf(fd: number, from: number, length: number): Print {
  const bytes = Buffer.alloc(length)
  return { length, crc: crc32(bytes.subarray(0, readSync(fd, bytes, 0, length, from))) }
}

/** The cursor of an open file of which `offset` bytes are done with. */
export function makeCursor(fd: number, id: FileId, offset: number, state: Json): FileCursor {
  const length = Math.min(offset, PRINT_BYTES)
  const head = printOf(fd, 0, length)
  return { ino: id.ino, dev: id.dev, offset, head, tail: printOf(fd, offset - length, length), state }
}

/**
 * Compares an open file of `size` bytes with its cursor: `same` (what was read is still there),
 * `shrunk` (a part of it is) or `other`.
 */
export function compareFile(fd: number, size: number, cursor: FileCursor): 'same' | 'shrunk' | 'other' {
  const { head, tail, offset } = cursor
  if (size >= head.length && printOf(fd, 0, head.length).crc !== head.crc) return 'other'
  if (size < offset) return 'shrunk'
  return printOf(fd, offset - tail.length, tail.length).crc === tail.crc ? 'same' : 'other'
}

/** The cursor as JSON. */
export function saveCursor({ head, tail, ...rest }: FileCursor): Json {
  return { ...rest, head: [head.length, head.crc], tail: [tail.length, tail.crc] }
}

function loadPrint(saved: Json | undefined): Print | undefined {
  if (!Array.isArray(saved)) return undefined
  const [length, crc] = saved
  if (typeof length !== 'number' || typeof crc !== 'number' || !(length >= 0 && length <= PRINT_BYTES))
    return undefined
  return { length, crc }
}

/** Reads a saved cursor; undefined when it is none. */
export function loadCursor(saved: Json | undefined): FileCursor | undefined {
  const { ino, dev, offset, head, tail, state } = savedFields(saved)
  const first = loadPrint(head)
  const last = loadPrint(tail)
  if (!first || !last || typeof ino !== 'number' || typeof dev !== 'number') return undefined
  if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < last.length) return undefined
  return { ino, dev, offset, head: first, tail: last, state: state ?? null }
}
