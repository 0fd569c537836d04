// What is sent twice is stored once: points within a request, and requests that a client retries.
import { createHash } from 'node:crypto'
import type { MetricPoint } from './backend.ts'

const isSame = (a: MetricPoint, b: MetricPoint): boolean =>
  a.step === b.step && a.time === b.time && Object.is(a.value, b.value) && a.key === b.key

/** Spreads points of one request; points of one key differ in step or time, those of one step in key or value. */
function slotOf({ key, step, time, value }: MetricPoint): number {
  const low = typeof step === 'number' ? step : Number(BigInt.asIntN(32, step))
  const fraction = Number.isFinite(value) ? (value * 0x9e3779b1) | 0 : 0
  const word = Math.imul(key.length, 0x85ebca6b) ^ (key.charCodeAt(key.length - 1) << 16) ^ key.charCodeAt(0)
  const mixed = Math.imul(low | 0, 0x9e3779b1) ^ Math.imul(time | 0, 0xc2b2ae35) ^ word ^ fraction
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0
}

/**
 * Tells for each of at most `most` points whether it was asked before: same key, step, time and value. A table of our
 * own, as a Set of texts would cost as much as parsing the request.
 */
export function isRepeated(most: number): (point: MetricPoint) => boolean {
  const size = 1 << (33 - Math.clz32(Math.max(1, most)))
  const table = new Array<MetricPoint | undefined>(size).fill(undefined)
  return (point) => {
    let slot = slotOf(point) & (size - 1)
    for (let known = table[slot]; known !== undefined; known = table[slot]) {
      if (isSame(known, point)) return true
      slot = (slot + 1) & (size - 1)
    }
    table[slot] = point
    return false
  }
}

/** A digest of points; steps may exceed 2^53. */
function digestOf(points: readonly MetricPoint[]): string {
  const numbers = new Float64Array(points.length * 2)
  const texts = [points[0]!.run]
  let key = ''
  points.forEach((point, i) => {
    numbers[2 * i] = point.time
    numbers[2 * i + 1] = point.value
    texts.push(point.key === key ? `${point.step}` : `${point.key}\n${point.step}`)
    key = point.key
  })
  return createHash('sha1').update(numbers).update(texts.join('\n')).digest('base64')
}

/** Requests kept in mind, at least; about 100 B each. At 2,000 log-metric/s that is 16 s, and a retry comes in 2. */
const KEPT = 32_768

type Write = (points: readonly MetricPoint[], digest?: string) => Promise<void>

/** Writes the points of a request, or none of them where a request of the same points was done or is under way. */
export type Once = (points: readonly MetricPoint[], write: Write) => Promise<void>

/**
 * Makes retries harmless. A client that lost the answer to a log-batch sends the same again; MLflow stores a point
 * once, for its rows are unique. Here digests of the points of recent requests are kept in mind, and by the backend with
 * what they wrote: `written` are those that it still has after a restart.
 */
export function createOnce(kept = KEPT, written: Iterable<string> = []): Once {
  const done = Promise.resolve()
  let young = new Map<string, Promise<void>>(Array.from(written, (digest) => [digest, done]))
  let old: typeof young = new Map()
  return (points, write) => {
    if (points.length === 0) return write(points)
    const digest = digestOf(points)
    const known = young.get(digest) ?? old.get(digest)
    if (known) return known.then(() => write([]))
    if (young.size >= kept) {
      old = young
      young = new Map()
    }
    const generation = young
    const doing = write(points, digest)
    generation.set(digest, doing)
    // What failed may be tried again.
    doing.catch(() => generation.delete(digest))
    return doing
  }
}
