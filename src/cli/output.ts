// Where a command writes, and writing that can wait for a slow reader.
import type { Writable } from 'node:stream'

/** The standard output as verbs see it. Sizes are read anew for each drawing. */
export interface Output {
  /** May return a promise: the writer waits for it. Fails with code EPIPE when nobody reads any more. */
  write(text: string): void | Promise<void>
  readonly isTTY: boolean
  /** Cells in a line; undefined when it is no terminal. */
  readonly columns: number | undefined
  /** Lines of the terminal, for --watch. */
  readonly rows?: number | undefined
  /** Whether colours are wanted; by default on a terminal. */
  readonly color?: boolean
}

/** Characters that are collected before they are written. */
const PIECE = 64 * 1024

/** Writes pieces of text, joined to larger ones. */
export async function writeAll(out: Output, pieces: Iterable<string>): Promise<void> {
  let waiting = ''
  for (const piece of pieces) {
    waiting += piece
    if (waiting.length < PIECE) continue
    await out.write(waiting)
    waiting = ''
  }
  if (waiting !== '') await out.write(waiting)
}

/** True for the failure of a write whose reader has gone. */
export const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')

type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }

/** A stream (`process.stdout`) as Output: every write waits until it was taken, and its failure is the caller's. */
export function streamOutput(stream: Terminal, color = stream.isTTY === true): Output {
  // Each failure also comes back through the write's callback; unheard, the event would end the process.
  stream.on('error', () => {})
  return {
    write: (text) =>
      new Promise((resolve, reject) => stream.write(text, (error) => (error ? reject(error) : resolve()))),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
    get rows() {
      return stream.isTTY ? stream.rows : undefined
    },
    color,
  }
}
