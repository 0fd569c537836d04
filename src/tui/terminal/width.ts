// How many terminal cells a text takes, and cutting or padding it to an exact number of them.
// Plain text only: no escape sequences inside.

// East Asian Wide and Fullwidth (UAX #11, Unicode 17) less what \p{Emoji_Presentation} covers;
// neighbouring ranges are joined over unassigned code points.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]

// One cell each, never part of a longer grapheme unless a character outside the class follows:
// ASCII, Latin, punctuation, arrows, mathematics, box drawing, blocks, shapes, braille.
const PLAIN =
  ' -~\\u00a1-\\u00a8\\u00aa-\\u00ac\\u00af-\\u02ff\\u0370-\\u0373\\u0391-\\u03a1\\u03a3-\\u03ff\\u0400-\\u0482' +
  '\\u2010-\\u2027\\u2030-\\u203b\\u203e-\\u2048\\u2190-\\u2193\\u219a-\\u21a8\\u21ab-\\u2319' +
  '\\u2500-\\u25a9\\u25ac-\\u25b5\\u25b7-\\u25bf\\u25c1-\\u25fa\\u2713\\u2717\\u2800-\\u28ff'
const PLAIN_ONLY = new RegExp(`^[${PLAIN}]*$`)
const PIECES = new RegExp(`[${PLAIN}]+(?=[${PLAIN}]|$)|[${PLAIN}]?[^${PLAIN}]+|[${PLAIN}]`, 'g')

const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Cs}\p{Zl}\p{Zp}]/u
const EMOJI =
  /^(?:(?!\p{RI})\p{Emoji_Presentation}|\p{RI}\p{RI}|\p{Extended_Pictographic}\ufe0f|[\d#*]\ufe0f?\u20e3)/u
const JOINED = /\p{Extended_Pictographic}.*\u200d.*\p{Extended_Pictographic}/u
const SPACING = /[\p{Mc}\uff9e\uff9f]/u

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function isWide(code: number): boolean {
  if (code < 0x1100) return false
  for (const [first, last] of WIDE) if (code <= last) return code >= first
  return false
}

function graphemeWidth(grapheme: string): number {
  if (PLAIN_ONLY.test(grapheme)) return 1
  const start = grapheme.search(VISIBLE)
  if (start < 0) return 0
  if (EMOJI.test(grapheme) || JOINED.test(grapheme)) return 2
  const wide = isWide(grapheme.codePointAt(start) ?? 0)
  return wide || SPACING.test(grapheme.slice(start + 1)) ? 2 : 1
}

/**
 * Calls `visit` with each grapheme of `text` and its width in cells: 0 (control, invisible or lone
 * combining characters), 1 or 2.
 */
export function eachGrapheme(text: string, visit: (grapheme: string, width: number) => void): void {
  if (PLAIN_ONLY.test(text)) {
    for (let i = 0; i < text.length; i++) visit(text[i] as string, 1)
    return
  }
  for (const piece of text.match(PIECES) ?? []) {
    if (PLAIN_ONLY.test(piece)) for (let i = 0; i < piece.length; i++) visit(piece[i] as string, 1)
    else for (const { segment } of segmenter.segment(piece)) visit(segment, graphemeWidth(segment))
  }
}

/** Width of `text` in terminal cells. Ambiguous-width characters count 1; controls count 0. */
export function cellWidth(text: string): number {
  if (PLAIN_ONLY.test(text)) return text.length
  let total = 0
  eachGrapheme(text, (_, width) => {
    total += width
  })
  return total
}

function cut(text: string, width: number): string {
  if (PLAIN_ONLY.test(text)) return text.slice(0, width)
  let kept = ''
  let used = 0
  eachGrapheme(text, (grapheme, cells) => {
    used += cells
    if (used <= width) kept += grapheme
  })
  return kept
}

function pad(text: string, missing: number, align: 'left' | 'right' | 'center'): string {
  if (missing <= 0) return text
  if (align === 'left') return text + ' '.repeat(missing)
  if (align === 'right') return ' '.repeat(missing) + text
  const before = missing >> 1
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

/**
 * `text` in exactly `width` cells: padded, or cut at a grapheme and ended with `ellipsis` (left out
 * where it does not fit). A width that is not positive gives ''.
 */
export function fit(
  text: string,
  width: number,
  align: 'left' | 'right' | 'center' = 'left',
  ellipsis = '…',
): string {
  const cells = Math.floor(width)
  if (!(cells > 0)) return ''
  const have = cellWidth(text)
  if (have <= cells) return pad(text, cells - have, align)
  const end = cellWidth(ellipsis) <= cells ? ellipsis : ''
  const short = cut(text, cells - cellWidth(end)) + end
  return pad(short, cells - cellWidth(short), align)
}
