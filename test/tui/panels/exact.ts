// What every panel promises, and texts to try it with.
import * as fc from 'fast-check'
import { expect } from 'vitest'
import { plainText } from '../../../src/tui/panels/painted.ts'
import { createTheme, type Theme } from '../../../src/tui/terminal/style.ts'
import { cellWidth } from '../../../src/tui/terminal/width.ts'

/** Without colours, so that lines can be compared with text. */
export const plain = createTheme({ depth: 0, unicode: true })

/** Lines without their colours and without blanks at the end. */
export const bare = (lines: readonly string[]): string[] => lines.map((line) => plainText(line).trimEnd())

/** Exactly `height` lines of `width` cells, no escape but SGR, colours closed at the end of each line. */
export function expectExact(lines: readonly string[], width: number, height: number): void {
  expect(lines.length).toBe(height)
  for (const line of lines) {
    const text = plainText(line)
    expect({ width: cellWidth(text), text }).toEqual({ width, text })
    expect(/[\u0000-\u001f\u007f-\u009f]/.test(text)).toBe(false)
    const last = line.lastIndexOf('\u001b[')
    if (last >= 0) expect(line.slice(last)).toMatch(/^\u001b\[0m/)
  }
}

/** Any terminal. */
export const themes: fc.Arbitrary<Theme> = fc
  .record({
    depth: fc.constantFrom(0, 4, 8, 24),
    unicode: fc.boolean(),
  })
  .map(createTheme)

/** Any size from 1 by 1 to 250 by 70, small ones more often. */
export const sizes: fc.Arbitrary<readonly [number, number]> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 12 })),
  fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 70 })),
)

/** Remote text as it comes through the door: no controls, but wide, combining and joined characters. */
export const texts: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      'a',
      'B',
      '0',
      ' ',
      '-',
      '{',
      '}',
      '%',
      'é',
      'e\u0301',
      '日',
      '本',
      '한',
      '🙂',
      '👩‍🔬',
      '🇩🇪',
      'ﬁ',
      'loss/train',
      '․',
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''))

/** Numbers of every kind. */
export const numbers: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    1.7e308,
    -1.7e308,
  ),
)
