import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createStyleReader, PLAIN_STYLE, type Style, styleChange } from '../../../src/tui/terminal/sgr.ts'

const read = createStyleReader()
const of = (sequence: string): string => /^\u001b\[(.*)m$/.exec(sequence)?.[1] ?? 'none'

const code = fc.oneof(
  fc
    .integer({ min: 0, max: 110 })
    .filter((n) => n !== 38 && n !== 48)
    .map(String),
  fc.tuple(fc.constantFrom(38, 48), fc.nat(255)).map(([kind, n]) => `${kind};5;${n}`),
  fc.tuple(fc.constantFrom(38, 48), fc.nat(255), fc.nat(255)).map(([kind, r, g]) => `${kind};2;${r};${g};7`),
)
const style: fc.Arbitrary<Style> = fc
  .array(code, { maxLength: 6 })
  .map((codes) => codes.reduce((now, one) => read(now, one), PLAIN_STYLE))

describe('styles', () => {
  it('reads attributes and colours', () => {
    expect(read(PLAIN_STYLE, '1;4;38;2;1;2;3;48;5;9')).toEqual({ bits: 9, fg: '38;2;1;2;3', bg: '48;5;9' })
    expect(read(read(PLAIN_STYLE, '1;2'), '22')).toEqual(PLAIN_STYLE)
    expect(read(read(PLAIN_STYLE, '31;7'), '')).toEqual(PLAIN_STYLE)
  })

  it('ignores what it does not know and colours out of range', () => {
    expect(read(PLAIN_STYLE, '5;8;38;5;300;48;2;1;2;999;60')).toEqual(PLAIN_STYLE)
    expect(read(PLAIN_STYLE, '38;5')).toEqual(PLAIN_STYLE)
    expect(read(PLAIN_STYLE, '38')).toEqual(PLAIN_STYLE)
  })

  it('writes a change that leads from any style to any other', () => {
    fc.assert(
      fc.property(style, style, (from, to) => {
        const change = styleChange(from, to)
        expect(change === '' ? from : read(from, of(change))).toEqual(to)
      }),
    )
  })

  it('writes the shorter of the change and a fresh start', () => {
    expect(styleChange(read(PLAIN_STYLE, '1;31'), read(PLAIN_STYLE, '31'))).toBe('\u001b[22m')
    expect(styleChange(read(PLAIN_STYLE, '38;2;1;2;3;1;4;7'), read(PLAIN_STYLE, '2'))).toBe('\u001b[;2m')
    expect(styleChange(read(PLAIN_STYLE, '31'), PLAIN_STYLE)).toBe('\u001b[m')
  })
})
