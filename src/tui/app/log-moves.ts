// What keys do to text output: scrolling, following, ranges, searching, rules, saving.
import { textFinder } from '../panels/log.ts'
import { chosenIds } from './chosen-ids.ts'
import { type Facts, ownerName } from './facts.ts'
import { pageRows } from './layout.ts'
import type { PrintedLine } from './log-lines.ts'
import { isLine, type LogsView, logsView } from './logs-view.ts'
import { push, replace, say } from './navigation.ts'
import { currentView, eventsAround, type Outcome, only, type UiState } from './ui-state.ts'

/** Index of the first line in sight, of those at hand, with so many rows of room. */
export function logTop(view: LogsView, lines: readonly PrintedLine[], rows: number): number {
  const last = Math.max(0, lines.length - rows)
  const { top, around, from } = view
  if (view.follow) return last
  if (top) {
    const index = lines.findIndex(({ place }) => place && isLine(place, top))
    // A find is a third down, what is around it in sight.
    const above = isLine(top, view.match) ? Math.floor(rows / 3) : 0
    return Math.max(0, Math.min(index - above, last))
  }
  if (around === null) return from === 'start' ? 0 : last
  const instant = lines.findIndex(({ place }) => place && place.at >= around)
  return Math.max(0, Math.min((instant < 0 ? lines.length : instant) - (rows >> 1), last))
}

const placeFrom = (lines: readonly PrintedLine[], index: number) =>
  lines.slice(index).find(({ place }) => place)?.place ?? lines.findLast(({ place }) => place)?.place ?? null

/** Scrolls; it stops following when it goes up, and follows again at the end. */
export function scrollLog(
  state: UiState,
  view: LogsView,
  facts: Facts,
  to: (at: number, last: number) => number,
): UiState {
  const rows = pageRows(state)
  const lines = facts.printed(view)
  const { newer } = facts.sight(view)
  const last = Math.max(0, lines.length - rows)
  const wanted = to(logTop(view, lines, rows), last)
  const follow = wanted >= last && newer === 0
  const top = placeFrom(lines, Math.max(0, Math.min(wanted, last)))
  return replace(state, { ...view, follow, top: follow ? null : top })
}

/** To the first line; it is read from there where it is not at hand. */
export function logStart(state: UiState, view: LogsView, facts: Facts): UiState {
  const { older } = facts.sight(view)
  const top = older > 0 ? null : placeFrom(facts.printed(view), 0)
  const from = older > 0 ? 'start' : view.from
  return replace(state, { ...view, from, around: null, top, follow: false, match: null })
}

/** To the newest line, and on with what comes. */
export const logEnd = (state: UiState, view: LogsView): UiState =>
  replace(state, { ...view, from: 'end', around: null, top: null, follow: true })

/** Follows what comes, or stays where it is. */
export function toggleLogFollow(state: UiState, view: LogsView, facts: Facts): UiState {
  if (!view.follow) return say(logEnd(state, view), 'follows', 'dim')
  const lines = facts.printed(view)
  const top = placeFrom(lines, logTop(view, lines, pageRows(state)))
  return say(replace(state, { ...view, follow: false, top }), 'stays here', 'dim')
}

const MINUTE = 60_000

/** What the keys 0 to 6 show. */
export const LOG_RANGES: readonly {
  readonly key: string
  readonly name: string
  readonly ms: number | null
}[] = [
  { key: '0', name: 'the end', ms: null },
  { key: '1', name: 'the start', ms: null },
  { key: '2', name: 'the last minute', ms: MINUTE },
  { key: '3', name: 'the last 5 minutes', ms: 5 * MINUTE },
  { key: '4', name: 'the last 15 minutes', ms: 15 * MINUTE },
  { key: '5', name: 'the last 30 minutes', ms: 30 * MINUTE },
  { key: '6', name: 'the last hour', ms: 60 * MINUTE },
]

/** Shows one of LOG_RANGES. */
export function showRange(
  state: UiState,
  view: LogsView,
  { key, name, ms }: (typeof LOG_RANGES)[number],
  { now }: Facts,
): UiState {
  const whole = { ...view, since: ms === null ? null : now - ms, around: null, match: null, top: null }
  const next: LogsView =
    key === '1' ? { ...whole, from: 'start', follow: false } : { ...whole, from: 'end', follow: true }
  return say(replace(state, next), name, 'dim')
}

/** Draws a rule behind the newest line at hand. */
export function ruleLog(state: UiState, view: LogsView, facts: Facts): UiState {
  const newest = facts.printed(view).findLast(({ place }) => place)?.place
  if (!newest || view.rules.some((rule) => isLine(rule, newest))) return state
  return replace(state, { ...view, rules: [...view.rules, newest] })
}

function showFound(state: UiState, view: LogsView, lines: readonly PrintedLine[], index: number): UiState {
  const rows = pageRows(state)
  const before = logTop(view, lines, rows)
  const inSight = index >= before && index < before + rows
  const top = placeFrom(lines, inSight ? before : Math.max(0, index - Math.floor(rows / 3)))
  return replace(state, { ...view, match: lines[index]!.place ?? null, top, follow: false })
}

/** Goes to the next line with what is looked for, or the one before; the hub looks where nothing is at hand. */
export function findInLog(state: UiState, view: LogsView, facts: Facts, by: 1 | -1): Outcome {
  const finder = textFinder(view.find)
  if (!finder) return only(say(state, 'nothing is looked for: / first', 'dim'))
  const lines = facts.printed(view)
  const rows = pageRows(state)
  const top = logTop(view, lines, rows)
  const at = lines.findIndex(({ place }) => place && isLine(place, view.match))
  const from = at >= 0 ? at : by > 0 ? top - 1 : top + rows
  const holds = ({ text, head, place }: PrintedLine) =>
    place !== undefined && finder(text.slice(head?.length ?? 0)).length > 0
  const next =
    by > 0
      ? lines.findIndex((line, i) => i > from && holds(line))
      : lines.findLastIndex((line, i) => i < from && holds(line))
  if (next >= 0) return only(say(showFound(state, view, lines, next), `"${view.find}"`, 'dim'))
  const { older, newer, spans } = facts.sight(view)
  if ((by > 0 ? newer : older) === 0) {
    const where = by > 0 ? 'further down' : 'further up'
    return only(say(state, `"${view.find}" is not there ${where}`, 'warn'))
  }
  const edges = new Map([...spans].map(([owner, { from: first, to }]) => [owner, by > 0 ? to - 1 : first]))
  const looking = say(state, `looking for "${view.find}" in ${by > 0 ? newer : older} lines`, 'dim')
  return { state: looking, effect: { type: 'seek', view, by, edges } }
}

/** Looks for a text, from the end of what is in sight back; '' ends the search. */
export function searchLog(state: UiState, view: LogsView, facts: Facts, find: string): Outcome {
  const next = { ...view, find, match: null }
  const searched = replace(state, next)
  return find === '' ? only(searched) : findInLog(searched, next, facts, -1)
}

const fileName = (name: string, at: number): string =>
  `${name.replace(/[^\w.-]+/g, '_').slice(0, 60)}-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}.log`

/** Saves the lines at hand to a file in the working folder. */
export function saveLog(state: UiState, view: LogsView, facts: Facts): Outcome {
  const lines = facts.printed(view)
  if (lines.length === 0) return only(say(state, 'there is nothing to save', 'dim'))
  const { older, newer } = facts.sight(view)
  const name = view.ids.length === 1 ? ownerName(facts.world, view.ids[0]!) : `${view.ids.length}-runs`
  const rest = older + newer === 0 ? '' : `; the other ${older + newer}: mlops logs`
  const text = `${lines.map((line) => line.text).join('\n')}\n`
  const file = fileName(name, facts.clock)
  return { state, effect: { type: 'save', file, text, what: `${lines.length} lines`, rest } }
}

/** Opens the output of the rows marked, of the row with the cursor, or of what the screen is about. */
export function openLogs(state: UiState, facts: Facts): UiState {
  const ids = chosenIds(state, facts)
  if (!ids) return say(state, 'only runs and hosts print lines', 'warn')
  return ids.length === 0 ? state : push(state, logsView(ids))
}

/** Opens the log of events about the time of the first line in sight. */
export function eventsBeside(state: UiState, view: LogsView, facts: Facts): UiState {
  const lines = facts.printed(view)
  const top = placeFrom(lines, logTop(view, lines, pageRows(state)))
  return top ? push(state, eventsAround(view.match?.at ?? top.at)) : state
}

/** The view in sight goes to a line that the hub has found; nothing where another one is in sight by now. */
export function showSought(state: UiState, sought: LogsView, found: LogsView['match']): UiState {
  const view = currentView(state)
  if (view.kind !== 'logs' || view.find !== sought.find || view.ids !== sought.ids) return state
  if (!found) return say(state, `"${view.find}" is not there`, 'warn')
  const next = { ...view, match: found, top: found, follow: false }
  return say(replace(state, next), `"${view.find}"`, 'dim')
}
