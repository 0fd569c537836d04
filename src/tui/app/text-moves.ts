// What keys do to what is read line by line: scrolling, searching, and the ways to see the log of events.
import { textFinder } from '../panels/log.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { replace, say } from './navigation.ts'
import { instantLine } from './text-lines.ts'
import { currentView, type EventsView, type JsonView, type UiState } from './ui-state.ts'

type TextView = EventsView | JsonView

/** First line in sight of a text with so many rows of room. */
export function offsetOf(view: TextView, facts: Facts, rows: number): number {
  const lines = facts.lines(view)
  const last = Math.max(0, lines.length - rows)
  if (view.kind === 'events' && view.follow) return last
  return Math.min(view.offset ?? Math.max(0, instantLine(lines) - (rows >> 1)), last)
}

type To = (at: number, last: number) => number

/** `at` moved, held within a text of `length` lines. */
export function heldOffset(state: UiState, at: number, length: number, to: To): number {
  const last = Math.max(0, length - pageRows(state))
  return Math.max(0, Math.min(to(Math.min(at, last), last), last))
}

/** Scrolls; the log of events stops following when it goes up, and follows again at its end. */
export function scrollText(state: UiState, view: TextView, facts: Facts, to: To): UiState {
  const rows = pageRows(state)
  const { length } = facts.lines(view)
  const offset = heldOffset(state, offsetOf(view, facts, rows), length, to)
  if (view.kind === 'json') return replace(state, { ...view, offset })
  return replace(state, { ...view, offset, follow: offset >= length - rows })
}

/** Puts a found line a third down the screen, what is around it in sight. */
function showLine(state: UiState, view: TextView, facts: Facts, match: number): UiState {
  const rows = pageRows(state)
  const last = Math.max(0, facts.lines(view).length - rows)
  const before = offsetOf(view, facts, rows)
  const inSight = match >= before && match < before + rows
  const offset = inSight ? before : Math.max(0, Math.min(match - Math.floor(rows / 3), last))
  if (view.kind === 'json') return replace(state, { ...view, match, offset })
  return replace(state, { ...view, match, offset, follow: false })
}

/** Goes to the next line with what is looked for, or the one before; round at the ends. */
export function findNext(state: UiState, view: TextView, facts: Facts, by: 1 | -1): UiState {
  const finder = textFinder(view.find)
  if (!finder) return say(state, 'nothing is looked for: / first', 'dim')
  const lines = facts.lines(view)
  const found = lines.flatMap(({ text }, i) => (finder(text).length > 0 ? [i] : []))
  if (found.length === 0)
    return say(replace(state, { ...view, match: null }), `"${view.find}" is not there`, 'warn')
  const top = offsetOf(view, facts, pageRows(state))
  const from = view.match ?? (by > 0 ? top - 1 : top + pageRows(state))
  const next =
    by > 0 ? (found.find((i) => i > from) ?? found[0]!) : (found.findLast((i) => i < from) ?? found.at(-1)!)
  const place = `${found.indexOf(next) + 1} of ${found.length} lines with "${view.find}"`
  return say(showLine(state, view, facts, next), place, 'dim')
}

/** Looks for a text from the top of what is in sight on; '' ends the search. */
export function search(state: UiState, facts: Facts, find: string): UiState {
  const view = currentView(state)
  if (view.kind !== 'events' && view.kind !== 'json') return state
  const next = { ...view, find, match: null }
  return find === '' ? replace(state, next) : findNext(replace(state, next), next, facts, 1)
}

/** Follows what comes, or stays where it is. */
export function toggleFollow(state: UiState, view: EventsView, facts: Facts): UiState {
  const follow = !view.follow
  const offset = offsetOf(view, facts, pageRows(state))
  return say(replace(state, { ...view, follow, offset }), follow ? 'follows' : 'stays here', 'dim')
}

const MINUTE = 60_000

/** What the keys 0 to 6 show: all from its end or start, or the newest minutes. */
export const SPANS: readonly { readonly key: string; readonly name: string; readonly ms: number | null }[] = [
  { key: '0', name: 'the end', ms: null },
  { key: '1', name: 'the start', ms: null },
  { key: '2', name: 'the last minute', ms: MINUTE },
  { key: '3', name: 'the last 5 minutes', ms: 5 * MINUTE },
  { key: '4', name: 'the last 15 minutes', ms: 15 * MINUTE },
  { key: '5', name: 'the last hour', ms: 60 * MINUTE },
  { key: '6', name: 'the last 24 hours', ms: 24 * 60 * MINUTE },
]

/** Shows one of SPANS. */
export function showSpan(
  state: UiState,
  view: EventsView,
  { key, name, ms }: (typeof SPANS)[number],
): UiState {
  const next = { ...view, span: ms, offset: 0, follow: key !== '1', match: null }
  return say(replace(state, next), name, 'dim')
}

/** Draws a rule behind the newest event. */
export function drawRule(state: UiState, view: EventsView, { world }: Facts): UiState {
  const { seq } = world.state
  return replace(state, { ...view, rules: [...new Set([...view.rules, seq])] })
}
