// Going from screen to screen: deeper, back, elsewhere, and through what was visited before.
import type { Message, Stack, UiState, View } from './ui-state.ts'

const MAX_PAST = 50

function visit(state: UiState, stack: Stack): UiState {
  return { ...state, stack, past: [...state.past, state.stack].slice(-MAX_PAST), future: [] }
}

/** Opens a screen above the one in sight. */
export const push = (state: UiState, view: View): UiState => visit(state, [...state.stack, view])

/** Leaves everything for another first screen. */
export const goTo = (state: UiState, view: View): UiState => visit(state, [view])

/** Back to the screen below; the same state at the first one. */
export function pop(state: UiState): UiState {
  return state.stack.length > 1 ? visit(state, state.stack.slice(0, -1)) : state
}

/** Changes the screen in sight in place. */
export const replace = (state: UiState, view: View): UiState => ({
  ...state,
  stack: [...state.stack.slice(0, -1), view],
})

/** Puts a word into the message line. */
export const say = (state: UiState, text: string, tone: Message['tone'] = 'text'): UiState => ({
  ...state,
  message: { text, tone },
})

/** To what was in sight before. */
export function goBack(state: UiState): UiState {
  const stack = state.past.at(-1)
  if (!stack) return say(state, 'nothing before this', 'dim')
  return { ...state, stack, past: state.past.slice(0, -1), future: [...state.future, state.stack] }
}

/** Takes goBack back. */
export function goForward(state: UiState): UiState {
  const stack = state.future.at(-1)
  if (!stack) return say(state, 'nothing after this', 'dim')
  return { ...state, stack, past: [...state.past, state.stack], future: state.future.slice(0, -1) }
}

/** Swaps with what was in sight before; twice is back again. */
export function goLast(state: UiState): UiState {
  const stack = state.past.at(-1)
  if (!stack) return say(state, 'nothing before this', 'dim')
  return { ...state, stack, past: [...state.past.slice(0, -1), state.stack] }
}
