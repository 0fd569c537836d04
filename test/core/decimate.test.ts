// A thinned series still shows its ends, its extremes and its NaN marks, whatever order it came in.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Columns } from '../../src/core/columns.ts'
import { type Axis, createDecimator, decimate } from '../../src/core/decimate.ts'

type Point = [step: number | bigint, time: number, value: number]

function columnsOf(points: Point[]): Columns {
  const steps = points.map(([step]) => step)
  return {
    steps: steps.some((step) => typeof step === 'bigint')
      ? BigInt64Array.from(steps, BigInt)
      : Float64Array.from(steps as number[]),
    times: Float64Array.from(points, ([, time]) => time),
    values: Float64Array.from(points, ([, , value]) => value),
  }
}

const pointsOf = ({ steps, times, values }: Columns): Point[] =>
  Array.from(times, (time, i) => [steps[i]!, time, values[i]!])
const rising = (values: number[]) => columnsOf(values.map((value, i) => [i, 1000 + i * 10, value]))

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0) },
)
const step = fc.integer({ min: -40, max: 400 })
const anyPoints = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 5000 }), value), { maxLength: 300 })
const axis = fc.constantFrom<Axis>('step', 'time', 'relative')
const buckets = fc.integer({ min: 1, max: 40 })

/** The x values, worked out the plain way. */
function xOf(points: Point[], by: Axis): number[] {
  const origin = points[0]?.[1] ?? 0
  return points.map(([at, time]) => (by === 'step' ? Number(at) : by === 'time' ? time : time - origin))
}

/** What the documentation promises, worked out the plain way: the indices that must be kept. */
function promised(points: Point[], count: number, by: Axis): Set<number> {
  const x = xOf(points, by)
  const xMin = Math.min(...x)
  const xMax = Math.max(...x)
  const edge = (i: number) => xMin + (xMax - xMin) * (i / count)
  const sorted = [...points.keys()].sort((a, b) => x[a]! - x[b]! || a - b)
  const keep = new Set([sorted[0]!, sorted.at(-1)!])
  for (let bucket = 0; bucket < count; bucket++) {
    const last = bucket === count - 1
    const inside = sorted.filter((i) => x[i]! >= edge(bucket) && (last || x[i]! < edge(bucket + 1)))
    const finite = inside.filter((i) => Number.isFinite(points[i]![2]))
    const byArrival = [...finite].sort((a, b) => a - b)
    const lowest = Math.min(...finite.map((i) => points[i]![2]))
    const highest = Math.max(...finite.map((i) => points[i]![2]))
    const odd = inside.filter((i) => !Number.isFinite(points[i]![2]))
    const found = [
      finite[0],
      finite.at(-1),
      byArrival.find((i) => points[i]![2] === lowest),
      byArrival.find((i) => points[i]![2] === highest),
      odd.length > 0 ? Math.min(...odd) : undefined,
    ]
    for (const i of found) if (i !== undefined) keep.add(i)
  }
  return keep
}

describe('decimate', () => {
  it('keeps exactly the promised points, sorted by x and then by arrival', () => {
    fc.assert(
      fc.property(anyPoints, buckets, axis, (points, count, by) => {
        const x = xOf(points, by)
        const expected =
          points.length === 0
            ? []
            : [...promised(points, count, by)].sort((a, b) => x[a]! - x[b]! || a - b).map((i) => points[i]!)
        expect(pointsOf(decimate(columnsOf(points), count, by))).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('never keeps more than five points a bucket and the two ends', () => {
    fc.assert(
      fc.property(anyPoints, buckets, axis, (points, count, by) => {
        const kept = pointsOf(decimate(columnsOf(points), count, by))
        const finite = kept.filter(([, , v]) => Number.isFinite(v)).length
        expect(finite).toBeLessThanOrEqual(4 * count)
        expect(kept.length - finite).toBeLessThanOrEqual(count + 2)
      }),
    )
  })

  it('keeps a spike and a NaN that lie between many flat points', () => {
    const values = new Array(10_000).fill(1)
    values[5555] = 99
    values[7777] = Number.NaN
    const kept = pointsOf(decimate(rising(values), 50, 'step'))
    expect(kept).toContainEqual([5555, 1000 + 55_550, 99])
    expect(kept).toContainEqual([7777, 1000 + 77_770, Number.NaN])
    expect(kept.length).toBeLessThanOrEqual(4 * 50 + 2)
  })

  it('keeps both ends when they are not finite', () => {
    const kept = decimate(rising([Number.NaN, Infinity, 1, 2, Infinity, -Infinity]), 1, 'step')
    expect([...kept.values]).toEqual([Number.NaN, 1, 2, -Infinity])
  })

  it('puts the points of a resumed run beside those they repeat', () => {
    const resumed: Point[] = [
      [1, 10, 0.5],
      [2, 20, 0.4],
      [3, 30, 0.3],
      [2, 40, 0.45],
      [3, 50, 0.35],
    ]
    const kept = pointsOf(decimate(columnsOf(resumed), 3, 'step'))
    expect(kept).toEqual([resumed[0], resumed[1], resumed[3], resumed[2], resumed[4]])
  })

  it('keeps int64 steps exact', () => {
    const base = 2n ** 62n
    const points: Point[] = [1n, 3n, 1_000_001n].map((n, i) => [base + n, i, i])
    expect(pointsOf(decimate(columnsOf(points), 10, 'time'))).toEqual(points)
  })

  it('answers with plain numbers when no kept step needs a bigint', () => {
    const columns = { ...rising([1, 2]), steps: BigInt64Array.of(1n, 2n) }
    expect(decimate(columns, 4, 'step').steps).toEqual(Float64Array.of(1, 2))
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %s buckets', (count) => {
    expect(() => decimate(rising([1]), count, 'step')).toThrow(RangeError)
  })
})

describe('createDecimator', () => {
  it('answers the same however the points are cut into batches', () => {
    const cuts = fc.array(fc.nat(300), { maxLength: 6 })
    fc.assert(
      fc.property(anyPoints, cuts, buckets, axis, (points, at, count, by) => {
        const feed = (borders: number[]) => {
          const decimator = createDecimator(-50, 4000, count, by)
          const all = [0, ...borders.sort((a, b) => a - b), points.length]
          for (const [i, from] of all.entries()) decimator.push(columnsOf(points.slice(from, all[i + 1])))
          return pointsOf(decimator.finish())
        }
        expect(feed(at.filter((border) => border <= points.length))).toEqual(feed([]))
      }),
    )
  })

  it('leaves out what lies outside the range, and keeps its borders', () => {
    const decimator = createDecimator(2, 4, 8, 'step')
    decimator.push(rising([0, 1, 2, 3, 4, 5, 6]))
    expect([...decimator.finish().steps]).toEqual([2, 3, 4])
  })

  it('counts relative time from the given origin', () => {
    const decimator = createDecimator(0, 20, 2, 'relative', 1010)
    decimator.push(rising([0, 1, 2, 3, 4]))
    expect([...decimator.finish().values]).toEqual([1, 2, 3])
  })

  it('takes narrow and wide steps one after the other', () => {
    const decimator = createDecimator(0, 2 ** 63, 4, 'step')
    decimator.push(columnsOf([[5, 1, 1]]))
    decimator.push(columnsOf([[2n ** 60n + 1n, 2, 2]]))
    decimator.push(columnsOf([[7, 3, 3]]))
    expect(decimator.finish().steps).toEqual(BigInt64Array.of(5n, 7n, 2n ** 60n + 1n))
  })

  it('may be asked in between', () => {
    const decimator = createDecimator(0, 10, 5, 'step')
    decimator.push(rising([1, 2]))
    expect([...decimator.finish().values]).toEqual([1, 2])
    decimator.push(columnsOf([[9, 9, 9]]))
    expect([...decimator.finish().values]).toEqual([1, 2, 9])
  })

  it.each([
    [1, 0],
    [Number.NaN, 1],
    [0, Infinity],
  ])('refuses the range %s to %s', (xMin, xMax) => {
    expect(() => createDecimator(xMin, xMax, 4, 'step')).toThrow(RangeError)
  })
})
