// Sorts many numbers: by their bits, which takes half the time of comparing them.

/** Below so many the comparison sort is faster. */
const FEW = 4096
const DIGIT_BITS = 11
const MASK = (1 << DIGIT_BITS) - 1
/** Six digits of 11 bits hold the 64 bits of a double; the third lies across its two words. */
const PASSES = 6

function countDigits(words: Uint32Array): Uint32Array[] {
  const counts = Array.from({ length: PASSES }, () => new Uint32Array(MASK + 1))
  const [a, b, c, d, e, f] = counts as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ]
  for (let i = 0; i < words.length; i += 2) {
    const low = words[i]!
    const high = words[i + 1]!
    a[low & MASK]!++
    b[(low >>> 11) & MASK]!++
    c[((low >>> 22) | (high << 10)) & MASK]!++
    d[(high >>> 1) & MASK]!++
    e[(high >>> 12) & MASK]!++
    f[high >>> 23]!++
  }
  return counts
}

/** Turns counts into where each digit's numbers begin. */
function toStarts(counts: Uint32Array): void {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    counts[i] = sum
    sum += count
  }
}

/** Moves the numbers to where a digit puts them: `shift` bits up in the low (0) or the high word (1). */
function scatter(
  from: Float64Array,
  to: Float64Array,
  starts: Uint32Array,
  word: 0 | 1,
  shift: number,
): void {
  const words = new Uint32Array(from.buffer)
  for (let i = 0; i < from.length; i++) to[starts[(words[2 * i + word]! >>> shift) & MASK]!++] = from[i]!
}

/** The same for the digit that lies across both words. */
function scatterAcross(from: Float64Array, to: Float64Array, starts: Uint32Array): void {
  const words = new Uint32Array(from.buffer)
  for (let i = 0; i < from.length; i++)
    to[starts[((words[2 * i]! >>> 22) | (words[2 * i + 1]! << 10)) & MASK]!++] = from[i]!
}

/** By their bits as whole numbers negative ones come last, the largest first: puts them right. */
function signsInOrder(byBits: Float64Array): Float64Array {
  let positive = byBits.length
  const words = new Uint32Array(byBits.buffer)
  while (positive > 0 && words[2 * positive - 1]! >>> 31 === 1) positive--
  if (positive === byBits.length) return byBits
  const result = new Float64Array(byBits.length)
  result.set(byBits.subarray(positive).reverse())
  result.set(byBits.subarray(0, positive), byBits.length - positive)
  return result
}

/**
 * The numbers ascending, -0 before 0, in an array of their own; no NaN among them. Radix sort from the lowest digit
 * (Knuth, TAOCP 5.2.5), for little-endian machines.
 */
export function sortedNumbers(values: Float64Array): Float64Array {
  if (values.length < FEW) return values.toSorted()
  let from = values.slice()
  let to = new Float64Array(values.length)
  const all = countDigits(new Uint32Array(from.buffer))
  for (const [pass, counts] of all.entries()) {
    // All in one place: nothing moves.
    if (counts.includes(values.length)) continue
    toStarts(counts)
    if (pass === 2) scatterAcross(from, to, counts)
    else scatter(from, to, counts, pass < 2 ? 0 : 1, pass < 2 ? pass * 11 : pass * 11 - 32)
    ;[from, to] = [to, from]
  }
  return signsInOrder(from)
}
