// Screens that are read line by line: details, events, help, and the card for a terminal that is too small.

import type { Shown } from '../app/console-store.ts'
import { detailSections } from '../app/facts-reader.ts'
import { helpSections } from '../app/help.ts'
import { LEAST_COLUMNS, LEAST_ROWS } from '../app/layout.ts'
import { offsetOf } from '../app/text-moves.ts'
import type { DetailsView, EventsView, JsonView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { detailsPanel } from '../panels/details.ts'
import { notice } from '../panels/frame.ts'
import { logPanel, textFinder } from '../panels/log.ts'
import type { Theme } from '../terminal/style.ts'

interface Sized {
  readonly shown: Shown
  readonly width: number
  readonly height: number
}

/** Everything about one row. */
export function DetailsScreen({ shown, view, width, height }: Sized & { view: DetailsView }) {
  const { facts, surroundings } = shown
  const sections = detailSections(view, facts.world, facts.now)
  const lines = sections
    ? detailsPanel({ sections, offset: view.offset }, width, height, surroundings.theme)
    : notice(`${view.id} is gone`, width, height, surroundings.theme, 'warn')
  return <Panel width={width} height={height} lines={lines} />
}

function textLines(
  { shown, width, height }: Sized,
  view: EventsView | JsonView,
  more: { wrap: boolean; empty: string },
): string[] {
  const data = {
    lines: shown.facts.lines(view),
    offset: offsetOf(view, shown.facts, height),
    follow: view.kind === 'events' && view.follow,
    find: textFinder(view.find),
    current: view.match ?? undefined,
    ...more,
  }
  return logPanel(data, width, height, shown.surroundings.theme)
}

/** What happened. */
export function EventsScreen({ view, ...sized }: Sized & { view: EventsView }) {
  const { error } = sized.shown.events.read(sized.shown.facts.world.state.seq)
  const empty = error ?? (view.span === null ? 'nothing has happened yet' : 'nothing happened in that time')
  const lines = textLines(sized, view, { wrap: view.wrap, empty })
  return <Panel width={sized.width} height={sized.height} lines={lines} />
}

/** One record as JSON. */
export function JsonScreen({ view, ...sized }: Sized & { view: JsonView }) {
  const lines = textLines(sized, view, { wrap: false, empty: `${view.id} is gone` })
  return <Panel width={sized.width} height={sized.height} lines={lines} />
}

/** Keys, commands, filters, columns. */
export function HelpScreen({ shown, width, height }: Sized) {
  const { state, surroundings } = shown
  const data = { sections: helpSections(state), offset: state.help ?? 0 }
  return <Panel width={width} height={height} lines={detailsPanel(data, width, height, surroundings.theme)} />
}

/** Lines for a terminal that is too small for anything else. */
export function tooSmall(width: number, height: number, theme: Theme): string[] {
  return notice(`too small: ${LEAST_COLUMNS}x${LEAST_ROWS} at least, q quits`, width, height, theme, 'warn')
}
