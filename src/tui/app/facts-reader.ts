// The facts for one key or one frame; nothing is computed before it is asked for.
import type { World } from '../../core/world.ts'
import { nearest } from '../charts/traces.ts'
import { type DetailSection, detailsLines } from '../panels/details.ts'
import { linearDetails } from '../panels/linear.ts'
import { tableSpans } from '../panels/table.ts'
import { ofProject } from './commands-project.ts'
import { describeItem } from './describe.ts'
import type { EventTail } from './event-tail.ts'
import { type Facts, resourceOf } from './facts.ts'
import { helpSections } from './help.ts'
import { layoutOf, listLayout } from './layout.ts'
import type { LineWindow } from './line-window.ts'
import type { Live } from './live.ts'
import { type PrintedLine, printedLines } from './log-lines.ts'
import type { LogsView } from './logs-view.ts'
import type { createRows } from './rows.ts'
import type { SeriesCache } from './series-cache.ts'
import type { Surroundings } from './surroundings.ts'
import { tableOf } from './table-data.ts'
import { eventLines, jsonLines } from './text-lines.ts'
import { currentView, type DetailsView, type EventsView, type JsonView, type UiState } from './ui-state.ts'

/** What facts are read from. */
export interface FactSources {
  readonly rows: ReturnType<typeof createRows>
  readonly events: EventTail
  readonly output: LineWindow
  readonly series: SeriesCache
  readonly surroundings: Surroundings
}

/** The row of a noun by its id; undefined when it is gone. */
const itemOf = (world: World, { resource, id }: { resource: string; id: string }, now: number) =>
  resourceOf(resource)
    .items(world, now)
    .find((item) => item.id === id)

/** The sections of the row that details are about; undefined when it is gone. */
export function detailSections(view: DetailsView, world: World, now: number): DetailSection[] | undefined {
  const item = itemOf(world, view, now)
  return item && describeItem(resourceOf(view.resource), item, now)
}

function textOf(view: EventsView | JsonView, world: World, now: number, events: EventTail) {
  if (view.kind === 'events') return eventLines(events.read(world.state.seq).events, view, world, now)
  const item = itemOf(world, view, now)
  return item ? jsonLines(item.record()) : []
}

function timeAt(
  series: SeriesCache,
  ...[owner, key, x, at]: Parameters<Facts['timeAt']>
): number | undefined {
  const points = series.known(owner, key)
  if (!points) return undefined
  const { steps, times } = points
  const first = times[0]!
  const xs =
    x === 'step' ? Float64Array.from(steps, Number) : x === 'time' ? times : times.map((time) => time - first)
  return times[nearest(xs, at)]
}

/** What is at hand is made to lines once for each frame or key. */
function printing(world: World, output: LineWindow): Pick<Facts, 'sight' | 'printed'> {
  let last: { view: LogsView; lines: PrintedLine[] } | undefined
  const sight = (view: LogsView) => output.read(view, world)
  return {
    sight,
    printed(view) {
      if (last?.view !== view) last = { view, lines: printedLines(sight(view).lines, view, world) }
      return last.lines
    },
  }
}

/** Rows, lines, lengths and names. */
export function readFacts(world: World, state: UiState, live: Live, sources: FactSources): Facts {
  const { version, now: clock } = live
  const now = world.at ?? clock
  const { rows, events, series, surroundings } = sources
  const { theme, readOnly } = surroundings
  const top = currentView(state)
  const count = (sections: readonly DetailSection[] = []) =>
    surroundings.linear ? linearDetails(sections).length : detailsLines(sections, state.columns, theme).length
  const facts: Facts = {
    world,
    now,
    clock,
    readOnly,
    rows: (list) => rows({ world, version, now }, ofProject(state, list)),
    lengths: {
      get help() {
        return count(helpSections(state))
      },
      get details() {
        return count(top.kind === 'details' ? detailSections(top, world, now) : undefined)
      },
    },
    lines: (view) => textOf(view, world, now, events),
    ...printing(world, sources.output),
    timeAt: (...asked) => timeAt(series, ...asked),
    columnsAt(view) {
      const { columns, body } = layoutOf(state)
      const { table } = listLayout(view.resource, columns, body)
      return tableSpans(tableOf(facts, view, table.width), table.width, table.height, theme)
    },
  }
  return facts
}
