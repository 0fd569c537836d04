// Text output in sentences: whose it is and how far behind, then the lines in sight.
import type { Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import { pageRows } from '../app/layout.ts'
import { logTop } from '../app/log-moves.ts'
import { logStatus } from '../app/log-status.ts'
import { isLine, type LogsView } from '../app/logs-view.ts'
import type { Spoken } from './spoken.ts'

/** What is in sight of text output. */
export function spokenLogs({ facts, state }: Shown, view: LogsView): Omit<Spoken, 'screen'> {
  const { error, pending } = facts.sight(view)
  const printed = facts.printed(view)
  const lines = printed.map(({ text }) => text.trim().replace(/\s+/g, ' '))
  const rows = pageRows(state)
  const names = view.ids.map((id) => ownerName(facts.world, id)).join(', ')
  const status = pending
    ? 'reading'
    : lines.length === 0
      ? (error ?? 'no lines')
      : logStatus(state, view, facts)
  const search = view.find === '' ? '' : `, search ${view.find}`
  const title = `Logs of ${names}, ${status}${search}.`
  const first = logTop(view, printed, rows)
  const spoken = { title, lines: lines.slice(first, first + rows), first, current: null }
  const match = printed.findIndex(({ place }) => place && isLine(place, view.match))
  if (match < 0 || !view.match) return spoken
  return { ...spoken, current: { at: `${view.match.owner} ${view.match.number}`, text: lines[match] ?? '' } }
}
