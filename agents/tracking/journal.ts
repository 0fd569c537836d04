// What training code logged through the agent's API: records in segments, synced in groups before anybody is answered.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeRecord, encodeRecord } from '../spool/record.ts'
import { quarantine } from '../spool/recovery.ts'
import { syncFolder } from '../spool/segment.ts'
import { writeAll } from './whole-write.ts'

/** Where a record lies. */
export interface Place {
  readonly segment: number
  readonly offset: number
}

/** A record, and the place behind it. */
export interface Entry {
  /** UTF-8 JSON. */
  readonly frame: Buffer
  readonly place: Place
  readonly next: Place
}

/** What a journal is made with. */
export interface JournalOptions {
  readonly folder: string
  /** First record of a new segment: what makes the older ones needless for a start. */
  readonly checkpoint: () => string
  readonly segmentBytes?: number
  /** Bytes at which nothing more is taken. */
  readonly limitBytes?: number
}

interface Waiting {
  readonly bytes: Buffer
  readonly done: (place: Place) => void
  readonly failed: (error: Error) => void
}

/** The journal holds as much as it may. */
export class JournalFull extends Error {}

const nameOf = (segment: number) => `${String(segment).padStart(8, '0')}.log`
const encode = (frame: string) => encodeRecord({ seq: 1, frames: [Buffer.from(frame)], cursors: {} }).bytes

/** Records in order, on disk. One process at a time. */
export class Journal {
  readonly #options: Required<JournalOptions>
  readonly #sizes = new Map<number, number>()
  #file: FileHandle | undefined
  #waiting: Waiting[] = []
  #writing = false
  #closed = false

  /** Opens the journal in a folder; a torn end, which nobody was told is safe, is cut. */
  constructor(options: JournalOptions) {
    this.#options = { segmentBytes: 16 << 20, limitBytes: 4 * 2 ** 30, ...options }
    const { folder } = options
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder).sort()) {
      const segment = Number(/^(\d{8})\.log$/.exec(name)?.[1])
      if (!(segment > 0)) continue
      const size = this.#whole(segment)
      // Without its checkpoint it is of no use: begun, and not finished, when the agent was killed.
      if (size > 0) this.#sizes.set(segment, size)
      else rmSync(this.#path(segment))
    }
  }

  /** Numbers of the segments, rising. */
  get segments(): number[] {
    return [...this.#sizes.keys()]
  }

  /** Bytes on disk. */
  get bytes(): number {
    let sum = 0
    for (const size of this.#sizes.values()) sum += size
    return sum
  }

  /** Bytes of a segment's whole records. */
  sizeOf(segment: number): number {
    return this.#sizes.get(segment) ?? 0
  }

  /** Writes a record; resolves once it is synced. Rejects with JournalFull, or with the disk's error: nothing is written then. */
  append(frame: string): Promise<Place> {
    if (this.bytes > this.#options.limitBytes) return Promise.reject(new JournalFull('the journal is full'))
    return new Promise((done, failed) => {
      this.#waiting.push({ bytes: encode(frame), done, failed })
      void this.#write()
    })
  }

  /** The records from a place on, those of the checkpoints too; what is written meanwhile may be among them. */
  *entries(from: Place): Generator<Entry> {
    for (const [segment, size] of this.#sizes) {
      if (segment < from.segment || size === 0) continue
      const start = segment === from.segment ? from.offset : 0
      const bytes = this.#bytes(segment, start, size)
      for (let at = 0, found = decodeRecord(bytes, at); found; found = decodeRecord(bytes, at)) {
        const place = { segment, offset: start + at }
        at = found.next
        yield { frame: found.record.frames[0]!, place, next: { segment, offset: start + at } }
      }
    }
  }

  /** The frames at rising offsets of a segment; none of one that is gone. */
  *read(segment: number, offsets: readonly number[]): Generator<Buffer> {
    const start = offsets[0] ?? 0
    const bytes = this.#bytes(segment, start, this.sizeOf(segment))
    for (const offset of offsets) {
      const found = decodeRecord(bytes, offset - start)
      if (found) yield found.record.frames[0]!
    }
  }

  /** Deletes the oldest segments before `segment` until at most `keepBytes` are left. */
  forget(segment: number, keepBytes: number): void {
    for (const each of this.segments.slice(0, -1)) {
      if (each >= segment || this.bytes <= keepBytes) return
      rmSync(this.#path(each), { force: true })
      this.#sizes.delete(each)
    }
  }

  /** Ends the writing; what waits is refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#file?.close()
    this.#file = undefined
  }

  #path(segment: number): string {
    return join(this.#options.folder, nameOf(segment))
  }

  #bytes(segment: number, from: number, to: number): Buffer {
    if (from >= to) return Buffer.alloc(0)
    const bytes = Buffer.allocUnsafe(to - from)
    const fd = openSync(this.#path(segment), 'r')
    try {
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from))
    } finally {
      closeSync(fd)
    }
  }

  /** Size of a segment's whole records; cuts the rest. */
  #whole(segment: number): number {
    const bytes = readFileSync(this.#path(segment))
    let size = 0
    for (let found = decodeRecord(bytes, 0); found; found = decodeRecord(bytes, size)) size = found.next
    if (size < bytes.length) {
      quarantine(this.#options.folder, nameOf(segment), bytes.subarray(size))
      truncateSync(this.#path(segment), size)
    }
    return size
  }

  async #write(): Promise<void> {
    if (this.#writing) return
    this.#writing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      await this.#writeGroup(group)
    }
    this.#writing = false
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#closed) throw new Error('the agent is stopping')
      const { file, segment } = await this.#target()
      const start = this.#sizes.get(segment)!
      try {
        await writeAll(
          file,
          group.map(({ bytes }) => bytes),
          start,
        )
        await file.datasync()
      } catch (error) {
        await file.truncate(start).catch(() => {})
        throw error
      }
      let offset = start
      for (const { bytes, done } of group) {
        const place = { segment, offset }
        offset += bytes.length
        this.#sizes.set(segment, offset)
        done(place)
      }
    } catch (error) {
      for (const { failed } of group) failed(error as Error)
    }
  }

  async #target(): Promise<{ file: FileHandle; segment: number }> {
    const last = this.segments.at(-1) ?? 0
    if (last > 0 && this.#sizes.get(last)! < this.#options.segmentBytes) {
      this.#file ??= await open(this.#path(last), 'r+')
      return { file: this.#file, segment: last }
    }
    return { file: await this.#begin(last + 1), segment: last + 1 }
  }

  async #begin(segment: number): Promise<FileHandle> {
    const file = await open(this.#path(segment), 'w+', 0o600)
    const first = encode(this.#options.checkpoint())
    try {
      await writeAll(file, [first], 0)
      await file.datasync()
      syncFolder(this.#options.folder)
    } catch (error) {
      await file.close()
      rmSync(this.#path(segment), { force: true })
      throw error
    }
    await this.#file?.close()
    this.#file = file
    this.#sizes.set(segment, first.length)
    return file
  }
}
