// How the text output in sight stands to what there is: never behind without a word.
import { formatTime } from '../../core/format.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { logTop } from './log-moves.ts'
import type { LogsView } from './logs-view.ts'
import type { UiState } from './ui-state.ts'

const counted = (count: number): string => `${count} ${count === 1 ? 'line' : 'lines'}`

/** Lines that came behind what is in sight. */
export function linesBehind(state: UiState, view: LogsView, facts: Facts): number {
  const { newer } = facts.sight(view)
  if (view.follow) return newer
  const lines = facts.printed(view)
  const rows = pageRows(state)
  return newer + Math.max(0, lines.length - logTop(view, lines, rows) - rows)
}

/** Following, or how far behind; from when on; what is wrong. */
export function logStatus(state: UiState, view: LogsView, facts: Facts): string {
  const { error, lines } = facts.sight(view)
  const behind = linesBehind(state, view, facts)
  const place = behind > 0 ? `${counted(behind)} behind` : view.follow ? 'follows' : 'at the end'
  const since = view.since === null ? '' : `since ${formatTime(view.since).slice(11)}`
  // Without any lines the screen itself says why.
  return [place, since, error !== null && lines.length > 0 ? error : ''].filter(Boolean).join(', ')
}

/** Lines at hand, and all of the view. */
export function logCount(view: LogsView, facts: Facts): { readonly shown: number; readonly total: number } {
  const { lines, older, newer } = facts.sight(view)
  return { shown: lines.length, total: lines.length + older + newer }
}
