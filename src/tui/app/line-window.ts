// The part of the text output that is at hand: read around what is in sight, page by page; nothing is read ahead of
// need, and what is far away is let go.
import type { LinePage, LineQuery } from '../../core/lines.ts'
import type { HubLink } from '../../core/link.ts'
import type { World } from '../../core/world.ts'
import type { Clock } from './clock.ts'
import { begin, emptyLane, type Lane, merged, type OwnedLine, takeNewer, takeOlder } from './line-lanes.ts'
import { isLine, type LinePlace, type LogsView } from './logs-view.ts'

/** Lines asked for at once. */
const PAGE = 500
/** Lines above and below what is in sight that should be at hand. */
const MARGIN = 150
/** More lines that came than this are not read one after the other while following: the end is read instead. */
const JUMP = 2000
/** After a question that failed, ms. */
const AFTER_ERROR_MS = 2_000

/** What is at hand. */
export interface Sight {
  readonly lines: readonly OwnedLine[]
  /** Lines of the view that are not at hand: before these, and behind them. */
  readonly older: number
  readonly newer: number
  /** The first answer is still to come. */
  readonly pending: boolean
  readonly error: string | null
  /** By owner the lines [from, to) that are at hand. */
  readonly spans: ReadonlyMap<string, { readonly from: number; readonly to: number }>
}

/** Reads what a view needs. */
export interface LineWindow {
  /** What is at hand now; asks for what is missing. */
  read(view: LogsView, world: Pick<World, 'lines'>): Sight
}

/** What makes it another text. */
const keyOf = ({ ids, since, from, around }: LogsView): string => JSON.stringify([ids, since, from, around])

interface Held {
  key: string
  lanes: Lane[]
  /** The line that it was read around; null for none. */
  anchor: LinePlace | null
  lines: readonly OwnedLine[]
}

/** The first question about an owner, and what it is read behind. */
function firstQuery({ since, from, around }: LogsView, anchor: LinePlace | null, owner: string) {
  if (anchor?.owner === owner) return { owner, after: Math.max(0, anchor.number - PAGE / 2), limit: PAGE }
  const moment = anchor?.at ?? around
  if (moment !== null) return { owner, after: 0, since: moment, limit: PAGE }
  const bound = since === null ? {} : { since }
  return from === 'start' ? { owner, after: 0, limit: PAGE, ...bound } : { owner, limit: PAGE, ...bound }
}

function place(view: LogsView, lines: readonly OwnedLine[]): number {
  const { top, around, follow, from } = view
  if (top) return lines.findIndex((line) => isLine(line, top))
  if (around !== null) return lines.findIndex(({ at }) => at >= around)
  return follow || from === 'end' ? lines.length : 0
}

/** Asks one question about an owner; `take` gets the answer. */
type Ask = (query: LineQuery, take: (page: LinePage) => void) => void

/** Asks for what of an owner is missing about line `index` of those at hand. */
function fill({ anchor, lines }: Held, view: LogsView, lane: Lane, index: number, ask: Ask): void {
  const { owner } = lane
  const hasSince = view.since !== null
  const bound = view.since === null ? {} : { since: view.since }
  if (!lane.known) {
    const query: LineQuery = firstQuery(view, anchor, owner)
    return ask(query, (page) => {
      begin(lane, page, hasSince && query.since === view.since, query.after)
      // An instant is in the middle: what is before it belongs to the text as well.
      if (!hasSince && query.since !== undefined) lane.low = page.first
    })
  }
  const missing = lane.next - lane.to
  if (missing > JUMP && view.follow)
    return ask({ owner, limit: PAGE, ...bound }, (page) => begin(lane, page, hasSince))
  if (missing > 0 && (view.follow || index + MARGIN * 2 > lines.length))
    return ask({ owner, after: lane.to - 1, limit: PAGE }, (page) => takeNewer(lane, page))
  if (lane.from > lane.low && index < MARGIN)
    ask({ owner, before: lane.from, limit: PAGE, ...bound }, (page) => takeOlder(lane, page, hasSince))
}

/** Takes over how many lines there are. */
function noteNext(lane: Lane, next: number): void {
  // Fewer than before: a hub with a new store.
  if (next < lane.to) Object.assign(lane, emptyLane(lane.owner))
  lane.next = next
}

const isPending = ({ known, error }: Lane): boolean => !known && error === null

function sightOf({ lanes, lines }: Held): Sight {
  return {
    lines,
    older: lanes.reduce((sum, { from, low }) => sum + Math.max(0, from - low), 0),
    newer: lanes.reduce((sum, { to, next }) => sum + Math.max(0, next - to), 0),
    pending: lanes.some(isPending),
    error: lanes.find(({ error }) => error !== null)?.error ?? null,
    spans: new Map(lanes.map(({ owner, from, to }) => [owner, { from, to }])),
  }
}

/** Makes a window over a link; `changed` is called after each answer. */
export function createLineWindow(
  link: Pick<HubLink, 'lines'>,
  clock: Pick<Clock, 'now'>,
  changed: () => void,
): LineWindow {
  let held: Held = { key: '', lanes: [], anchor: null, lines: [] }

  function ask(mine: Held, lane: Lane, query: LineQuery, take: (page: LinePage) => void): void {
    if (lane.asking || clock.now() - lane.failedAt < AFTER_ERROR_MS) return
    lane.asking = true
    link.lines(query).then(
      (page) => {
        Object.assign(lane, { asking: false, error: null })
        take(page)
        mine.lines = merged(mine.lanes)
        changed()
      },
      (error: Error) => {
        Object.assign(lane, { asking: false, error: error.message, failedAt: clock.now() })
        changed()
      },
    )
  }

  return {
    read(view, { lines: spans }) {
      const key = keyOf(view)
      const isLost =
        view.top !== null &&
        !held.lanes.some(isPending) &&
        !isLine(view.top, held.anchor) &&
        place(view, held.lines) < 0
      if (held.key !== key || isLost)
        held = { key, lanes: view.ids.map(emptyLane), anchor: view.top, lines: [] }
      const mine = held
      const index = place(view, mine.lines)
      for (const lane of mine.lanes) {
        noteNext(lane, spans?.get(lane.owner)?.next ?? lane.next)
        fill(mine, view, lane, index, (query, take) => ask(mine, lane, query, take))
      }
      return sightOf(mine)
    },
  }
}
