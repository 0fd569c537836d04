// What is left of a printed line once a terminal has drawn it: the last state of what was redrawn, without colours.
import { parseTime } from './cells.ts'
import { STAMP } from './loss-place.ts'

const CR = 13
/** Bytes of a line that are looked at; enough for the longest that is kept. */
const MOST_BYTES = 16 << 10
/** States of a redrawn line that are looked at for one that is not blank. */
const MOST_STATES = 64
const TAB = 8

/** Escape sequences: CSI, OSC, other strings, and those of two characters. */
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g

const isBlank = (bytes: Buffer, start: number, end: number): boolean =>
  bytes.subarray(start, Math.min(end, start + MOST_BYTES)).every((byte) => byte <= 32)

/** Where the last state of the line [start, end) that is not blank lies; carriage returns part them. */
export function lastState(bytes: Buffer, start: number, end: number): readonly [number, number] {
  let to = end
  for (let states = 0; states < MOST_STATES; states++) {
    while (to > start && bytes[to - 1] === CR) to--
    const before = to > start ? bytes.subarray(start, to).lastIndexOf(CR) : -1
    const from = start + before + 1
    if (before < 0 || !isBlank(bytes, from, to)) return [from, to]
    to = from
  }
  return [to, to]
}

function expandTabs(text: string): string {
  if (!text.includes('\t')) return text
  let out = ''
  for (const piece of text.split('\t')) out += piece + ' '.repeat(TAB - ((out.length + piece.length) % TAB))
  return out
}

/** The text of the line [start, end). */
export function printedText(bytes: Buffer, start: number, end: number): string {
  const [from, to] = lastState(bytes, start, end)
  const cut = to - from > MOST_BYTES
  const raw = bytes.toString('utf8', from, cut ? from + MOST_BYTES : to)
  const plain = raw.includes('\u001b') || raw.includes('\u009b') ? raw.replace(ESCAPES, '') : raw
  // Bars of old go back by backspaces.
  const states = plain.includes('\b') ? plain.split(/[\b]+/).filter((state) => state.trim() !== '') : [plain]
  return expandTabs(states.at(-1) ?? '').trimEnd() + (cut ? '…' : '')
}

/** The time that a line begins with, Unix ms. */
export function stampOf(text: string): number | undefined {
  const stamp = /\d{4}/.test(text.slice(0, 24)) ? text.slice(0, 64).match(STAMP)?.[0] : undefined
  return stamp === undefined ? undefined : parseTime(stamp)
}
