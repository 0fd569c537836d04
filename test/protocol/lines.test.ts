// Text output on the wire: what passes, and what is refused by name.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitBatch } from '../../agents/batch-parts.ts'
import { batchFrame } from '../../agents/batcher.ts'
import { decode, MAX_FRAME } from '../../src/protocol/decode.ts'
import { fromWireLines, LineBuffer, MAX_LINE_TEXT, MAX_LINES } from '../../src/protocol/lines.ts'
import { FromAgent } from '../../src/protocol/messages.ts'
import { PointBuffer } from '../../src/protocol/points.ts'
import { cleanText } from '../../src/protocol/text.ts'

const said = fc.record({
  owner: fc.constantFrom('a', 'b'),
  stream: fc.constantFrom('stdout', 'train.log'),
  at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  text: fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 4000, maxLength: 5000 })),
})

const noPoints = () => new PointBuffer().take()

describe('lines on the wire', () => {
  test('any lines come through frames as they went in, cleaned and cut, in their order', () => {
    fc.assert(
      fc.property(fc.array(said, { maxLength: 60 }), (all) => {
        const buffer = new LineBuffer()
        for (const { owner, stream, at, text } of all) buffer.add(owner, stream, at, text)
        const frames = splitBatch(noPoints(), [], buffer.take()).map(({ points, events, lines }, i) =>
          batchFrame(i, 0, points, events, lines),
        )
        const came = frames.flatMap((frame) => {
          const message = decode(FromAgent, frame)
          if (!message.ok || message.value.type !== 'batch') throw new Error('no batch')
          return fromWireLines(message.value.lines)
        })
        for (const owner of ['a', 'b'])
          for (const stream of ['stdout', 'train.log']) {
            const groups = came.filter((one) => one.owner === owner && one.stream === stream)
            const mine = all.filter((one) => one.owner === owner && one.stream === stream)
            expect(groups.flatMap(({ text }) => text)).toEqual(
              mine.map(({ text }) => cleanText(text, MAX_LINE_TEXT)),
            )
            expect(groups.flatMap(({ at }) => at)).toEqual(mine.map(({ at }) => at))
          }
      }),
      { numRuns: 60 },
    )
  })

  test('many long lines are cut into frames that a hub takes', () => {
    const buffer = new LineBuffer()
    for (let i = 0; i < 2000; i++) buffer.add('a', 'stdout', i, '"\u001b…'.repeat(1500))
    for (let i = 0; i < MAX_LINES * 2; i++) buffer.add('a', 'stdout', i, '')
    const parts = splitBatch(noPoints(), [], buffer.take())
    for (const { points, events, lines } of parts)
      expect(Buffer.byteLength(batchFrame(1, 0, points, events, lines))).toBeLessThan(MAX_FRAME)
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(2000 + MAX_LINES * 2)
  })

  test('a batch without lines reads as before', () => {
    const frame = batchFrame(1, 0, noPoints(), [])
    expect(frame).not.toContain('lines')
    expect(fromWireLines(JSON.parse(frame).lines)).toEqual([])
  })

  test('a long line is cut and marked', () => {
    const [group] = fromWireLines([{ owner: 'a', stream: 's', at: [1], text: ['x'.repeat(10_000)] }])
    expect(group!.text[0]).toHaveLength(MAX_LINE_TEXT)
    expect(group!.text[0]!.endsWith('x…')).toBe(true)
  })

  const good = { owner: 'a', stream: 's', at: [1], text: ['x'] }
  test.each([
    ['{}', 'lines must be an array'],
    [[null], 'lines[0] must be an object'],
    [[{ ...good, owner: '' }], 'lines[0].owner must be a text'],
    [[{ ...good, stream: 7 }], 'lines[0].stream must be a text'],
    [[{ ...good, at: [] }], 'lines[0].at must hold times'],
    [[good, { ...good, text: [] }], 'lines[1].text must hold 1 items'],
    [[{ ...good, at: [1.5] }], 'lines[0].at[0] is not valid'],
    [[{ ...good, at: [9e15] }], 'lines[0].at[0] is not valid'],
    [[{ ...good, text: [null] }], 'lines[0].text[0] is not valid'],
    [
      [{ ...good, at: Array(MAX_LINES + 1).fill(1), text: Array(MAX_LINES + 1).fill('') }],
      'more than 16384 in a batch',
    ],
  ])('%j is refused by name', (raw, reason) => {
    expect(() => fromWireLines(raw)).toThrow(reason)
  })
})
