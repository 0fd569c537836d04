import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText, plainText } from '../../src/protocol/text.ts'

describe('plainText', () => {
  test('gives back the lines and tabs of a text that went through the door', () => {
    const part = fc.oneof(fc.constantFrom('\n', '\r', '\t', '\r\n'), fc.stringMatching(/^[ -~äß漢]*$/))
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('')
        expect(plainText(cleanText(text))).toBe(text)
      }),
    )
  })

  test('brings back no other control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(cleanText(text))).not.toMatch(
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/,
        )
      }),
    )
  })

  test('is clean again after the door', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanText(text)
        expect(cleanText(plainText(clean))).toBe(clean)
      }),
    )
  })
})
