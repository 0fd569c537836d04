// Editing the line of a prompt: characters, words, history. Knows nothing of commands or filters.
import type { Prompt, UiState } from './ui-state.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Longest line, UTF-16 units; longer ones are cut. */
const MAX_LINE = 2000
const MAX_HISTORY = 50

/** Opens a prompt with a text, the cursor at its end. */
export function openPrompt(state: UiState, kind: Prompt['kind'], text: string, before = ''): UiState {
  const prompt: Prompt = { kind, text, cursor: text.length, before, back: 0, typed: text, chosen: -1 }
  return { ...state, prompt, message: null, help: null }
}

/** The prompt with another line. */
export function setLine(prompt: Prompt, text: string, cursor = text.length): Prompt {
  return { ...prompt, text, cursor, back: 0, typed: text, chosen: -1 }
}

/** Puts text in at the cursor. Line ends become spaces. */
export function insert(prompt: Prompt, added: string): Prompt {
  const { text, cursor } = prompt
  const clean = added.replace(/[\n\t]+/g, ' ')
  if (text.length + clean.length > MAX_LINE) return prompt
  return setLine(prompt, text.slice(0, cursor) + clean + text.slice(cursor), cursor + clean.length)
}

const stepLeft = (text: string, cursor: number): number =>
  cursor - ([...segmenter.segment(text.slice(0, cursor))].at(-1)?.segment.length ?? 0)

const stepRight = (text: string, cursor: number): number =>
  cursor + ([...segmenter.segment(text.slice(cursor))][0]?.segment.length ?? 0)

/** Where the word before the cursor begins. */
export const wordStart = (text: string, cursor: number): number =>
  cursor - (/\S*\s*$/.exec(text.slice(0, cursor))?.[0].length ?? 0)

/** Takes away what lies between two places. */
function cut({ text, cursor, ...rest }: Prompt, from: number, to = cursor): Prompt {
  return setLine({ text, cursor, ...rest }, text.slice(0, from) + text.slice(to), from)
}

/** Edits by name of the move. */
export const edits = {
  left: (prompt: Prompt): Prompt => ({ ...prompt, cursor: stepLeft(prompt.text, prompt.cursor) }),
  right: (prompt: Prompt): Prompt => ({ ...prompt, cursor: stepRight(prompt.text, prompt.cursor) }),
  start: (prompt: Prompt): Prompt => ({ ...prompt, cursor: 0 }),
  end: (prompt: Prompt): Prompt => ({ ...prompt, cursor: prompt.text.length }),
  backspace: (prompt: Prompt): Prompt => cut(prompt, stepLeft(prompt.text, prompt.cursor)),
  delete: (prompt: Prompt): Prompt => cut(prompt, prompt.cursor, stepRight(prompt.text, prompt.cursor)),
  word: (prompt: Prompt): Prompt => cut(prompt, wordStart(prompt.text, prompt.cursor)),
  clear: (prompt: Prompt): Prompt => cut(prompt, 0),
} as const

/** The line `by` further back in the history (negative: newer); past the newest is the line being typed. */
export function walkHistory(prompt: Prompt, history: readonly string[], by: number): Prompt {
  const back = Math.max(0, Math.min(prompt.back + by, history.length))
  if (back === prompt.back) return prompt
  const text = back === 0 ? prompt.typed : history[history.length - back]!
  return { ...prompt, text, cursor: text.length, back, chosen: -1 }
}

/** A history with a line at its end, without the line's earlier places. */
export function remember(history: readonly string[], line: string): readonly string[] {
  if (line.trim() === '') return history
  return [...history.filter((before) => before !== line), line].slice(-MAX_HISTORY)
}
