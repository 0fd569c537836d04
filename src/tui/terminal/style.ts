// Tones: what a piece of text means; the theme turns a tone into colours of the terminal's depth.
// Series colours are those of Okabe and Ito (2008), safe for the usual kinds of colour blindness.
import type { Depth } from './capabilities.ts'

const RESET = '\u001b[0m'

/** A colour as SGR parameters: `rgb` for 24 bits, `palette` of 256, `ansi` the code of 16. */
interface Colour {
  readonly rgb: readonly [number, number, number]
  readonly palette: number
  readonly ansi: number
}

const ORANGE: Colour = { rgb: [230, 159, 0], palette: 214, ansi: 33 }
const SKY: Colour = { rgb: [86, 180, 233], palette: 74, ansi: 96 }
const GREEN: Colour = { rgb: [0, 158, 115], palette: 36, ansi: 32 }
const YELLOW: Colour = { rgb: [240, 228, 66], palette: 227, ansi: 93 }
const BLUE: Colour = { rgb: [0, 114, 178], palette: 25, ansi: 94 }
const VERMILION: Colour = { rgb: [213, 94, 0], palette: 166, ansi: 91 }
const PURPLE: Colour = { rgb: [204, 121, 167], palette: 175, ansi: 95 }
// Stands for Okabe and Ito's black, which a dark terminal cannot show.
const GREY: Colour = { rgb: [153, 153, 153], palette: 247, ansi: 37 }

const SERIES = [SKY, ORANGE, GREEN, PURPLE, YELLOW, VERMILION, BLUE, GREY] as const
// Without colour eight lines differ by weight only; charts add their own marks.
const SERIES_MONO = ['', '1', '2', '4', '1;4', '2;4', '7', '2;7'] as const

/** How many series colours there are before they repeat. */
export const SERIES_COLOURS = SERIES.length

interface ToneStyle {
  readonly sgr?: string
  readonly colour?: Colour
  /** Attributes when there is no colour at all. */
  readonly mono?: string
}

const TONES = {
  text: {},
  dim: { sgr: '2', mono: '2' },
  bold: { sgr: '1', mono: '1' },
  title: { sgr: '1', colour: SKY, mono: '1' },
  accent: { colour: SKY, mono: '4' },
  good: { colour: GREEN },
  warn: { colour: ORANGE, mono: '1' },
  bad: { sgr: '1', colour: VERMILION, mono: '1;4' },
  info: { colour: PURPLE },
  selected: { sgr: '7', mono: '7' },
  marked: { sgr: '1', colour: YELLOW, mono: '1' },
  match: { sgr: '4', colour: YELLOW, mono: '4' },
  border: { sgr: '2', mono: '2' },
  key: { sgr: '1', colour: ORANGE, mono: '1' },
  danger: { sgr: '1;7', colour: VERMILION, mono: '1;7' },
} as const satisfies Record<string, ToneStyle>

/** The meaning of a piece of text; `danger` is for production and for what cannot be undone. */
export type Tone = keyof typeof TONES

/** Paints text for one terminal. */
export interface Theme {
  readonly depth: Depth
  /** Characters outside ASCII may be drawn. */
  readonly unicode: boolean
  /** SGR + text + reset. Text already painted keeps its own tones, with `tone` around them. */
  paint(tone: Tone, text: string): string
  /** Text in the colour of the `index`-th series (any integer; colours repeat). */
  series(index: number, text: string): string
}

function colourCode(colour: Colour, depth: Depth): string {
  if (depth === 24) return `38;2;${colour.rgb.join(';')}`
  return depth === 8 ? `38;5;${colour.palette}` : String(colour.ansi)
}

function opening(tone: ToneStyle, depth: Depth): string {
  if (depth === 0) return tone.mono ? `\u001b[${tone.mono}m` : ''
  const codes = [tone.sgr, tone.colour && colourCode(tone.colour, depth)].filter(Boolean)
  return codes.length > 0 ? `\u001b[${codes.join(';')}m` : ''
}

function wrap(open: string, text: string): string {
  if (text === '' || open === '') return text
  const inner = text.includes(RESET) ? text.replaceAll(RESET, RESET + open) : text
  return open + inner + RESET
}

/** Makes the theme of one terminal; every SGR string is made here, once. */
export function createTheme({ depth, unicode }: { depth: Depth; unicode: boolean }): Theme {
  const tones = new Map(Object.entries(TONES).map(([tone, style]) => [tone, opening(style, depth)]))
  const lines = SERIES.map((colour, i) => opening({ colour, mono: SERIES_MONO[i] ?? '' }, depth))
  return {
    depth,
    unicode,
    paint: (tone, text) => wrap(tones.get(tone) ?? '', text),
    series(index, text) {
      const at = ((index % lines.length) + lines.length) % lines.length
      return wrap(lines[at] ?? '', text)
    },
  }
}
