// The line that says at a glance whether all is well.
import { formatAge } from '../../core/format.ts'
import type { Theme, Tone } from '../terminal/style.ts'
import { exactLines, flow } from './painted.ts'

/** What the header tells. */
export interface HeaderData {
  readonly product: string
  /** How the console stands with its hub. */
  readonly hub: {
    readonly name: string
    readonly status: 'embedded' | 'connected' | 'connecting' | 'offline'
  }
  readonly hosts: { readonly online: number; readonly total: number }
  /** Runs that are training now. */
  readonly running: number
  /** Those that want somebody; `handled` are acknowledged or silenced. */
  readonly alerts: { readonly critical: number; readonly warning: number; readonly handled?: number }
  /** How old the newest data is, ms; null when there is none. */
  readonly ageMs: number | null
  /** Above which age the data counts as old, ms. */
  readonly staleMs?: number
  /** Anything more, such as a slow link or time travel. */
  readonly note?: { readonly text: string; readonly tone: Tone }
}

const HUB_TONES = { embedded: 'dim', connected: 'good', connecting: 'warn', offline: 'danger' } as const
const STALE_MS = 30_000
/** Younger data is simply live. */
const LIVE_MS = 5_000

/** What is said where no alert wants anybody. */
export const quietText = ({ handled = 0 }: HeaderData['alerts']): string =>
  handled === 0 ? 'no alerts' : `${handled} handled`

function alertsPiece(alerts: HeaderData['alerts'], theme: Theme): string {
  const { critical, warning } = alerts
  if (critical + warning === 0) return theme.paint('good', quietText(alerts))
  const parts = [
    critical > 0 ? theme.paint('danger', ` ${critical} critical `) : '',
    warning > 0 ? theme.paint('warn', `${warning} ${warning === 1 ? 'warning' : 'warnings'}`) : '',
  ]
  return parts.filter(Boolean).join(' ')
}

function pieces(data: HeaderData, theme: Theme): string[] {
  const { hub, hosts, running, ageMs } = data
  const old = ageMs !== null && ageMs > (data.staleMs ?? STALE_MS)
  const all = hosts.online === hosts.total
  return [
    theme.paint('title', data.product),
    theme.paint(HUB_TONES[hub.status], hub.status === 'embedded' ? hub.name : `${hub.name} ${hub.status}`),
    alertsPiece(data.alerts, theme),
    data.note ? theme.paint(data.note.tone, data.note.text) : '',
    theme.paint(all ? 'text' : 'warn', `${hosts.online}/${hosts.total} hosts`),
    theme.paint(running > 0 ? 'text' : 'dim', `${running} running`),
    agePiece(ageMs, old, theme),
  ].filter(Boolean)
}

function agePiece(ageMs: number | null, old: boolean, theme: Theme): string {
  if (ageMs === null) return theme.paint('dim', 'no data yet')
  if (ageMs < LIVE_MS) return theme.paint('good', 'live')
  return theme.paint(old ? 'warn' : 'dim', `data ${formatAge(ageMs)} old`)
}

/** Paints the header; what matters most stands first, what does not fit goes on in the next line or is left out. */
export function headerPanel(data: HeaderData, width: number, height: number, theme: Theme): string[] {
  const lines: string[] = []
  let rest = pieces(data, theme)
  while (lines.length < height && rest.length > 0) {
    const { line, count } = flow(rest, width)
    lines.push(count > 0 ? line : (rest[0] ?? ''))
    rest = rest.slice(Math.max(1, count))
  }
  return exactLines(lines, width, height)
}
