// Reads what was appended to one file, in bounded pieces, from its cursor on. Sees truncation,
// replacement and rotation by rename.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
} from 'node:fs'
import path from 'node:path'
import { compareFile, type FileCursor, makeCursor } from './file-cursor.ts'
import { createFileSink, type FileSink, type Turn } from './file-sink.ts'
import type { FileFormat, FileReader } from './format.ts'
import { runEvent } from './runs.ts'
import type { Json } from './source.ts'

/** A file that nobody wrote to for so long (ms) may have ended without a newline. */
export const QUIET_MS = 5000
/** A file that is shorter than it was for so long (ms) was truncated; before, it may be being rewritten. */
export const SHRUNK_MS = 1000
const PIECE = 1024 * 1024
/** Longest piece that a reader is fed when it cannot use a shorter one. */
const MAX_PIECE = 16 * PIECE
/** Most bytes of one file in one turn. */
const MAX_TURN = 4 * PIECE
/** Most neighbours that are looked at for a rotated file. */
const MAX_NEIGHBOURS = 2000

const piece = Buffer.allocUnsafe(PIECE)

/** Runs `use` on a file opened for reading; refuses links, FIFOs and devices. Throws what the system says. */
export function withFile<T>(filePath: string, use: (fd: number, stat: Stats) => T): T {
  const fd = openSync(filePath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw new Error('is no regular file')
    return use(fd, stat)
  } finally {
    closeSync(fd)
  }
}

/** What one file is read with. */
export interface Reading {
  readonly path: string
  readonly now: number
  /** Where what is read goes; called before `open`. */
  sink(stat: Stats): FileSink
  open(saved: Json | undefined): FileReader
  /** What was read before is not there any more: it is read from its start. */
  restarted(reason: string): void
}

/** What a turn came to. */
export interface Progress {
  readonly cursor: FileCursor
  /** More can be read at once. */
  readonly more: boolean
  /** Bytes wait for their line to end. */
  readonly held: boolean
}

function readPieces(fd: number, stat: Stats, from: number, reader: FileReader, sink: FileSink, now: number) {
  const { size, mtimeMs } = stat
  let offset = from
  let window = PIECE
  let more = true
  while (offset < size && !reader.stopped) {
    const buffer = window === PIECE ? piece : Buffer.allocUnsafe(window)
    const length = readSync(fd, buffer, 0, Math.min(window, size - offset), offset)
    const last = offset + length >= size
    const quiet = last && now - mtimeMs >= QUIET_MS
    const used = reader.read(buffer.subarray(0, length), { sink, offset, mtime: mtimeMs, quiet })
    offset += used
    if (sink.full() || offset - from >= MAX_TURN) break
    if (used > 0 && !last) window = PIECE
    else if (last || window >= MAX_PIECE) {
      more = false
      break
    } else window *= 2
  }
  const open = offset < size && !reader.stopped
  return { offset, more: more && open, held: open && !more }
}

/** When a file was made, Unix ms; when it was last written where the file system does not tell. */
export const startOf = ({ birthtimeMs, mtimeMs }: Stats) =>
  birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs

function readFrom(
  reading: Reading,
  fd: number,
  stat: Stats,
  from: Pick<FileCursor, 'offset' | 'state'> | undefined,
): Progress & { reader: FileReader } {
  const sink = reading.sink(stat)
  const reader = reading.open(from?.state)
  const { offset, more, held } = readPieces(fd, stat, from?.offset ?? 0, reader, sink, reading.now)
  sink.end()
  return { cursor: makeCursor(fd, stat, offset, reader.save()), more, held, reader }
}

/** The file that `cursor` was made of, when it was renamed to `<name>.<something>` in its directory. */
function findRotated(filePath: string, cursor: FileCursor): string | undefined {
  const directory = path.dirname(filePath)
  const prefix = `${path.basename(filePath)}.`
  const names = readdirSync(directory).filter((name) => name.startsWith(prefix))
  return names
    .slice(0, MAX_NEIGHBOURS)
    .map((name) => path.join(directory, name))
    .find((other) => {
      const stat = lstatSync(other, { throwIfNoEntry: false })
      return stat?.isFile() && stat.ino === cursor.ino && stat.dev === cursor.dev
    })
}

/** Reads the rest of a rotated file; at its end the cursor stands at the start of the new one. */
function readRotated(reading: Reading, cursor: FileCursor, fresh: Stats): Progress | undefined {
  const rotated = findRotated(reading.path, cursor)
  if (rotated === undefined) return undefined
  return withFile(rotated, (fd, stat) => {
    if (compareFile(fd, stat.size, cursor) !== 'same') return undefined
    // Nobody appends to it any more: its last line is whole.
    const ended = { ...reading, now: Math.max(reading.now, stat.mtimeMs + QUIET_MS) }
    const { reader, ...progress } = readFrom(ended, fd, stat, cursor)
    if (progress.more) return progress
    reader.rotated()
    const { ino, dev } = fresh
    const none = { length: 0, crc: 0 }
    return {
      cursor: { ino, dev, offset: 0, head: none, tail: none, state: reader.save() },
      more: true,
      held: false,
    }
  })
}

/** Reads on in a file. `shrunkFor`: how long it has been shorter than its cursor, ms. */
export function readOn(
  reading: Reading,
  cursor: FileCursor | undefined,
  shrunkFor: number,
): Progress | 'shrunk' {
  return withFile(reading.path, (fd, stat) => {
    if (!cursor) return readFrom(reading, fd, stat, undefined)
    const moved = stat.ino !== cursor.ino || stat.dev !== cursor.dev
    const rotated = moved ? readRotated(reading, cursor, stat) : undefined
    if (rotated) return rotated
    const found = compareFile(fd, stat.size, cursor)
    if (found === 'shrunk' && !moved && shrunkFor < SHRUNK_MS) return 'shrunk'
    if (found === 'same') return readFrom(reading, fd, stat, cursor)
    const reason = moved ? 'replaced' : found === 'shrunk' ? 'truncated' : 'rewritten'
    reading.restarted(`the file was ${reason}`)
    return readFrom(reading, fd, stat, undefined)
  })
}

/** Reads a log of a format. */
export const readingOf = (turn: Turn, format: FileFormat): Reading => ({
  path: turn.path,
  now: turn.now,
  open: (saved) => format.open(saved, turn.path),
  sink: (stat) => createFileSink(turn, stat.mtimeMs, startOf(stat)),
  restarted: (reason) => turn.emit.event(runEvent('run.restarted', turn.run, turn.now, { reason })),
})
