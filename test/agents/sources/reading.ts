// Reads bytes with a format in memory, whole or in pieces with a restart between any two of them.
import type { FormatParts } from '../../../agents/sources/lazy-format.ts'

/** What of a format is needed to read with it. */
type Reads = Pick<FormatParts, 'open'>

import type { Json } from '../../../agents/sources/source.ts'

/** What came out of the bytes. */
export interface Read {
  /** `key step value` of each point. */
  points: string[]
  times: number[]
  params: Record<string, string>
  tags: Record<string, string>
  /** `status time` of each end that was told. */
  ends: string[]
  /** `what (where)` of each problem. */
  problems: string[]
  stopped: boolean
  /** Bytes done with. */
  used: number
}

/** Feeds `bytes` in the given pieces (lengths), saving and opening the reader anew before each. */
export function readPieces(
  format: Reads,
  bytes: Buffer,
  pieces: readonly number[],
  quiet = false,
  filePath?: string,
): Read {
  const read: Read = {
    points: [],
    times: [],
    params: {},
    tags: {},
    ends: [],
    problems: [],
    stopped: false,
    used: 0,
  }
  const sink = {
    point: (key: string, step: number | bigint, time: number, value: number) => {
      read.points.push(`${key} ${step} ${Object.is(value, -0) ? '-0' : value}`)
      read.times.push(time)
    },
    params: (params: Record<string, string>) => void Object.assign(read.params, params),
    tags: (tags: Record<string, string>) => void Object.assign(read.tags, tags),
    began: () => {},
    ended: (status: string, time: number) => void read.ends.push(`${status} ${time}`),
    problem: (what: string, where?: string) => void read.problems.push(where ? `${what} (${where})` : what),
    full: () => false,
  }
  let saved: Json | undefined
  let end = 0
  for (const piece of [...pieces, bytes.length]) {
    end = Math.min(bytes.length, end + piece)
    const reader = format.open(saved, filePath)
    if (!reader.stopped) {
      const context = { sink, offset: read.used, mtime: 1000, quiet: quiet && end === bytes.length }
      read.used += reader.read(bytes.subarray(read.used, end), context)
    }
    read.stopped = reader.stopped
    saved = JSON.parse(JSON.stringify(reader.save()))
  }
  return read
}

/** Feeds text or bytes in one piece; `quiet`: the file has not been written to for a while. */
export const readWhole = (format: Reads, bytes: Buffer | string, quiet = false) =>
  readPieces(format, Buffer.from(bytes), [], quiet)
