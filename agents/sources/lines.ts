// Whole lines out of pieces of a file: a half-written last line waits, a line above the limit is left
// out, and the last line of a file that has gone quiet without a newline is read early, once.
import type { ReadContext } from './format.ts'
import type { Json } from './source.ts'

/** Longest line that is read, bytes. */
export const MAX_LINE = 1024 * 1024
/** A file whose length is a multiple of this was likely cut by its writer's buffer, not ended. */
const WRITE_BLOCK = 4096

/** Where a reader of lines stands. */
export interface LineState {
  /** Number of the last line that was read, from 1. */
  line: number
  /** Inside a line above the limit. */
  skipping: boolean
  /** Length of the last line, when it was read before its newline came. */
  early: number
}

/** The lines' part of a saved state. */
export function openLines(fields: Readonly<Record<string, Json | undefined>>): LineState {
  const number = (value: Json | undefined) => (typeof value === 'number' ? value : 0)
  return { line: number(fields.line), skipping: fields.skipping === true, early: number(fields.early) }
}

/** What to do with the lines. */
export interface LineVisitor {
  /** The newline that ends the record at `at`, or -1 while it is incomplete. */
  readonly end: (bytes: Buffer, at: number) => number
  /** A whole record; `again` when it was read early and is the same now. */
  readonly record: (start: number, end: number, again: boolean) => void
  /** The last line of a quiet file; false when it cannot be whole. */
  readonly tail: (start: number, end: number) => boolean
}

function countNewlines(bytes: Buffer, start: number, end: number): number {
  let count = 0
  for (let at = bytes.indexOf(10, start); at >= 0 && at <= end; at = bytes.indexOf(10, at + 1)) count++
  return count
}

/** Content of a line: without a byte order mark in front and carriage returns behind. */
export function lineText(bytes: Buffer, start: number, end: number): string {
  const marked =
    end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
  let last = end
  while (last > start && bytes[last - 1] === 13) last--
  return bytes.toString('utf8', marked ? start + 3 : start, last)
}

function takeRecord(bytes: Buffer, at: number, end: number, state: LineState, visitor: LineVisitor): void {
  const length = bytes[end - 1] === 13 ? end - 1 - at : end - at
  const again = state.early > 0 && (state.early === length || state.early === end - at)
  state.line += countNewlines(bytes, at, end)
  state.early = 0
  visitor.record(at, end, again)
}

function takeTail(bytes: Buffer, at: number, state: LineState, visitor: LineVisitor, context: ReadContext) {
  if (!context.quiet || state.skipping || state.early > 0 || at >= bytes.length) return
  if ((context.offset + bytes.length) % WRITE_BLOCK === 0) return
  if (visitor.tail(at, bytes.length)) state.early = bytes.length - at
}

/**
 * Visits the whole lines of `bytes`; returns the number of bytes done with. A last line that was read
 * early stays unread in this count: when it turns out longer, it is visited again whole.
 */
export function readLines(
  bytes: Buffer,
  state: LineState,
  visitor: LineVisitor,
  context: ReadContext,
): number {
  let at = 0
  while (at < bytes.length) {
    if (state.skipping) {
      const newline = bytes.indexOf(10, at)
      if (newline < 0) return bytes.length
      state.skipping = false
      state.line++
      at = newline + 1
      continue
    }
    const end = visitor.end(bytes, at)
    if ((end < 0 ? bytes.length : end) - at > MAX_LINE) {
      context.sink.problem('lines longer than 1 MiB left out', `line ${state.line + 1}`)
      state.skipping = true
      continue
    }
    if (end < 0) break
    takeRecord(bytes, at, end, state, visitor)
    at = end + 1
    if (context.sink.full()) return at
  }
  takeTail(bytes, at, state, visitor, context)
  return at
}
