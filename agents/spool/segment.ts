// One file of the spool. Its first record is a header: identity and all cursors as of its birth,
// so that deleting older segments loses nothing and no second file can disagree.
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { Ranges } from '../../src/protocol/ranges.ts'
import { type Cursors, decodeRecord, encodeRecord, type SpoolRecord } from './record.ts'

/** Batches of files (`run`) are kept to the last; those of the machine (`host`) are the first to go when space is short. */
export type Lane = 'run' | 'host'

/** Who wrote a segment. */
export interface Identity {
  readonly agent: string
  /** One life of the spool: sequence numbers count within it. */
  readonly epoch: string
}

/** Where a frame lies. */
export interface FramePlace {
  readonly seq: number
  readonly offset: number
  readonly length: number
  /** It carries events or lines, not only points. */
  readonly hasEvents: boolean
}

/** An open or closed segment. */
export interface Segment {
  readonly number: number
  readonly lane: Lane
  readonly identity: Identity
  readonly path: string
  /** Sequence number of the next frame of the spool when the segment was made. */
  readonly birth: number
  readonly frames: readonly FramePlace[]
  /** Bytes of the header, which grows with the number of cursors. */
  readonly headerBytes: number
  /** Bytes in the file. */
  bytes(): number
  /** Writes a record and syncs it to disk before returning. */
  append(record: SpoolRecord): void
  /** Undefined when the file has become shorter than it was. */
  read(place: FramePlace): string | undefined
  /** Stops appending. */
  seal(): void
  /** Deletes the file; false where the disk will not have it, which must not stop the acks. */
  remove(): boolean
}

/** Flushes a folder's entries, so that a created or deleted file stays so. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const nameOf = (number: number, lane: Lane) => `${String(number).padStart(10, '0')}-${lane}.seg`

/** Number and lane of a segment's file name; undefined for other files. */
export function parseName(file: string): { number: number; lane: Lane } | undefined {
  const match = /^(\d{10})-(run|host)\.seg$/.exec(basename(file))
  return match ? { number: Number(match[1]), lane: match[2] as Lane } : undefined
}

function writeAll(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}

/** A frame without events and lines says so in its first fields, see batchFrame(): only points may go before others. */
const NO_EVENTS = '"events":[],"points"'
const FIRST_FIELDS = 96

const hasEvents = (frame: Buffer) => !frame.subarray(0, FIRST_FIELDS).includes(NO_EVENTS)

function place(places: FramePlace[], record: SpoolRecord, offsets: readonly number[], base: number): void {
  for (const [i, frame] of record.frames.entries())
    places.push({
      seq: record.seq + i,
      offset: base + offsets[i]!,
      length: frame.length,
      hasEvents: hasEvents(frame),
    })
}

interface Opened {
  readonly path: string
  readonly identity: Identity
  readonly birth: number
  readonly frames: FramePlace[]
  readonly headerBytes: number
  readonly size: number
  readonly fd: number
}

function segmentOf({ path, identity, birth, frames, headerBytes, size: start, fd }: Opened): Segment {
  const { number, lane } = parseName(path)!
  let size = start
  let open = true
  const close = () => {
    if (open) closeSync(fd)
    open = false
  }
  return {
    number,
    lane,
    identity,
    path,
    birth,
    frames,
    headerBytes,
    bytes: () => size,
    append(record) {
      const { bytes, offsets } = encodeRecord(record)
      try {
        writeAll(fd, bytes, size)
        fdatasyncSync(fd)
      } catch (error) {
        ftruncateSync(fd, size)
        throw error
      }
      place(frames, record, offsets, size)
      size += bytes.length
    },
    read({ offset, length }) {
      const bytes = Buffer.allocUnsafe(length)
      const from = open ? fd : openSync(path, 'r')
      try {
        if (readSync(from, bytes, 0, length, offset) < length) return undefined
      } finally {
        if (!open) closeSync(from)
      }
      return bytes.toString('utf8')
    },
    seal: close,
    remove() {
      close()
      try {
        rmSync(path, { force: true })
        return true
      } catch {
        return false
      }
    },
  }
}

/** What a segment's header records of the spool at its birth. */
export interface Birth {
  readonly identity: Identity
  /** Sequence number of the next frame. */
  readonly next: number
  readonly cursors: Cursors
}

/** Makes a new segment; throws, having left nothing behind, when the disk will not take it. */
export function createSegment(folder: string, number: number, lane: Lane, birth: Birth): Segment {
  const { identity, next, cursors } = birth
  const path = join(folder, nameOf(number, lane))
  const fd = openSync(path, 'wx+', 0o600)
  const { bytes } = encodeRecord({ seq: next, frames: [Buffer.from(JSON.stringify(identity))], cursors })
  try {
    writeAll(fd, bytes, 0)
    fdatasyncSync(fd)
    syncFolder(folder)
  } catch (error) {
    closeSync(fd)
    rmSync(path, { force: true })
    throw error
  }
  const size = bytes.length
  return segmentOf({ path, identity, birth: next, frames: [], headerBytes: size, size, fd })
}

/** What came out of reading a segment from disk. */
export interface Recovered {
  readonly segment: Segment
  /** Sequence number that the next frame must get at least. */
  readonly next: number
  /** Cursor sets in order: the header's, then each record's. */
  readonly cursors: readonly Cursors[]
  /** Bytes at the end that were torn or damaged; they have been cut off. */
  readonly cut: Buffer
}

/** Opens an existing segment, cutting a torn or damaged end; undefined when not even its header can be read. */
export function recoverSegment(path: string): Recovered | undefined {
  const bytes = readFileSync(path)
  const header = decodeRecord(bytes, 0)
  if (header?.record.frames.length !== 1) return undefined
  const identity = JSON.parse(header.record.frames[0]!.toString()) as Identity
  const frames: FramePlace[] = []
  const cursors: Cursors[] = [header.record.cursors]
  let at = header.next
  for (let found = decodeRecord(bytes, at); found; found = decodeRecord(bytes, at)) {
    const { record } = found
    place(frames, record, record.offsets, 0)
    cursors.push(record.cursors)
    at = found.next
  }
  const fd = openSync(path, 'r+')
  if (at < bytes.length) ftruncateSync(fd, at)
  const birth = header.record.seq
  const next = Math.max(birth, (frames.at(-1)?.seq ?? 0) + 1)
  const segment = segmentOf({ path, identity, birth, frames, headerBytes: header.next, size: at, fd })
  return { segment, next, cursors, cut: bytes.subarray(at) }
}

/** Where a segment has a frame, by binary search: its numbers rise but skip those of the other lane. */
export function placeOf({ frames }: Segment, seq: number): FramePlace | undefined {
  let low = 0
  let high = frames.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (frames[middle]!.seq < seq) low = middle + 1
    else high = middle
  }
  return frames[low]?.seq === seq ? frames[low] : undefined
}

/** How many frames of a segment the hub has not confirmed. */
export const unconfirmed = ({ frames }: Segment, done: Ranges): number =>
  frames.filter(({ seq }) => !done.has(seq)).length

/** True when the hub has confirmed a segment whole; asked at each ack, so the last frame is asked first. */
export function isConfirmed(segment: Segment, done: Ranges): boolean {
  const last = segment.frames.at(-1)?.seq ?? 0
  return last <= done.low || (done.has(last) && unconfirmed(segment, done) === 0)
}
