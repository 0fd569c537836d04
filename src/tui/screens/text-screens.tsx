// Screens that are read line by line: details, events, help, and the card for a terminal that is too small.

import type { LogEvent } from '../../core/events.ts'
import { formatTime } from '../../core/format.ts'
import type { World } from '../../core/world.ts'
import { rawText } from '../../resources/define.ts'
import { detailSections, type Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import { helpSections } from '../app/help.ts'
import { LEAST_COLUMNS, LEAST_ROWS } from '../app/layout.ts'
import type { DetailsView, EventsView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { detailsPanel } from '../panels/details.ts'
import { notice } from '../panels/frame.ts'
import { type LogLine, logPanel } from '../panels/log.ts'
import type { Theme, Tone } from '../terminal/style.ts'

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

const EVENT_TONES: { readonly [type: string]: Tone } = {
  'host.disconnected': 'warn',
  'host.refused': 'bad',
  'source.problem': 'warn',
}

function eventLine(event: LogEvent, world: World): LogLine {
  const { seq, at, type, about, by } = event
  const words = Object.entries(event.data)
    .filter(([, value]) => value !== null && typeof value !== 'object' && value !== '')
    .map(([key, value]) => `${key}=${rawText(value)}`)
  const text = `${formatTime(at)}  ${String(seq).padStart(6)}  ${type.padEnd(18)}  ${ownerName(world, about)}  ${words.join(' ')}  by ${by}`
  return { text, tone: EVENT_TONES[type] ?? 'text' }
}

/** What happened. */
export function EventsScreen({ shown, view, width, height }: Sized & { view: EventsView }) {
  const { world } = shown.facts
  const { events, error } = shown.events.read(world.state.seq)
  const lines = logPanel(
    {
      lines: events.map((event) => eventLine(event, world)),
      offset: view.offset,
      follow: view.follow,
      wrap: false,
      empty: error ?? 'nothing has happened yet',
    },
    width,
    height,
    shown.surroundings.theme,
  )
  return <Panel width={width} height={height} lines={lines} />
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
