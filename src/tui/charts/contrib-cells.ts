// Turns cells that blessed-contrib drew into lines with the theme's colours only.

import { fitPainted } from '../panels/painted.ts'
import type { Row } from '../terminal/cells.ts'
import type { Style } from '../terminal/sgr.ts'
import type { Theme, Tone } from '../terminal/style.ts'
import { asciiOf } from './braille.ts'

// Its eight colours stand for tones: the last digit of the SGR code says which.
const TONES: readonly Tone[] = ['border', 'bad', 'good', 'warn', 'accent', 'info', 'title', 'text']

/** The name under which blessed-contrib knows the colour of a tone. */
export const COLOURS = { bad: 'red', good: 'green', warn: 'yellow', accent: 'blue', info: 'magenta' } as const

const BLOCKS = '▁▂▃▄▅▆▇█'
const BLOCKS_ASCII = '__..--=^'

function asciiGlyph(glyph: string): string {
  const code = glyph.codePointAt(0) ?? 0
  const block = BLOCKS.indexOf(glyph)
  if (code >= 0x2800 && code <= 0x28ff) return asciiOf(code - 0x2800)
  return glyph !== '' && block >= 0 ? BLOCKS_ASCII[block]! : glyph
}

const toneOf = (code: string): Tone =>
  /^[349]?\d$|^10\d$/.test(code) ? (TONES[Number(code) % 10] ?? 'text') : 'text'

function paintRun(text: string, { bits, fg, bg }: Style, theme: Theme): string {
  if (bg !== '') return theme.paint('selected', theme.paint(toneOf(bg), text))
  if (text.trim() === '') return text
  return theme.paint((bits & 1) === 1 ? 'bold' : toneOf(fg), text)
}

/** Paints the first `width` cells of a row. */
export function paintRow({ glyphs, styles }: Row, width: number, theme: Theme): string {
  let line = ''
  let run = ''
  let style = styles[0]
  for (let i = 0; i < Math.min(width, glyphs.length); i++) {
    const next = styles[i]!
    if (style && next !== style) {
      line += paintRun(run, style, theme)
      run = ''
    }
    style = next
    run += theme.unicode ? glyphs[i]! : asciiGlyph(glyphs[i]!)
  }
  return fitPainted(style ? line + paintRun(run, style, theme) : '', width)
}
