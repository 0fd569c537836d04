// What the keys of an open prompt do. A filter works while it is typed.
import { parseFilter } from '../../resources/filter.ts'
import { runCommand } from './commands.ts'
import { accept, complete, offered } from './completion.ts'
import type { Facts } from './facts.ts'
import { settleList } from './list-cursor.ts'
import { searchLog } from './log-moves.ts'
import { replace, say } from './navigation.ts'
import { insert, openPrompt, remember, walkHistory } from './prompt.ts'
import { search } from './text-moves.ts'
import { currentView, type Outcome, only, type Prompt, type UiState } from './ui-state.ts'

/** The screen in sight with another filter. */
function filtered(state: UiState, filter: string, facts: Facts): UiState {
  const view = currentView(state)
  if (view.kind === 'list') {
    const next = { ...view, filter }
    return settleList(replace(state, next), next, facts)
  }
  return view.kind === 'charts' ? replace(state, { ...view, filter, focus: null }) : state
}

/** A filter as it is typed: shown at once when it can be read, else what was shown stays. */
function preview(state: UiState, facts: Facts): UiState {
  const { prompt } = state
  if (prompt?.kind !== 'filter') return state
  const view = currentView(state)
  if (view.kind === 'list' && !parseFilter(prompt.text).ok) return state
  return filtered(state, prompt.text, facts)
}

/** Changes the line. */
export function edit(state: UiState, facts: Facts, change: (prompt: Prompt) => Prompt): UiState {
  if (!state.prompt) return state
  const prompt = change(state.prompt)
  const next = { ...state, prompt, message: null }
  return prompt.text === state.prompt.text ? next : preview(next, facts)
}

/** Puts typed or pasted text in. */
export const typeText = (state: UiState, facts: Facts, text: string): UiState =>
  edit(state, facts, (prompt) => insert(prompt, text))

/** Opens the filter of the screen in sight. */
export function openFilter(state: UiState): UiState {
  const view = currentView(state)
  return 'filter' in view ? openPrompt(state, 'filter', view.filter, view.filter) : state
}

/** Opens the search of the text in sight. */
export function openSearch(state: UiState): UiState {
  const view = currentView(state)
  return 'find' in view ? openPrompt(state, 'search', view.find) : state
}

/** Closes the prompt; a filter goes back to what it was. */
export function cancel(state: UiState, facts: Facts): UiState {
  const { prompt } = state
  const closed = { ...state, prompt: null }
  return prompt?.kind === 'filter' ? filtered(closed, prompt.before, facts) : closed
}

/** Takes the line. */
export function submit(state: UiState, facts: Facts): Outcome {
  const { prompt } = state
  if (!prompt) return only(state)
  if (prompt.kind === 'command') {
    const line = prompt.chosen >= 0 ? accept(prompt, complete(state, facts)).text : prompt.text
    return runCommand({ ...state, prompt: null, commands: remember(state.commands, line) }, line, facts)
  }
  if (prompt.kind === 'search') {
    const closed = { ...state, prompt: null, filters: remember(state.filters, prompt.text) }
    const view = currentView(state)
    if (view.kind === 'logs') return searchLog(closed, view, facts, prompt.text)
    return only(search(closed, facts, prompt.text))
  }
  const view = currentView(state)
  const filter = parseFilter(prompt.text)
  if (view.kind === 'list' && !filter.ok)
    return only(say(state, `${filter.reason}, at character ${filter.at + 1}`, 'warn'))
  const closed = { ...state, prompt: null, filters: remember(state.filters, prompt.text) }
  return only(filtered(closed, prompt.text, facts))
}

/** Tab and Right: takes what is offered. Right moves the cursor while it is inside the line. */
export const takeOffer = (state: UiState, facts: Facts): UiState =>
  edit(state, facts, (prompt) => accept(prompt, complete(state, facts)))

/** Up and Down: through the history from the typed line, else through the candidates. */
export function walk(state: UiState, facts: Facts, by: number): UiState {
  const { prompt } = state
  if (!prompt) return state
  const history = prompt.kind === 'command' ? state.commands : state.filters
  const browsing = prompt.back > 0 || (by > 0 && prompt.chosen < 0)
  if (browsing && history.length > 0) return edit(state, facts, (at) => walkHistory(at, history, by))
  const completion = complete(state, facts)
  const chosen = Math.max(-1, Math.min(prompt.chosen - by, completion.candidates.length - 1))
  const next = { ...prompt, chosen }
  return offered(completion, next) === undefined ? state : { ...state, prompt: next }
}
