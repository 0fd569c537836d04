// Reads text output: whole lines, as a terminal would show them at last, each once. Of more than the budget allows the
// newest are kept, and one line says how many were left out in its place.
import type { FileReader, ReadContext } from './format.ts'
import { savedFields } from './format.ts'
import type { Budget } from './output-budget.ts'
import { lastState, printedText, stampOf } from './output-text.ts'
import type { Json } from './source.ts'

const LF = 10
/** A line without an end that is longer than this is cut, bytes. */
const LONG = 64 << 10
/** A file whose length is a multiple of this was likely cut by its writer's buffer, not ended. */
const WRITE_BLOCK = 4096
/** A line that says it is of so much later than it was written has another clock, ms. */
const AHEAD_MS = 86_400_000

/** Where a reader of output stands. */
interface State {
  /** The rest of a line is passed over: its beginning was told, or left out. */
  skip: boolean
  /** Length of the last line, when it was told before its end came. */
  early: number
  /** Lines that were left out and not told of yet. */
  left: number
  /** Lines before this place are left out. */
  until: number
  /** The last time that a line named; when the file was written before what is read now, Unix ms. */
  stamp: number
  seen: number
  mtime: number
  ended: boolean
}

function stateOf(saved: Json | undefined): State {
  const fields = savedFields(saved)
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : 0)
  return {
    skip: fields.skip === true,
    early: number('early'),
    left: number('left'),
    until: number('until'),
    stamp: number('stamp'),
    seen: number('seen'),
    mtime: number('mtime'),
    ended: fields.ended === true,
  }
}

/** What a reader works with. */
export interface OutputOptions {
  readonly budget: Budget
  /** Bytes in the file. */
  readonly size: number
  /** Takes a line; `at` in Unix ms. */
  readonly put: (text: string, at: number) => void
}

/** Says how many lines are not there. */
export const leftOutText = (count: number): string =>
  `… ${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? 'line' : 'lines'} left out here: more came than are kept`

function newlines(bytes: Buffer, start: number, end = bytes.length): number[] {
  const found: number[] = []
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) found.push(at)
  return found
}

/** A reader at work. */
interface Work extends OutputOptions {
  readonly state: State
}

/** A line without a time has that of the line before it, or of the moment when the file was written. */
function timeOf({ state }: Work, text: string): number {
  const stamp = stampOf(text)
  if (stamp !== undefined && stamp <= state.mtime + AHEAD_MS) state.stamp = stamp
  return state.stamp > 0 && state.stamp >= state.seen ? state.stamp : Math.round(state.mtime)
}

function tell(work: Work, bytes: Buffer, start: number, end: number): void {
  const text = printedText(bytes, start, end)
  work.put(text, timeOf(work, text))
  work.budget.spend(text.length)
}

function tellLeft(work: Work): void {
  const { state, put } = work
  if (state.left > 0) put(leftOutText(state.left), timeOf(work, ''))
  state.left = 0
}

function noteTime(state: State, mtime: number): void {
  if (mtime === state.mtime) return
  if (state.ended) state.seen = state.mtime
  state.mtime = mtime
  state.ended = false
}

/** Passes over what is left out whatever it is, and the rest of a line of which enough is known. */
function passOver(state: State, bytes: Buffer, offset: number): number {
  const end = Math.max(0, Math.min(bytes.length, state.until - offset))
  if (end > 0) {
    state.left += newlines(bytes, 0, end).length
    state.early = 0
    // The line that begins before the place and ends behind it is left out with the others.
    const isInside = bytes[end - 1] !== LF
    if (offset + end >= state.until) {
      state.skip = isInside
      if (isInside) state.left++
    }
  }
  if (!state.skip || end >= bytes.length) return end
  const next = bytes.indexOf(LF, end)
  if (next < 0) return bytes.length
  state.skip = false
  return next + 1
}

/**
 * Index of the first of the lines that may be kept, of those that end at `ends` in `length` bytes. Where the rest of the
 * file is likely too much, what comes behind these bytes has a share as well.
 */
function firstKept({ budget }: Work, ends: readonly number[], length: number, left: number): number {
  const likely = (ends.length * left) / Math.max(1, length)
  const lines = left <= length || likely <= budget.lines ? budget.lines : budget.lines >> 1
  const room = left <= Math.max(length, budget.bytes) ? budget.bytes : budget.bytes >> 1
  let first = ends.length
  for (let bytes = 0; first > 0 && ends.length - first < lines; first--) {
    bytes += Math.min(WRITE_BLOCK, ends[first - 1]! - (ends[first - 2] ?? 0))
    if (bytes > room) break
  }
  return first
}

/** Tells the whole lines from `start` on; where the rest begins. */
function readWhole(work: Work, bytes: Buffer, start: number, { sink, offset }: ReadContext): number {
  const { state } = work
  const ends = newlines(bytes, start)
  const first = firstKept(work, ends, bytes.length - start, work.size - offset - start)
  state.left += first
  if (first > 0) state.early = 0
  let at = first > 0 ? ends[first - 1]! + 1 : start
  for (const end of ends.slice(first)) {
    tellLeft(work)
    if (state.early === 0 || state.early !== end - at) tell(work, bytes, at, end)
    state.early = 0
    at = end + 1
    if (sink.full()) return at
  }
  return at
}

/** A line without its end: how much of the bytes is done with. */
function readRest(work: Work, bytes: Buffer, start: number, { offset, quiet }: ReadContext): number {
  const { state, budget } = work
  if (bytes.length - start > LONG) {
    state.early = 0
    const [from] = lastState(bytes, start, bytes.length)
    // What was redrawn is gone from a screen.
    if (from > start && bytes.length - from <= LONG) return from
    tellLeft(work)
    tell(work, bytes, start, bytes.length)
    state.skip = true
    return bytes.length
  }
  const isCut = (offset + bytes.length) % WRITE_BLOCK === 0
  if (!quiet || isCut || state.early > 0 || start >= bytes.length || budget.lines < 1) return start
  if (printedText(bytes, start, bytes.length) === '') return start
  tell(work, bytes, start, bytes.length)
  state.early = bytes.length - start
  return start
}

/** Opens a reader; `saved` is what an earlier reader of the file saved. */
export function openOutput(saved: Json | undefined, options: OutputOptions): FileReader {
  const state = stateOf(saved)
  const work: Work = { ...options, state }
  return {
    stopped: false,
    read(bytes, context) {
      noteTime(state, context.mtime)
      const isLast = context.offset + bytes.length >= options.size
      const start = passOver(state, bytes, context.offset)
      const at = readWhole(work, bytes, start, context)
      if (context.sink.full()) return at
      if (isLast) {
        tellLeft(work)
        state.ended = true
      }
      return readRest(work, bytes, at, context)
    },
    rotated() {
      Object.assign(state, { skip: false, early: 0, until: 0 })
    },
    save: () => ({ ...state }),
  }
}

/** A saved state that leaves out what comes before a place, for a file with more new bytes than are kept. */
export const leaveOut = (saved: Json | undefined, until: number): Json => ({
  ...stateOf(saved),
  until: Math.max(until, stateOf(saved).until),
})
