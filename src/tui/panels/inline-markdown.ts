// What stands inside a line of Markdown: bold, emphasis, code, links; and its words wrapped by terminal cells.
import type { Theme, Tone } from '../terminal/style.ts'
import { cellWidth } from '../terminal/width.ts'
import { wrapHard } from './painted.ts'

/** A piece of text of one tone. */
export interface Span {
  readonly text: string
  readonly tone: Tone
}

// One kind of mark an alternative; none of them can match in more than one way, so hostile text costs no more than its length.
const MARKS =
  /`([^`]{1,2000})`|!?\[([^\][]{0,2000})\]\(([^()\s]{1,2000})[^()]{0,200}\)|\*\*([^*]{1,2000})\*\*|__([^_]{1,2000})__|\*([^*\s][^*]{0,2000})\*/g

function marked(found: RegExpExecArray | RegExpMatchArray, tone: Tone): Span[] {
  const [whole, code, label, url, bold, strong, emphasis] = found
  if (code !== undefined) return [{ text: code, tone: 'accent' }]
  if (url !== undefined) {
    const name = whole!.startsWith('!') ? `image: ${label}` : label!
    const told =
      name === url || name === ''
        ? []
        : [
            { text: name, tone: 'accent' as const },
            { text: ` (${url})`, tone: 'dim' as const },
          ]
    return told.length > 0 ? told : [{ text: url, tone: 'accent' }]
  }
  const heavy = bold ?? strong
  return heavy === undefined ? [{ text: emphasis ?? '', tone }] : [{ text: heavy, tone: 'bold' }]
}

/** Pieces of a line; what is not marked has `tone`. */
export function inlineSpans(text: string, tone: Tone = 'text'): Span[] {
  const spans: Span[] = []
  let from = 0
  for (const found of text.matchAll(MARKS)) {
    if (found.index > from) spans.push({ text: text.slice(from, found.index), tone })
    spans.push(...marked(found, tone))
    from = found.index + found[0].length
  }
  if (from < text.length) spans.push({ text: text.slice(from), tone })
  return spans
}

/** Words of spans: pieces with no blank between them are one word. */
function wordsOf(spans: readonly Span[]): Span[][] {
  const words: Span[][] = []
  let open = false
  for (const { text, tone } of spans)
    for (const piece of text.match(/\s+|\S+/g) ?? []) {
      if (/^\s/.test(piece)) open = false
      else if (open) words.at(-1)!.push({ text: piece, tone })
      else {
        words.push([{ text: piece, tone }])
        open = true
      }
    }
  return words
}

const widthOf = (word: readonly Span[]): number => word.reduce((sum, { text }) => sum + cellWidth(text), 0)

/** Painted lines of at most `width` cells; at least one. Words longer than a line are cut into several. */
export function wrapSpans(spans: readonly Span[], width: number, theme: Theme): string[] {
  const room = Math.max(2, width)
  const lines: string[] = []
  let line = ''
  let used = 0
  const close = () => {
    lines.push(line)
    line = ''
    used = 0
  }
  for (const word of wordsOf(spans)) {
    const cells = widthOf(word)
    if (used > 0 && used + 1 + cells > room) close()
    if (used > 0) {
      line += ' '
      used++
    }
    for (const { text, tone } of word)
      for (const piece of wrapHard(text, room)) {
        const need = cellWidth(piece)
        if (used > 0 && used + need > room) close()
        line += theme.paint(tone, piece)
        used += need
      }
  }
  if (used > 0 || lines.length === 0) close()
  return lines
}
