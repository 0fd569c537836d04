import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { ToAgent } from '../../src/protocol/agent-answers.ts'
import { decode, deeperThan, MAX_DEPTH, MAX_FRAME } from '../../src/protocol/decode.ts'
import { FromAgent } from '../../src/protocol/messages.ts'

const nest = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe('decode', () => {
  test('never throws, whatever comes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (frame) => {
        const result = decode(FromAgent, frame)
        expect(typeof result.ok).toBe('boolean')
        if (!result.ok) expect(result.reason).not.toBe('')
      }),
    )
  })

  test('refuses a frame above the size limit before parsing it', () => {
    expect(decode(z.string(), `"${'x'.repeat(MAX_FRAME)}"`)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('at most'),
    })
  })

  test('refuses deep nesting without recursion, a million brackets too', () => {
    expect(decode(z.unknown(), nest(MAX_DEPTH)).ok).toBe(true)
    expect(decode(z.unknown(), nest(MAX_DEPTH + 1))).toEqual({
      ok: false,
      reason: `nested deeper than ${MAX_DEPTH}`,
    })
    expect(deeperThan('['.repeat(1_000_000), 32)).toBe(true)
  })

  test('brackets inside strings are text', () => {
    expect(deeperThan(JSON.stringify(['[[[[\\"[[[[{{{{', '\\\\', '"[[[']), 1)).toBe(false)
  })

  test('names the field that is wrong', () => {
    const frame = JSON.stringify({ type: 'ack', taken: 'x' })
    expect(decode(ToAgent, frame)).toMatchObject({ ok: false, reason: expect.stringContaining('taken') })
  })

  test('a __proto__ key changes no prototype', () => {
    decode(
      FromAgent,
      '{"type":"ack","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    )
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
