// Markdown as lines for a terminal: headings, lists, quotes, code, tables. A card must be readable, not beautiful.
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { inlineSpans, wrapSpans } from './inline-markdown.ts'
import { wrapHard } from './painted.ts'

interface Page {
  readonly width: number
  readonly theme: Theme
}

/** How many lines a block takes, and what is drawn for them. */
interface Block {
  readonly taken: number
  readonly lines: readonly string[]
}

type Read = (lines: readonly string[], at: number, page: Page) => Block | undefined

const HEADING = /^ {0,3}(#{1,6})\s+(.*)$/
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/
const TASK = /^\[([ xX])\]\s+/
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/
const FENCE = /^\s*(`{3,}|~{3,})/
const QUOTE = /^ {0,3}>\s?/
const COMMENT = /^\s*<!--.*-->\s*$/

/** Deepest list, and blanks for each level. */
const MOST_LEVELS = 6
const INDENT = 2

const code = (lines: readonly string[], { width, theme }: Page): string[] =>
  lines.flatMap((line) =>
    wrapHard(line, Math.max(2, width - INDENT)).map(
      (piece) => ' '.repeat(INDENT) + theme.paint('accent', piece),
    ),
  )

/** A heading may end in marks too. */
function withoutMarks(text: string): string {
  let end = text.length
  while (text[end - 1] === '#') end--
  return text.slice(0, end).trim()
}

const heading: Read = (lines, at, { width, theme }) => {
  const [, marks = '', raw = ''] = HEADING.exec(lines[at]!) ?? []
  if (marks === '') return undefined
  const text = withoutMarks(raw.trimEnd())
  const told = wrapSpans(inlineSpans(text, marks.length <= 2 ? 'title' : 'bold'), width, theme)
  if (marks.length > 1) return { taken: 1, lines: told }
  const rule = (theme.unicode ? '─' : '-').repeat(Math.min(Math.max(1, cellWidth(text)), Math.max(1, width)))
  return { taken: 1, lines: [...told, theme.paint('dim', rule)] }
}

/** Code between fences, or the settings between `---` that cards of Hugging Face begin with. */
const fenced: Read = (lines, at, page) => {
  const mark = FENCE.exec(lines[at]!)?.[1] ?? (at === 0 && lines[0]!.trimEnd() === '---' ? '---' : undefined)
  if (mark === undefined) return undefined
  const end = lines.findIndex(
    (line, i) => i > at && line.trim().startsWith(mark) && line.trim().replaceAll(mark[0]!, '') === '',
  )
  // a rule, not settings, where nothing ends them
  if (end < 0 && mark === '---') return undefined
  const last = end < 0 ? lines.length : end
  return { taken: last - at + (end < 0 ? 0 : 1), lines: code(lines.slice(at + 1, last), page) }
}

const rule: Read = (lines, at, { width, theme }) =>
  RULE.test(lines[at]!)
    ? {
        taken: 1,
        lines: [theme.paint('dim', (theme.unicode ? '─' : '-').repeat(Math.max(1, Math.min(width, 40))))],
      }
    : undefined

const quote: Read = (lines, at, { width, theme }) => {
  if (!QUOTE.test(lines[at]!)) return undefined
  const text = lines[at]!.replace(QUOTE, '')
  const bar = `${theme.paint('dim', theme.unicode ? '│' : '|')} `
  const told = wrapSpans(inlineSpans(text), width - 2, theme)
  return { taken: 1, lines: told.map((line) => bar + line) }
}

/** Lines that go on what stands above them: neither blank nor the beginning of another block. */
function continued(lines: readonly string[], at: number): string[] {
  const isMore = (line: string) => line.trim() !== '' && !STARTS.some((pattern) => pattern.test(line))
  let end = at
  while (end < lines.length && isMore(lines[end]!)) end++
  return lines.slice(at, end)
}

const item: Read = (lines, at, { width, theme }) => {
  const [whole, blanks = '', , number, first = ''] = ITEM.exec(lines[at]!) ?? []
  if (whole === undefined) return undefined
  const more = continued(lines, at + 1)
  const done = TASK.exec(first)?.[1]
  const text = [first.replace(TASK, ''), ...more].join(' ')
  const sign = done === undefined ? (theme.unicode ? '•' : '-') : done === ' ' ? '[ ]' : '[x]'
  const mark = `${number === undefined ? sign : `${number}.`} `
  const indent = ' '.repeat(
    Math.min(MOST_LEVELS, Math.floor(blanks.length / 2), Math.floor(width / 8)) * INDENT,
  )
  const told = wrapSpans(inlineSpans(text), width - indent.length - mark.length, theme)
  const under = ' '.repeat(mark.length)
  return { taken: 1 + more.length, lines: told.map((line, i) => indent + (i === 0 ? mark : under) + line) }
}

const isRow = (line: string | undefined): line is string => line !== undefined && /^\s*\|.*\|\s*$/.test(line)
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

const table: Read = (lines, at, { width, theme }) => {
  if (!isRow(lines[at])) return undefined
  let end = at
  while (isRow(lines[end])) end++
  const rows = lines.slice(at, end).map(cellsOf)
  const isHeaded = rows[1]?.every((cell) => /^:?-+:?$/.test(cell)) ?? false
  const shown = isHeaded ? [rows[0]!, ...rows.slice(2)] : rows
  const widths = Array.from({ length: Math.max(...shown.map((row) => row.length)) }, (_, i) =>
    Math.min(40, Math.max(...shown.map((row) => cellWidth(row[i] ?? '')))),
  )
  const drawn = shown.map((row, i) => {
    const text = fit(row.map((cell, k) => fit(cell, widths[k]!, 'left', '')).join('  '), width, 'left', '')
    return isHeaded && i === 0 ? theme.paint('bold', text) : text
  })
  return { taken: end - at, lines: drawn }
}

const blank: Read = (lines, at) => {
  if (lines[at]!.trim() === '') return { taken: 1, lines: [''] }
  return COMMENT.test(lines[at]!) ? { taken: 1, lines: [] } : undefined
}

const paragraph = (lines: readonly string[], at: number, { width, theme }: Page): Block => {
  const more = continued(lines, at + 1)
  return {
    taken: 1 + more.length,
    lines: wrapSpans(inlineSpans([lines[at]!, ...more].join(' ')), width, theme),
  }
}

const STARTS = [HEADING, ITEM, RULE, FENCE, QUOTE, COMMENT, /^\s*\|.*\|\s*$/]
const BLOCKS: readonly Read[] = [blank, fenced, heading, rule, quote, item, table]

function blockAt(lines: readonly string[], at: number, page: Page): Block {
  for (const read of BLOCKS) {
    const block = read(lines, at, page)
    if (block) return block
  }
  return paragraph(lines, at, page)
}

/** The lines of a text in Markdown, none wider than `width` cells; blank lines at both ends are left out. */
export function markdownLines(source: readonly string[], width: number, theme: Theme): string[] {
  const drawn: string[] = []
  for (let at = 0; at < source.length; ) {
    const { taken, lines } = blockAt(source, at, { width: Math.max(8, width), theme })
    for (const line of lines) if (line !== '' || (drawn.length > 0 && drawn.at(-1) !== '')) drawn.push(line)
    at += taken
  }
  if (drawn.at(-1) === '') drawn.pop()
  return drawn
}
