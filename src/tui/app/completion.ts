// What could be meant: candidates for the word at the cursor of a prompt, the best first.
import { fuzzyScore } from '../../resources/fuzzy.ts'
import { type Command, filterWords } from './command.ts'
import { commands, findCommand } from './commands.ts'
import type { Facts } from './facts.ts'
import { setLine } from './prompt.ts'
import { currentView, type Prompt, type UiState } from './ui-state.ts'

const MOST = 30

/** Candidates and the part of the line that they replace, UTF-16 units. */
export interface Completion {
  readonly from: number
  readonly candidates: readonly string[]
}

/** The best fits of a word; all in their own order for ''. The word itself is no candidate. */
export function rank(word: string, all: readonly string[]): string[] {
  const scored = all.flatMap((text) => {
    const score = fuzzyScore(word, text)
    // A name that begins as typed is what people mean.
    return score === undefined ? [] : [{ text, score: score + (text.startsWith(word) ? 1000 : 0) }]
  })
  if (word !== '') scored.sort((a, b) => b.score - a.score)
  return [...new Set(scored.map(({ text }) => text))].filter((text) => text !== word).slice(0, MOST)
}

const commandWords = (all: readonly Command[]): string[] => all.map(({ name }) => name)

/** Candidates for the word before the cursor. */
export function complete(state: UiState, facts: Facts): Completion {
  const { prompt } = state
  if (!prompt) return { from: 0, candidates: [] }
  const line = prompt.text.slice(0, prompt.cursor)
  const from = Math.max(line.lastIndexOf(' '), line.lastIndexOf(',')) + 1
  const word = line.slice(from)
  if (prompt.kind === 'search') return { from, candidates: [] }
  if (prompt.kind === 'filter') {
    const view = currentView(state)
    const words = view.kind === 'list' && word !== '' ? filterWords(view.resource, word, facts) : []
    return { from, candidates: rank(word, words) }
  }
  const [name = ''] = line.trimStart().split(' ')
  if (!line.trimStart().includes(' ')) return { from, candidates: rank(word, commandWords(commands)) }
  const command = findCommand(name)
  const start = command?.whole ? line.indexOf(name) + name.length + 1 : from
  return {
    from: start,
    candidates: rank(line.slice(start), command?.candidates?.(state, facts, line.slice(start)) ?? []),
  }
}

/** The candidate that Tab would take. */
export const offered = ({ candidates }: Completion, { chosen }: Prompt): string | undefined =>
  candidates[Math.max(0, chosen)]

/** The prompt with the offered candidate taken. */
export function accept(prompt: Prompt, completion: Completion): Prompt {
  const word = offered(completion, prompt)
  if (word === undefined) return prompt
  const command = prompt.kind === 'command' && completion.from === 0
  const text = prompt.text.slice(0, completion.from) + word + (command ? ' ' : '')
  return setLine(prompt, text + prompt.text.slice(prompt.cursor), text.length)
}
