// Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded and drawn from as numpy's RandomState is, so that
// seeded splits are the same ones.

/** A source of the same numbers for the same seed. */
export interface RandomState {
  /** A whole number from 0 to `max` (below 2^32), each equally likely. */
  upTo(max: number): number
  /** 0 to n - 1 in random order. */
  permutation(n: number): Uint32Array
}

const N = 624
const M = 397

function seeded(seed: number): Uint32Array {
  const words = new Uint32Array(N)
  words[0] = seed
  for (let i = 1; i < N; i++) {
    const before = words[i - 1]! ^ (words[i - 1]! >>> 30)
    words[i] = Math.imul(1812433253, before) + i
  }
  return words
}

function regenerate(words: Uint32Array): void {
  for (let i = 0; i < N; i++) {
    const mixed = (words[i]! & 0x80000000) | (words[(i + 1) % N]! & 0x7fffffff)
    words[i] = words[(i + M) % N]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
  }
}

function tempered(word: number): number {
  let y = word ^ (word >>> 11)
  y ^= (y << 7) & 0x9d2c5680
  y ^= (y << 15) & 0xefc60000
  return (y ^ (y >>> 18)) >>> 0
}

/** The generator for a seed, a whole number from 0 to 2^32 - 1. */
export function randomState(seed: number): RandomState {
  const words = seeded(seed)
  let at = N
  const next = () => {
    if (at === N) {
      regenerate(words)
      at = 0
    }
    return tempered(words[at++]!)
  }
  const upTo = (max: number) => {
    if (max === 0) return 0
    const mask = 0xffffffff >>> Math.clz32(max)
    let value = (next() & mask) >>> 0
    while (value > max) value = (next() & mask) >>> 0
    return value
  }
  const permutation = (n: number) => {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = upTo(i)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
    }
    return order
  }
  return { upTo, permutation }
}
