import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReader } from '../../../agents/track/reader.ts'

type Found = [key: string, step: number | bigint, value: number]

function reading(clock?: () => number) {
  const points: Found[] = []
  const params: Record<string, string> = {}
  const reader = createReader(
    {
      point: (key, step, _, value) => points.push([key, step, value]),
      params: (more) => Object.assign(params, more),
    },
    () => 1000,
    clock ?? (() => 0),
  )
  return { reader, points, params }
}

const TEXT =
  'step 1 loss: 0.5\r\nnothing here\nstep 2 loss: 0.25 acc 0.9\n 10%|# | 3/10 [00:01, loss=0.1]\r\nlr=é\n'
const EXPECTED: Found[] = [
  ['loss', 1, 0.5],
  ['loss', 2, 0.25],
  ['acc', 2, 0.9],
]

describe('the reader of output', () => {
  test('finds the same in any pieces', () => {
    const bytes = Buffer.from(TEXT)
    const whole = reading()
    const one = whole.reader.stream()
    one.take(bytes)
    one.end()
    expect(whole.points.slice(0, 3)).toEqual(EXPECTED)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 20 }), (cuts) => {
        const pieces = reading()
        const stream = pieces.reader.stream()
        let at = 0
        for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
          stream.take(bytes.subarray(at, cut))
          at = cut
        }
        stream.end()
        expect(pieces.points).toEqual(whole.points)
      }),
    )
  })

  test('reads the last line when the output ends without a newline', () => {
    const { reader, points } = reading()
    const stream = reader.stream()
    stream.take(Buffer.from('step 7 loss: 0.5'))
    expect(points).toEqual([])
    stream.end()
    expect(points).toEqual([['loss', 7, 0.5]])
  })

  test('puts the lines of each stream together by itself', () => {
    const { reader, points } = reading()
    const [out, err] = [reader.stream(), reader.stream()]
    out.take(Buffer.from('step 1 lo'))
    err.take(Buffer.from('step 5 loss: 5\n'))
    out.take(Buffer.from('ss: 1\n'))
    expect(points).toEqual([
      ['loss', 5, 5],
      ['loss', 1, 1],
    ])
  })

  test('passes over binary output and lines without end, and reads on behind them', () => {
    const { reader, points } = reading()
    const stream = reader.stream()
    for (let i = 0; i < 100; i++) stream.take(Buffer.alloc(65_536, 0x61))
    stream.take(Buffer.from('step 3 loss: 3\nstep 4 loss: 4\n'))
    stream.take(Buffer.from([0, 1, 2, 255, 254, 0, 10]))
    stream.take(Buffer.from('step 5 loss: 5\n'))
    expect(points).toEqual([
      ['loss', 4, 4],
      ['loss', 5, 5],
    ])
  })

  test('never throws for any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (chunks) => {
        const { reader } = reading()
        const stream = reader.stream()
        for (const chunk of chunks) stream.take(Buffer.from(chunk))
        stream.end()
      }),
    )
  })

  test('stops looking when it has taken a quarter of a second, and counts what it left', () => {
    let now = 0
    const { reader, points } = reading(() => (now += 10))
    const stream = reader.stream()
    const line = Buffer.from('step 1 loss: 0.5\n')
    for (let i = 0; i < 60; i++) stream.take(line)
    expect(reader.skipped()).toBeGreaterThan(0)
    const read = points.length
    expect(read + reader.skipped()).toBe(60)
    now += 5_000
    stream.take(line)
    expect(points).toHaveLength(read + 1)
  })

  test('takes the settings that a program prints', () => {
    const { reader, params } = reading()
    const stream = reader.stream()
    stream.take(Buffer.from("Namespace(lr=0.1, model='small')\n"))
    expect(params).toEqual({ lr: '0.1', model: 'small' })
  })
})
