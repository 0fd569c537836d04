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
        lane.asking = false
        lane.error = null
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

  function fill(mine: Held, view: LogsView, lane: Lane, index: number): void {
    const { owner } = lane
    const bound = view.since === null ? {} : { since: view.since }
    const hasSince = view.since !== null
    if (!lane.known) {
      const query: LineQuery = firstQuery(view, mine.anchor, owner)
      const isBound = hasSince && query.since === view.since
      return ask(mine, lane, query, (page) => {
        begin(lane, page, isBound, query.after)
        // An instant is in the middle: what is before it belongs to the text as well.
        if (!hasSince && query.since !== undefined) lane.low = page.first
      })
    }
    const missing = lane.next - lane.to
    if (missing > 0 && view.follow && missing > JUMP)
      return ask(mine, lane, { owner, limit: PAGE, ...bound }, (page) => begin(lane, page, hasSince))
    if (missing > 0 && (view.follow || index + MARGIN * 2 > mine.lines.length))
      return ask(mine, lane, { owner, after: lane.to - 1, limit: PAGE }, (page) => takeNewer(lane, page))
    if (lane.from > lane.low && index < MARGIN)
      ask(mine, lane, { owner, before: lane.from, limit: PAGE, ...bound }, (page) =>
        takeOlder(lane, page, hasSince),
      )
  }

  function renew(view: LogsView, key: string, anchor: LinePlace | null): void {
    held = { key, lanes: view.ids.map(emptyLane), anchor, lines: [] }
  }

  return {
    read(view, { lines: spans }) {
      const key = keyOf(view)
      if (held.key !== key) renew(view, key, view.top)
      const isPending = held.lanes.some(({ known, error }) => !known && error === null)
      if (view.top && !isPending && !isLine(view.top, held.anchor) && place(view, held.lines) < 0)
        renew(view, key, view.top)
      for (const lane of held.lanes) {
        const next = spans?.get(lane.owner)?.next ?? lane.next
        // Fewer than before: a hub with a new store.
        if (next < lane.to) Object.assign(lane, emptyLane(lane.owner))
        lane.next = next
      }
      const index = place(view, held.lines)
      for (const lane of held.lanes) fill(held, view, lane, index)
      const { lanes, lines } = held
      return {
        lines,
        older: lanes.reduce((sum, { from, low }) => sum + Math.max(0, from - low), 0),
        newer: lanes.reduce((sum, { to, next }) => sum + Math.max(0, next - to), 0),
        pending: lanes.some(({ known, error }) => !known && error === null),
        error: lanes.find(({ error }) => error !== null)?.error ?? null,
        spans: new Map(lanes.map(({ owner, from, to }) => [owner, { from, to }])),
      }
    },
  }
}
