// Text output in a batch: what programs printed, grouped by owner and stream. Checked by hand, like points.
import { cleanText } from './text.ts'

/** Lines of one stream of an owner, in the order in which they were printed. */
export interface LineGroup {
  /** Id of a run or host. */
  readonly owner: string
  /** Name of the file, `stdout` or `stderr`. */
  readonly stream: string
  /** Unix time of each line, whole ms. */
  readonly at: number[]
  readonly text: string[]
}

/** Longest line, UTF-16 units; the rest of a longer one is cut off and marked with `…`. */
export const MAX_LINE_TEXT = 4096
/** Most lines that one batch may carry. */
export const MAX_LINES = 16_384
/** Longest owner and stream. */
const MAX_NAME = 512
/** Furthest a time may lie from 1970, ms: what a Date can hold. */
const MAX_TIME = 8.64e15

/** Collects lines in arrival order, grouped by owner and stream. */
export class LineBuffer {
  #groups = new Map<string, LineGroup>()
  /** Number of lines held, and their UTF-16 units. */
  size = 0
  chars = 0

  /** Adds a line through the one door for text: `at` in Unix ms, 0 where it is no time at all. */
  add(owner: string, stream: string, at: number, text: string): void {
    const id = `${owner}\n${stream}`
    let group = this.#groups.get(id)
    if (!group) {
      group = { owner: cleanText(owner, MAX_NAME), stream: cleanText(stream, MAX_NAME), at: [], text: [] }
      this.#groups.set(id, group)
    }
    const whole = Math.round(at)
    const clean = cleanText(text, MAX_LINE_TEXT)
    group.at.push(Math.abs(whole) <= MAX_TIME ? whole : 0)
    group.text.push(clean)
    this.size++
    this.chars += clean.length
  }

  /** Hands over what was collected and starts empty again. */
  take(): LineGroup[] {
    const groups = [...this.#groups.values()]
    this.#groups = new Map()
    this.size = 0
    this.chars = 0
    return groups
  }
}

/** Why lines were refused; names the field and the index. */
export class BadLines extends Error {}

function readName(raw: unknown, name: string): string {
  if (typeof raw !== 'string' || raw === '') throw new BadLines(`${name} must be a text`)
  return cleanText(raw, MAX_NAME)
}

function column<T>(raw: unknown, name: string, length: number, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(raw) || raw.length !== length) throw new BadLines(`${name} must hold ${length} items`)
  const out = new Array<T>(length)
  for (let i = 0; i < length; i++) {
    const value = read(raw[i])
    if (value === undefined) throw new BadLines(`${name}[${i}] is not valid`)
    out[i] = value
  }
  return out
}

const readTime = (raw: unknown) =>
  typeof raw === 'number' && Number.isInteger(raw) && Math.abs(raw) <= MAX_TIME ? raw : undefined
const readText = (raw: unknown) => (typeof raw === 'string' ? cleanText(raw, MAX_LINE_TEXT) : undefined)

function readGroup(raw: unknown, index: number): LineGroup {
  const name = `lines[${index}]`
  if (typeof raw !== 'object' || raw === null) throw new BadLines(`${name} must be an object`)
  const wire = raw as Record<string, unknown>
  const length = Array.isArray(wire.at) ? wire.at.length : -1
  if (length < 1) throw new BadLines(`${name}.at must hold times`)
  return {
    owner: readName(wire.owner, `${name}.owner`),
    stream: readName(wire.stream, `${name}.stream`),
    at: column(wire.at, `${name}.at`, length, readTime),
    text: column(wire.text, `${name}.text`, length, readText),
  }
}

/** Reads the lines of a batch; none where the field is missing. Throws BadLines that says what is wrong. */
export function fromWireLines(raw: unknown): LineGroup[] {
  if (raw === undefined || raw === null) return []
  if (!Array.isArray(raw)) throw new BadLines('lines must be an array')
  let total = 0
  return raw.map((group, i) => {
    const read = readGroup(group, i)
    total += read.at.length
    if (total > MAX_LINES) throw new BadLines(`lines: more than ${MAX_LINES} in a batch`)
    return read
  })
}
