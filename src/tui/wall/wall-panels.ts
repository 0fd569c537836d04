// Paints the parts of the wallboard but the chart: `(data, region, theme) -> lines`, each in its frame.
import { formatValue } from '../../core/format.ts'
import type { RunStatus } from '../../core/state.ts'
import { rawText } from '../../resources/define.ts'
import { hosts } from '../../resources/hosts.ts'
import { parseSort, sortItems } from '../../resources/sort.ts'
import type { ContribPaint, ContribTone, Share } from '../charts/contrib.ts'
import { frame, insideFrame, notice } from '../panels/frame.ts'
import { headerPanel } from '../panels/header.ts'
import { logPanel } from '../panels/log.ts'
import { exactLines, fitPainted, paintFit } from '../panels/painted.ts'
import { tablePanel } from '../panels/table.ts'
import type { Theme } from '../terminal/style.ts'
import { fleetLoad, runStates, type WallData } from './wall-data.ts'
import type { Region, WallLayout, WallPart } from './wall-layout.ts'
import type { LossChart } from './wall-losses.ts'

/** The data, and what stands above the chart. */
type WallFacts = WallData & { readonly legend: readonly string[] }

/** Lines of a part that has `width` by `height` cells inside its frame. */
type Paint = (data: WallFacts, width: number, height: number, theme: Theme) => string[]

function header({ world, status, alerts, now }: WallData, width: number, theme: Theme): string[] {
  const all = [...world.state.hosts.values()]
  const critical = alerts.filter(({ severity }) => severity === 'critical').length
  let heard: number | null = null
  for (const { lastSeen } of world.presence.values()) heard = Math.max(heard ?? 0, lastSeen)
  const data = {
    product: 'mlops wall',
    hub: { name: status.where, status: status.connected ? ('connected' as const) : ('offline' as const) },
    hosts: { online: all.filter(({ online }) => online).length, total: all.length },
    running: runStates(world).get('running') ?? 0,
    alerts: { critical, warning: alerts.length - critical },
    ageMs: heard === null ? null : Math.max(0, now - heard),
    note: status.trouble === null ? undefined : { text: status.trouble, tone: 'warn' as const },
  }
  return headerPanel(data, width, 1, theme)
}

const hostTable: Paint = ({ world, now }, width, height, theme) =>
  tablePanel(
    {
      headings: hosts.headings,
      items: sortItems(hosts.items(world), parseSort('status,-cpu')),
      columns: ['name', 'status', 'runs', 'cpu', 'memory', 'gpus', 'lastSeen'],
      offset: 0,
      selected: -1,
      marked: new Set(),
      sort: [],
      now,
      empty: 'no host yet',
    },
    width,
    height,
    theme,
  )

const alertList: Paint = ({ alerts }, width, height, theme) => {
  if (alerts.length === 0) return notice('no alerts', width, height, theme, 'good')
  const lines = alerts.map(({ severity, text }) =>
    paintFit(theme, severity === 'critical' ? 'danger' : 'warn', text, width),
  )
  if (lines.length <= height) return exactLines(lines, width, height)
  const more = theme.paint('dim', `${lines.length - height + 1} more`)
  return exactLines([...lines.slice(0, Math.max(0, height - 1)), more], width, height)
}

const ticker: Paint = ({ events, world: { state } }, width, height, theme) => {
  const name = (id: string): string => state.runs.get(id)?.name ?? state.hosts.get(id)?.name ?? id
  const lines = events.map(({ at, type, about, data }) => {
    const words = Object.entries(data)
      .filter(([, value]) => value !== null && typeof value !== 'object' && value !== '')
      .map(([key, value]) => `${key}=${rawText(value)}`)
    return { text: [new Date(at).toISOString().slice(11, 19), type, name(about), ...words].join(' ') }
  })
  return logPanel(
    { lines, offset: 0, follow: true, wrap: false, empty: 'nothing has happened yet' },
    width,
    height,
    theme,
  )
}

const loadTone = (percent: number | null): ContribTone =>
  percent === null || percent <= 80 ? 'good' : percent > 95 ? 'bad' : 'warn'

/** Gauges one below the other; as contrib draws them where there are three rows for each, else in a row. */
function gauges(contrib: ContribPaint): Paint {
  return ({ world }, width, height, theme) => {
    const load = fleetLoad(world)
    const shares: Share[] = (['cpu', 'memory', 'gpu'] as const).map((label) => ({
      label,
      percent: load[label],
      tone: loadTone(load[label]),
    }))
    const each = Math.max(1, Math.floor(height / shares.length))
    return exactLines(
      shares.flatMap((share) => contrib.gauge(share, width, each >= 3 ? 3 : 1, theme)),
      width,
      height,
    )
  }
}

function states(contrib: ContribPaint): Paint {
  return ({ world }, width, height, theme) => {
    const counts = runStates(world)
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
    if (all === 0) return notice('no runs yet', width, height, theme)
    const share = (label: string, tone: ContribTone, ...of: RunStatus[]): Share => {
      const count = of.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0)
      return { label: `${count} ${label}`, percent: (count / all) * 100, tone }
    }
    const shares = [
      share('run', 'good', 'running'),
      share('idle', 'info', 'idle'),
      share('done', 'accent', 'finished'),
      share('fail', 'bad', 'failed', 'killed'),
    ].filter(({ percent }) => percent !== 0)
    return contrib.donut(shares, width, height, theme)
  }
}

function trend(contrib: ContribPaint): Paint {
  return ({ busiest }, width, height, theme) =>
    busiest
      ? contrib.sparklines([{ label: `${busiest.host} cpu`, values: busiest.values }], width, height, theme)
      : notice('no host online', width, height, theme)
}

/** What stands above the chart, a line each: name, last value, and what of it could not be drawn. */
export function lossLegend({ lines, unit }: LossChart, width: number, theme: Theme): string[] {
  const named = lines.map(({ label, last, nonFinite }, i) => {
    const sign = theme.series(i, theme.depth === 0 ? `${i + 1}` : '━━')
    const value = last === undefined ? 'no points' : formatValue(last)
    const good = last === undefined || Number.isFinite(last)
    const bad = nonFinite > 0 ? theme.paint('bad', ` ${nonFinite} not finite`) : ''
    return fitPainted(`${sign} ${label} ${theme.paint(good ? 'bold' : 'danger', value)}${bad}`, width)
  })
  return unit === 1
    ? named
    : [...named, fitPainted(theme.paint('dim', `axis: times ${unit.toExponential(0)}`), width)]
}

/** Makes the painter of all parts; the chart itself stands in the frame of `losses`, below the legend. */
export function createWallPaint(contrib: ContribPaint) {
  const parts: Readonly<Record<Exclude<WallPart, 'header'>, readonly [title: string, paint: Paint]>> = {
    hosts: ['hosts', hostTable],
    losses: ['losses, by steps since start', ({ legend }) => [...legend]],
    events: ['events', ticker],
    gauges: ['fleet', gauges(contrib)],
    states: ['runs', states(contrib)],
    trend: ['busiest host, 10 min', trend(contrib)],
    alerts: ['alerts', alertList],
  }
  return (part: WallPart, data: WallFacts, layout: WallLayout, theme: Theme): string[] => {
    const { width, height }: Region = layout[part]
    if (part === 'header') return header(data, width, theme)
    const [title, paint] = parts[part]
    const inside = insideFrame(width, height)
    const tone = part === 'alerts' && data.alerts.length > 0 ? 'warn' : 'border'
    return frame(paint(data, inside.width, inside.height, theme), { title, tone }, width, height, theme)
  }
}
