import { describe, expect, it } from 'vitest'
import { createTheme, SERIES_COLOURS, type Tone } from '../../../src/tui/terminal/style.ts'

const theme = createTheme({ depth: 24, unicode: true })
const TONES: Tone[] = [
  'text',
  'dim',
  'bold',
  'title',
  'accent',
  'good',
  'warn',
  'bad',
  'selected',
  'border',
  'key',
  'danger',
]

describe('createTheme', () => {
  it('paints in the depth of the terminal', () => {
    expect(theme.paint('warn', 'x')).toBe('\u001b[38;2;230;159;0mx\u001b[0m')
    expect(createTheme({ depth: 8, unicode: true }).paint('warn', 'x')).toBe('\u001b[38;5;214mx\u001b[0m')
    expect(createTheme({ depth: 4, unicode: true }).paint('warn', 'x')).toBe('\u001b[33mx\u001b[0m')
  })

  it('uses no colour at depth 0', () => {
    const mono = createTheme({ depth: 0, unicode: false })
    const all = TONES.map((tone) => mono.paint(tone, 'x'))
    for (let i = 0; i < SERIES_COLOURS; i++) all.push(mono.series(i, 'x'))
    for (const text of all) expect(text).toMatch(/^(\u001b\[[1247](;[1247])*m)?x(\u001b\[0m)?$/)
    expect(mono.paint('selected', 'x')).toBe('\u001b[7mx\u001b[0m')
  })

  it('leaves empty and plain text alone', () => {
    expect(theme.paint('bad', '')).toBe('')
    expect(theme.series(0, '')).toBe('')
    expect(theme.paint('text', 'x')).toBe('x')
  })

  it('goes on after a tone inside', () => {
    const inner = theme.paint('good', 'ok')
    expect(theme.paint('selected', `a ${inner} b`)).toBe(`\u001b[7ma ${inner}\u001b[7m b\u001b[0m`)
  })

  it.each([0, 4, 8, 24] as const)('has %i-bit series that differ, and repeats them', (depth) => {
    const some = createTheme({ depth, unicode: true })
    const all = Array.from({ length: SERIES_COLOURS }, (_, i) => some.series(i, 'x'))
    expect(new Set(all).size).toBe(8)
    expect(some.series(SERIES_COLOURS, 'x')).toBe(some.series(0, 'x'))
    expect(some.series(-1, 'x')).toBe(some.series(7, 'x'))
  })
})
