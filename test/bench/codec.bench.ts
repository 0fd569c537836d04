// Size and speed of sealed chunks, for the kinds of series that training really writes.
import type { Columns } from '../../src/core/columns.ts'
import { decodeChunk, encodeChunk } from '../../src/store/series/codec.ts'
import type { Figure } from './figure.ts'

const CHUNK = 512
const POINTS = 100_352
const ROUNDS = 7

/** xorshift32: the same series on every machine. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const random = createRandom(20260105)
/** A falling loss with 5 % noise. */
const loss = (step: number) => (2.5 / (1 + step / 4000) + 0.1) * (1 + 0.05 * (random() + random() - 1))

interface Kind {
  readonly name: string
  readonly value: (step: number) => number
  readonly budget: number
}

const kinds: Kind[] = [
  { name: 'float32 loss', value: (step) => Math.fround(loss(step)), budget: 9 },
  { name: 'float64 loss', value: loss, budget: 9 },
  { name: '4-decimal loss', value: (step) => Number(loss(step).toFixed(4)), budget: 8 },
  { name: 'integer gauge', value: () => Math.floor(random() * 101), budget: 2 },
  { name: 'constant lr', value: () => 3e-4, budget: 2 },
]

/** Chunks of a series at one point a second, each 0 to 12 ms late. */
function series(value: Kind['value']): Columns[] {
  return Array.from({ length: POINTS / CHUNK }, (_, chunk) => {
    const steps = Float64Array.from({ length: CHUNK }, (_, i) => chunk * CHUNK + i)
    const times = steps.map((step) => 1_770_000_000_000 + step * 1000 + Math.floor(random() * 13))
    return { steps, times, values: steps.map(value) }
  })
}

/** Median milliseconds of ROUNDS runs, after one to warm up. */
function median(work: () => void): number {
  work()
  const runs = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return runs.sort((a, b) => a - b)[ROUNDS >> 1]!
}

function measure({ name, value, budget }: Kind): Figure[] {
  const chunks = series(value)
  const bodies = chunks.map(encodeChunk)
  const size = bodies.reduce((sum, body) => sum + body.length, 0) / POINTS
  const encode = (median(() => chunks.forEach(encodeChunk)) * 1e6) / POINTS
  const decode = (median(() => bodies.forEach(decodeChunk)) * 1e6) / POINTS
  return [
    { name: `${name}: size`, value: size, unit: 'B/point', better: 'lower', budget },
    { name: `${name}: encode`, value: encode, unit: 'ns/point', better: 'lower', budget: 1000 },
    { name: `${name}: decode`, value: decode, unit: 'ns/point', better: 'lower', budget: 120 },
  ]
}

/** Measures every kind of series, all three columns included. */
export async function run(): Promise<Figure[]> {
  return kinds.flatMap(measure)
}
