import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MetricPoint } from '../../src/mlflow/backend.ts'
import { createOnce, isRepeated } from '../../src/mlflow/repeats.ts'
import { createSerial } from '../../src/mlflow/serial.ts'

const point = fc.record({
  run: fc.constant('r'),
  key: fc.constantFrom('a', 'b', 'ab'),
  step: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(2n ** 60n, 2n ** 60n + 1n)),
  time: fc.integer({ min: 0, max: 2 }),
  value: fc.constantFrom(0, 1, 0.5, Number.NaN, Infinity, -Infinity),
})
const textOf = ({ key, step, time, value }: MetricPoint) => `${key} ${step} ${time} ${value}`

describe('isRepeated', () => {
  test('tells of each point whether one of the same key, step, time and value went before', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 200 }), (points) => {
        const isSeen = isRepeated(points.length)
        const seen = new Set<string>()
        for (const one of points) {
          expect(isSeen(one)).toBe(seen.has(textOf(one)))
          seen.add(textOf(one))
        }
      }),
    )
  })
})

describe('createOnce', () => {
  const points = [{ run: 'r', key: 'a', step: 1, time: 2, value: Number.NaN }]
  const recorder = () => {
    const written: number[] = []
    return { written, write: async (given: readonly MetricPoint[]) => void written.push(given.length) }
  }

  test('writes points once, while it remembers them', async () => {
    const once = createOnce(2)
    const { written, write } = recorder()
    const other = (value: number) => [{ ...points[0]!, value }]
    await once(points, write)
    await once(points, write)
    expect(written).toEqual([1, 0])
    await once(other(1), write)
    await once(points, write)
    for (let i = 2; i < 8; i++) await once(other(i), write)
    await once(points, write)
    expect(written.at(-1)).toBe(1)
  })

  test('tells points of another run, key, step, time or value apart', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(point, { minLength: 1, maxLength: 5 }),
        fc.array(point, { minLength: 1, maxLength: 5 }),
        async (a, b) => {
          const once = createOnce()
          const { written, write } = recorder()
          await once(a, write)
          await once(b, write)
          const isSame = JSON.stringify(a.map(textOf)) === JSON.stringify(b.map(textOf))
          expect(written).toEqual([a.length, isSame ? 0 : b.length])
        },
      ),
    ))

  test('a retry that comes while the first is being written waits for it, and fails with it', async () => {
    const once = createOnce()
    let fail: (error: Error) => void = () => {}
    const first = once(points, () => new Promise((_, reject) => (fail = reject)))
    const { written, write } = recorder()
    const second = once(points, write)
    fail(new Error('disk full'))
    await expect(first).rejects.toThrow('disk full')
    await expect(second).rejects.toThrow('disk full')
    await once(points, write)
    expect(written).toEqual([1])
  })
})

describe('createSerial', () => {
  test('does what has one id in turn, whatever fails, and others meanwhile', async () => {
    const serially = createSerial()
    const order: string[] = []
    let release: () => void = () => {}
    const a = serially('x', () =>
      new Promise<void>((resolve) => (release = resolve)).then(() => void order.push('a')),
    )
    const b = serially('x', async () => {
      order.push('b')
      throw new Error('no')
    })
    const c = serially('x', async () => void order.push('c'))
    await serially('y', async () => void order.push('other'))
    release()
    await a
    await expect(b).rejects.toThrow('no')
    await c
    expect(order).toEqual(['other', 'a', 'b', 'c'])
  })
})
