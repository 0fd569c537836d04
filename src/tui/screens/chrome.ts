// What stands around every screen: header, crumbs, prompt or footer.
import { formatAge, formatTime } from '../../core/format.ts'
import { nodeOf } from '../../core/lineage-nodes.ts'
import type { LinkStatus } from '../../core/link.ts'
import { bindingsOf, scopeOf } from '../app/bindings.ts'
import { compareLines } from '../app/compare-lines.ts'
import { complete, offered } from '../app/completion.ts'
import type { Shown } from '../app/console-store.ts'
import { focused, metricKeys, ownerName } from '../app/facts.ts'
import { lineageItems } from '../app/lineage-moves.ts'
import { logCount, logStatus } from '../app/log-status.ts'
import type { Totals } from '../app/totals.ts'
import { currentView, type Prompt, type View } from '../app/ui-state.ts'
import { viewNames } from '../app/views-moves.ts'
import { type CrumbsData, crumbsPanel } from '../panels/crumbs.ts'
import { footerPanel } from '../panels/footer.ts'
import { type HeaderData, headerPanel, quietText } from '../panels/header.ts'
import { exactLines, flow } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit as cutTo } from '../terminal/width.ts'

/** Without a word from any host for this long, the age of the data is told, ms. */
const FRESH_MS = 5_000
/** A note is cut to no less than this, cells. */
const LEAST_NOTE = 14
/** Below this width the header leaves out the version. */
const NARROW = 110

function hubOf({ where, connected }: LinkStatus): HeaderData['hub'] {
  const here = where === 'this process'
  return { name: `hub ${where}`, status: connected ? (here ? 'embedded' : 'connected') : 'offline' }
}

/** How old what is read here is by the time it has come over the link. */
function slowText({ facts, totals, lagMs }: Shown): string {
  const heard = totals.heard ?? facts.now
  const seconds = Math.round((Math.max(0, facts.now - heard) + lagMs) / 1000)
  return `link slow, data ${seconds} s old`
}

/** `room`: a note longer than this is cut rather than left out. */
function noteOf(shown: Shown, room: number): HeaderData['note'] {
  const { status, slow, facts, surroundings } = shown
  const bad = (text: string) =>
    ({ text: cellWidth(text) > room ? cutTo(text, room) : text, tone: 'bad' }) as const
  const { at } = facts.world
  if (at !== undefined) return { text: ` PAST ${formatTime(at)} UTC, :at now comes back `, tone: 'danger' }
  if (!status.connected)
    return bad(`LOST ${formatAge(facts.now - status.heard)} ago: ${status.trouble ?? 'no answer'}`)
  if (status.trouble) return bad(status.trouble)
  if (slow) return { text: slowText(shown), tone: 'warn' }
  return surroundings.readOnly ? { text: 'read-only', tone: 'dim' } : undefined
}

/** Cells that product, hub and alerts take in the header, with the gaps behind them. */
function beforeNote(product: string, { where }: LinkStatus, counts: Totals['alerts']): number {
  const { critical, warning } = counts
  const quiet = critical + warning === 0
  const alerts = quiet ? quietText(counts).length : (critical > 0 ? 13 : 0) + (warning > 0 ? 12 : 0)
  return cellWidth(`${product}  hub ${where} connecting  `) + alerts + 2
}

/** Paints the header. */
export function headerLines(shown: Shown, width: number, height: number): string[] {
  const { facts, status, surroundings } = shown
  const { heard, ...counts } = shown.totals
  // A hub that is lost heard nothing since we last heard of it, whatever the clocks say.
  const newest = heard === null ? null : status.connected ? heard : Math.min(heard, status.heard)
  const age = newest === null ? null : Math.max(0, facts.now - newest)
  const product = width < NARROW ? 'mlops' : `mlops ${surroundings.version}`
  const data: HeaderData = {
    product,
    hub: hubOf(status),
    ...counts,
    ageMs: age !== null && age <= FRESH_MS ? 0 : age,
    staleMs: FRESH_MS,
    note: noteOf(shown, Math.max(LEAST_NOTE, width - beforeNote(product, status, counts.alerts))),
  }
  return headerPanel(data, width, height, surroundings.theme)
}

function crumb(view: View, { facts }: Shown): string {
  switch (view.kind) {
    case 'list':
      return view.resource
    case 'events':
    case 'views':
      return view.kind
    case 'logs':
      return view.ids.length > 1
        ? `logs of ${view.ids.length} runs`
        : `logs ${ownerName(facts.world, view.ids[0] ?? '')}`
    case 'details':
      return `${ownerName(facts.world, view.id)} (all)`
    case 'json':
      return `${ownerName(facts.world, view.id)} (JSON)`
    case 'compare':
      return `compare ${view.ids.length} ${view.versions.length > 0 ? 'versions' : 'runs'}`
    case 'lineage':
      return `lineage of ${nodeOf(facts.world.state, view.node).name}`
    case 'charts':
      return view.ids.length > 2
        ? `${view.ids.length} runs`
        : view.ids.map((id) => ownerName(facts.world, id)).join(' + ')
  }
}

function place(view: View, { facts, state }: Shown): Omit<CrumbsData, 'path'> {
  if (view.kind === 'list') {
    const { items, total } = facts.rows(view)
    const note = view.marks.size > 0 ? `${view.marks.size} marked` : undefined
    return { filter: view.filter, note, count: { shown: items.length, total } }
  }
  if (view.kind === 'events' || view.kind === 'json')
    return { filter: view.find, count: { shown: facts.lines(view).length, total: facts.lines(view).length } }
  if (view.kind === 'compare') {
    const lines = compareLines(facts.world, { ...view, differing: false }).filter(
      ({ kind }) => kind !== 'fold',
    )
    const shown = view.differing ? lines.filter(({ differs }) => differs) : lines
    return { count: { shown: shown.length, total: lines.length } }
  }
  if (view.kind === 'lineage') {
    const { length: total } = lineageItems(view, facts)
    return { count: { shown: total, total } }
  }
  if (view.kind === 'logs')
    return { filter: view.find, note: logStatus(state, view, facts), count: logCount(view, facts) }
  if (view.kind === 'views') {
    const { length: total } = viewNames(state)
    return { count: { shown: total, total } }
  }
  if (view.kind !== 'charts') return {}
  const total = metricKeys(facts.world, { ...view, filter: '', group: '' }).length
  const note = [view.group, view.frozen ? 'frozen' : ''].filter(Boolean).join(' ')
  return { filter: view.filter, note, count: { shown: metricKeys(facts.world, view).length, total } }
}

/** Paints the way to the screen in sight. */
export function crumbLines(shown: Shown, width: number, height: number): string[] {
  const { state } = shown
  const view = currentView(state)
  const way = state.stack.map((one) => crumb(one, shown))
  const path = state.project === null ? way : [`project ${state.project}`, ...way]
  if (view.kind === 'charts' && view.full) {
    const keys = metricKeys(shown.facts.world, view)
    path.push(keys[focused(keys, view)] ?? '')
  }
  if (state.help !== null)
    return crumbsPanel({ path: [...path, 'help'] }, width, height, shown.surroundings.theme)
  return crumbsPanel({ path, ...place(view, shown) }, width, height, shown.surroundings.theme)
}

/** The line being typed, with its cursor and the rest of what is offered. */
function promptLine(shown: Shown, prompt: Prompt, width: number, theme: Theme): string {
  const completion = complete(shown.state, shown.facts)
  const { text, cursor } = prompt
  const word = text.slice(completion.from, cursor)
  const offer = cursor === text.length ? offered(completion, prompt) : undefined
  const ghost = offer?.startsWith(word) ? offer.slice(word.length) : ''
  // A line longer than the screen is shown by its end.
  const before = text.slice(Math.max(0, cursor - Math.max(8, width - 12)), cursor)
  const under = text.slice(cursor, cursor + 1) || ghost.slice(0, 1) || ' '
  const after = text.slice(cursor + 1) + theme.paint('dim', ghost.slice(1))
  const sign = theme.paint('key', prompt.kind === 'command' ? ':' : '/')
  return sign + before + theme.paint('selected', under) + after
}

/** What could be typed, the chosen one marked. */
export function candidateLines(shown: Shown, width: number, height: number): string[] {
  const { theme } = shown.surroundings
  const { prompt } = shown.state
  if (!prompt || height < 1) return []
  const { candidates } = complete(shown.state, shown.facts)
  const from = Math.max(0, prompt.chosen - 5)
  const pieces = candidates
    .slice(from)
    .map((text, i) => theme.paint(from + i === prompt.chosen ? 'selected' : 'dim', text))
  return exactLines([` ${flow(pieces, Math.max(0, width - 1)).line}`], width, height)
}

/** Paints the last line: the prompt, or a message and what keys do here. */
export function footerLines(shown: Shown, width: number, height: number): string[] {
  const { state, surroundings } = shown
  const { theme } = surroundings
  const error =
    currentView(state).kind === 'list' && state.prompt?.kind === 'filter' ? filterError(shown) : null
  if (state.prompt) {
    const tail = state.message?.text ?? error
    const line =
      promptLine(shown, state.prompt, width, theme) + (tail ? `  ${theme.paint('warn', tail)}` : '')
    return exactLines([line], width, height)
  }
  const hints = bindingsOf(scopeOf(state)).flatMap(({ keys, hint }) =>
    hint === undefined ? [] : [{ key: keyLabel(keys[0]!), does: hint }],
  )
  const last = state.help === null ? { key: '?', does: 'help' } : undefined
  return footerPanel({ hints, last, message: state.message ?? undefined }, width, height, theme)
}

function filterError({ state, facts }: Shown): string | null {
  const view = currentView(state)
  if (view.kind !== 'list' || !state.prompt) return null
  return facts.rows({ ...view, filter: state.prompt.text }).error
}

const keyLabel = (key: string): string =>
  key === 'escape' ? 'Esc' : key.length > 1 ? key[0]!.toUpperCase() + key.slice(1) : key
