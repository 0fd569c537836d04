// What is in sight, in sentences: the screen's title, its lines, and where the cursor stands.

import { nodeOf } from '../../core/lineage-nodes.ts'
import type { SortKey } from '../../resources/sort.ts'
import { compareHeadings, compareItem, compareLines } from '../app/compare-lines.ts'
import type { Shown } from '../app/console-store.ts'
import { focused, metricKeys, ownerName, resourceOf } from '../app/facts.ts'
import { detailSections } from '../app/facts-reader.ts'
import { helpSections } from '../app/help.ts'
import { pageRows } from '../app/layout.ts'
import { lineageHeadings, lineageItems } from '../app/lineage-moves.ts'
import { shownColumns } from '../app/list-moves.ts'
import { offsetOf } from '../app/text-moves.ts'
import {
  type ChartsView,
  type CompareView,
  currentView,
  type DetailsView,
  type EventsView,
  type JsonView,
  type LineageView,
  type ListView,
  type View,
  type ViewsView,
} from '../app/ui-state.ts'
import { viewHeadings, viewIndex, viewItems } from '../app/views-moves.ts'
import type { DetailSection } from '../panels/details.ts'
import { linearDetails, linearTable } from '../panels/linear.ts'
import { metricSentence } from './chart-sentences.ts'
import { spokenLogs } from './spoken-logs.ts'

/** A screen in sentences. */
export interface Spoken {
  /** The same for as long as it is the same screen. */
  readonly screen: string
  readonly title: string
  /** Lines in sight, and the place of the first one in the whole text. */
  readonly lines: readonly string[]
  readonly first: number
  /** What the cursor is on: a name that changes when it moves, and its sentence; null where there is no cursor. */
  readonly current: { readonly at: string; readonly text: string } | null
}

/** Columns of a table that is as wide as the most that are told. */
const WIDTH = 120
/** Metrics told when charts open. */
const MOST_METRICS = 30

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const sentence = (parts: readonly string[]): string => {
  const text = parts.filter(Boolean).join(', ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const orderWords = ({ path, falling }: SortKey): string => (falling ? `${path} falling` : path)

function spokenList({ facts }: Shown, view: ListView): Omit<Spoken, 'screen'> {
  const { resource, filter, sort, marks, index } = view
  const { items, total, error } = facts.rows(view)
  const { headings } = resourceOf(resource)
  const count =
    filter === '' ? plural(total, 'row') : `${items.length} of ${plural(total, 'row')}, filter ${filter}`
  const title = sentence([
    resource,
    error ?? count,
    sort.length > 0 ? `sorted by ${sort.map(orderWords).join(', then ')}` : '',
    marks.size > 0 ? `${marks.size} marked` : '',
  ])
  const item = items[index]
  if (!item) return { title, lines: [], first: 0, current: null }
  const named = headings.some(({ key }) => key === 'name')
  const columns = shownColumns(view, WIDTH).filter((key) => !(named && key === 'id'))
  const told = columns.filter((key, i) => i === 0 || item.text(key, facts.now) !== '-')
  const [text = ''] = linearTable(headings, [item], told, facts.now)
  const mark = marks.has(item.id) ? ', marked' : ''
  const current = {
    at: `${index} ${item.id}${mark}`,
    text: `${index + 1} of ${items.length}${mark}: ${text}`,
  }
  return { title, lines: [], first: 0, current }
}

function spokenCharts(shown: Shown, view: ChartsView): Omit<Spoken, 'screen'> {
  const { world } = shown.facts
  const keys = metricKeys(world, view)
  const names = view.ids.map((id) => ownerName(world, id)).join(', ')
  const place = focused(keys, view)
  const key = keys[place]
  const axis = `x is ${view.x}`
  const title = view.full
    ? sentence([`one metric of ${names}`, axis])
    : sentence([`metrics of ${names}`, plural(keys.length, 'metric'), view.filter && `filter ${view.filter}`])
  if (key === undefined) return { title, lines: [], first: 0, current: null }
  const text = `${place + 1} of ${keys.length}: ${metricSentence(shown, view, key)}`
  const current = { at: `${key} ${view.cursor} ${view.x}`, text }
  if (view.full) return { title, lines: [], first: 0, current }
  const lines = keys.slice(0, MOST_METRICS).map((one) => metricSentence(shown, view, one))
  return { title, lines, first: 0, current }
}

function spokenCompare({ facts }: Shown, view: CompareView): Omit<Spoken, 'screen'> {
  const { world, now } = facts
  const lines = compareLines(world, view)
  const headings = compareHeadings(world, view)
  const { ids, versions } = view
  const names = (versions.length > 0 ? versions : ids.map((id) => ownerName(world, id))).join(', ')
  const title = sentence([`compare ${names}`, plural(lines.length, 'line')])
  const line = lines[view.index]
  if (!line) return { title, lines: [], first: 0, current: null }
  const columns = line.kind === 'fold' ? ['name'] : headings.map(({ key }) => key)
  const [text = ''] = linearTable(headings, [compareItem(line)], columns, now)
  const differs = line.differs && line.kind !== 'fold' ? ' Differs.' : ''
  const current = {
    at: `${view.index} ${line.name}`,
    text: `${view.index + 1} of ${lines.length}: ${text}${differs}`,
  }
  return { title, lines: [], first: 0, current }
}

function spokenViews({ state, facts }: Shown, view: ViewsView): Omit<Spoken, 'screen'> {
  const items = viewItems(state)
  const index = viewIndex(state, view)
  const item = items[index]
  const title = sentence(['saved views', plural(items.length, 'view')])
  if (!item) return { title, lines: [], first: 0, current: null }
  const keys = viewHeadings.map(({ key }) => key).filter((key) => item.text(key, facts.now) !== '-')
  const [text] = linearTable(viewHeadings, [item], keys, facts.now)
  return {
    title,
    lines: [],
    first: 0,
    current: { at: item.id, text: `${index + 1} of ${items.length}: ${text}` },
  }
}

function spokenLineage({ facts }: Shown, view: LineageView): Omit<Spoken, 'screen'> {
  const items = lineageItems(view, facts)
  const node = nodeOf(facts.world.state, view.node)
  const stale = node.stale === null ? '' : `stale: ${node.stale}`
  const title = sentence([`lineage of ${node.kind} ${node.name}`, stale, plural(items.length, 'row')])
  const item = items[view.index]
  if (!item) return { title, lines: [], first: 0, current: null }
  const keys = lineageHeadings.map(({ key }) => key).filter((key) => item.text(key, facts.now) !== '-')
  const [text] = linearTable(lineageHeadings, [item], keys, facts.now)
  const current = { at: `${view.node} ${item.id}`, text: `${view.index + 1} of ${items.length}: ${text}` }
  return { title, lines: [], first: 0, current }
}

function window(
  title: string,
  lines: readonly string[],
  offset: number,
  rows: number,
): Omit<Spoken, 'screen'> {
  return { title, lines: lines.slice(offset, offset + rows), first: offset, current: null }
}

function spokenDetails({ facts, state }: Shown, view: DetailsView): Omit<Spoken, 'screen'> {
  const lines = linearDetails(detailSections(view, facts.world, facts.now) ?? [])
  const title = sentence([
    `everything about ${ownerName(facts.world, view.id)}`,
    plural(lines.length, 'line'),
  ])
  return window(title, lines, view.offset, pageRows(state))
}

function spokenText(shown: Shown, view: EventsView | JsonView): Omit<Spoken, 'screen'> {
  const { facts, state } = shown
  const lines = facts.lines(view).map(({ text }) => text.trim().replace(/\s+/g, ' '))
  const rows = pageRows(state)
  const name = view.kind === 'events' ? 'events' : `record of ${ownerName(facts.world, view.id)}`
  const title = sentence([name, view.find && `search ${view.find}`])
  const spoken = window(title, lines, offsetOf(view, facts, rows), rows)
  const { match } = view
  return match === null ? spoken : { ...spoken, current: { at: String(match), text: lines[match] ?? '' } }
}

function spokenView(shown: Shown, view: View): Omit<Spoken, 'screen'> {
  switch (view.kind) {
    case 'list':
      return spokenList(shown, view)
    case 'charts':
      return spokenCharts(shown, view)
    case 'compare':
      return spokenCompare(shown, view)
    case 'lineage':
      return spokenLineage(shown, view)
    case 'views':
      return spokenViews(shown, view)
    case 'details':
      return spokenDetails(shown, view)
    case 'events':
    case 'json':
      return spokenText(shown, view)
    case 'logs':
      return spokenLogs(shown, view)
  }
}

/** What makes a screen another one. */
function identity(view: View): string {
  const { kind } = view
  if (kind === 'list') return `list ${view.resource}`
  if (kind === 'charts') return `charts ${view.ids.join(' ')} ${view.full} ${view.filter} ${view.group}`
  if (kind === 'lineage') return `lineage ${view.node}`
  if (kind === 'compare') return `compare ${view.ids.join(' ')}`
  if (kind === 'logs') return `logs ${view.ids.join(' ')}`
  return kind === 'details' || kind === 'json' ? `${kind} ${view.id}` : kind
}

/** The keys of the help: `Key v`, `Key Shift-C`, for a capital cannot be heard. */
function withKeys(section: DetailSection): DetailSection {
  if (!/keys|typing/i.test(section.title)) return section
  const spoken = (label: string) => `key ${/^[A-Z]$/.test(label) ? `Shift-${label}` : label}`
  return { ...section, rows: section.rows.map(([label, ...rest]) => [spoken(label), ...rest]) }
}

/** The screen in sight. */
export function speak(shown: Shown): Spoken {
  const { state } = shown
  if (state.help !== null) {
    const lines = linearDetails(helpSections(state).map(withKeys))
    const spoken = window(
      sentence(['help', plural(lines.length, 'line')]),
      lines,
      state.help,
      pageRows(state),
    )
    return { ...spoken, screen: 'help' }
  }
  const view = currentView(state)
  return { ...spokenView(shown, view), screen: `${state.stack.length} ${identity(view)}` }
}
