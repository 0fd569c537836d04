// Chance that comes out the same each time: a seeded generator and a sample of a stream.

/** Uniform numbers in [0, 1) from a seed, 53 bits each: xorshift128 (Marsaglia 2003). */
export function seededRandom(seed: number): () => number {
  const state = Uint32Array.of(seed >>> 0 || 1, 362_436_069, 521_288_629, 88_675_123)
  const draw = () => {
    let t = state[3]!
    let s = state[0]!
    state[3] = state[2]!
    state[2] = state[1]!
    state[1] = s
    t ^= t << 11
    t ^= t >>> 8
    s = t ^ s ^ (s >>> 19)
    state[0] = s
    return s >>> 0
  }
  for (let i = 0; i < 20; i++) draw()
  return () => ((draw() >>> 5) * 67_108_864 + (draw() >>> 6)) / 9_007_199_254_740_992
}

/** A uniform sample of a stream. */
export interface Reservoir {
  add(value: number): void
  /** The sample so far, ascending; the whole stream while it is not larger than the size. */
  sorted(): Float64Array
}

/** Keeps `size` values of a stream, each equally likely (Vitter 1985, algorithm R). */
export function reservoir(size: number, random: () => number): Reservoir {
  let kept = new Float64Array(64)
  let seen = 0
  return {
    add(value) {
      if (seen < size) {
        if (seen === kept.length) {
          const larger = new Float64Array(Math.min(size, seen * 2))
          larger.set(kept)
          kept = larger
        }
        kept[seen] = value
      } else {
        const place = Math.floor(random() * (seen + 1))
        if (place < size) kept[place] = value
      }
      seen++
    },
    sorted: () => kept.slice(0, Math.min(seen, size)).sort(),
  }
}
