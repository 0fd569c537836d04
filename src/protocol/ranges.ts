// Which batches of an agent's life are stored: almost always all up to one number, and a few ranges above it
// while a backlog and newer batches come in side by side.
import * as z from 'zod/mini'

/** From and to, both in it. */
export type Range = [from: number, to: number]

/** All up to `high`, and the ranges `beyond` it in rising order. */
export interface Mark {
  readonly high: number
  readonly beyond: readonly Range[]
}

/** Most ranges beyond the first that a mark may have: each commit writes them. */
export const MAX_RANGES = 512

const seq = z.int().check(z.nonnegative())

/** Ranges as they are on the wire. */
export const WireRanges = z.array(z.tuple([seq, seq])).check(z.maxLength(MAX_RANGES))

/** A set of sequence numbers from 1 on, as ranges that neither touch nor overlap. */
export class Ranges {
  readonly #ranges: [number, number][]

  /** Begins with all numbers of a mark. */
  constructor({ high, beyond }: Mark = { high: 0, beyond: [] }) {
    this.#ranges = [[0, high], ...beyond.map(([from, to]): [number, number] => [from, to])]
  }

  /** All numbers from 1 to this one are in the set. */
  get low(): number {
    return this.#ranges[0]![1]
  }

  /** The highest number of the set; 0 of an empty one. */
  get top(): number {
    return this.#ranges.at(-1)![1]
  }

  /** How many ranges it takes to say the set. */
  get size(): number {
    return this.#ranges.length
  }

  has(seq: number): boolean {
    const found = this.#ranges[this.#before(seq)]
    return found !== undefined && seq <= found[1]
  }

  /** Adds a number above 0; false when it was there. */
  add(seq: number): boolean {
    const at = this.#before(seq)
    const before = this.#ranges[at]!
    if (seq <= before[1]) return false
    const after = this.#ranges[at + 1]
    if (after?.[0] === seq + 1) after[0] = seq
    else this.#ranges.splice(at + 1, 0, [seq, seq])
    if (before[1] === seq - 1) before[1] = this.#ranges.splice(at + 1, 1)[0]![1]
    return true
  }

  /** What a store keeps of the set. */
  mark(): Mark {
    const [first, ...beyond] = this.#ranges
    return { high: first![1], beyond: beyond.map(([from, to]) => [from, to]) }
  }

  /** Index of the last range that begins at or below `seq`. */
  #before(seq: number): number {
    let at = this.#ranges.length - 1
    while (at > 0 && this.#ranges[at]![0] > seq) at--
    return at
  }
}
