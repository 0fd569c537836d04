// What runs print: the lines in sight, as they come or where the reader stays.
import type { Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import { logTop } from '../app/log-moves.ts'
import { isLine, type LogsView } from '../app/logs-view.ts'
import { Panel } from '../components/panel.tsx'
import { logPanel, textFinder } from '../panels/log.ts'

function emptyText({ facts }: Shown, view: LogsView): string {
  const { error, pending } = facts.sight(view)
  if (error !== null) return error
  if (pending) return 'reading ...'
  if (view.since !== null) return 'nothing was printed in that time'
  const names = view.ids.map((id) => ownerName(facts.world, id)).join(', ')
  return `no text output of ${names} is known (.log, .out, .err beside its log)`
}

/** Text output. */
export function LogsScreen({
  shown,
  view,
  width,
  height,
}: {
  readonly shown: Shown
  readonly view: LogsView
  readonly width: number
  readonly height: number
}) {
  const lines = shown.facts.printed(view)
  const data = {
    lines,
    offset: logTop(view, lines, height),
    follow: view.follow,
    wrap: view.wrap,
    find: textFinder(view.find),
    current: view.match ? lines.findIndex(({ place }) => place && isLine(place, view.match)) : undefined,
    empty: emptyText(shown, view),
  }
  return (
    <Panel width={width} height={height} lines={logPanel(data, width, height, shown.surroundings.theme)} />
  )
}
