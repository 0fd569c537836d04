// The last ten minutes of a machine, one row a metric.

import type { Columns } from '../../core/columns.ts'
import { formatPercent, formatValue } from '../../core/format.ts'
import type { Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import { sparkline } from '../charts/sparkline.ts'
import { frame, insideFrame, notice } from '../panels/frame.ts'
import { exactLines, paintFit } from '../panels/painted.ts'
import type { Tone } from '../terminal/style.ts'

const SPAN_MS = 600_000
/** The window moves in steps, so that one question serves many frames. */
const STEP_MS = 30_000
const LABEL = 18
const VALUE = 8

const isShare = (key: string): boolean => /^(cpu|memory|disk)$|\.(utilization|memory)$/.test(key)

/** Rank of a metric: processor, memory, disk, load, GPUs, network, the rest. */
function rank(key: string): number {
  const order = [
    /^cpu$/,
    /^memory$/,
    /^disk$/,
    /^load/,
    /^gpu\..*utilization/,
    /^gpu\..*memory/,
    /^gpu/,
    /^net/,
  ]
  const at = order.findIndex((pattern) => pattern.test(key))
  return at < 0 ? order.length : at
}

/** The greatest value of each of `cells` equal parts of the time from `from` on. */
function inCells({ times, values }: Columns, from: number, span: number, cells: number): (number | null)[] {
  const out: (number | null)[] = Array(cells).fill(null)
  for (let i = 0; i < times.length; i++) {
    const cell = Math.floor(((times[i]! - from) / span) * cells)
    const value = values[i]!
    const before = out[cell]
    if (cell < 0 || cell >= cells || before === undefined) continue
    if (before === null || !(value <= before)) out[cell] = value
  }
  return out
}

function toneOf(key: string, value: number): Tone {
  if (!isShare(key)) return 'accent'
  return value > 95 ? 'bad' : value > 80 ? 'warn' : 'good'
}

function metricRow(shown: Shown, host: string, key: string, width: number): string {
  const { facts, series, surroundings } = shown
  const { theme } = surroundings
  const summary = facts.world.series.get(host)!.get(key)!
  const cells = Math.max(0, width - LABEL - VALUE - 2)
  const from = Math.floor((facts.now - SPAN_MS) / STEP_MS) * STEP_MS
  const found = series.read({ owner: host, key, x: 'time', from, points: cells }, summary.count)
  const { value } = summary.last
  const tone = toneOf(key, value)
  const text = isShare(key) && Number.isFinite(value) ? formatPercent(value) : formatValue(value)
  const limits = isShare(key) ? { min: 0, max: 100 } : { min: 0 }
  const line = sparkline(inCells(found.columns, from, facts.now - from, cells), cells, theme, {
    ...limits,
    tone,
  })
  return `${paintFit(theme, 'dim', key, LABEL)} ${paintFit(theme, tone, text, VALUE, 'right')} ${line}`
}

/** Paints the preview of a host, in two columns where there is room. */
export function hostPreview(shown: Shown, host: string, width: number, height: number): string[] {
  const { theme } = shown.surroundings
  const inside = insideFrame(width, height)
  const keys = [...(shown.facts.world.series.get(host)?.keys() ?? [])].sort((a, b) => rank(a) - rank(b))
  const columns = inside.width >= 110 && keys.length > inside.height ? 2 : 1
  const perColumn = Math.min(inside.height, Math.ceil(keys.length / columns))
  const cells = Math.floor((inside.width - (columns - 1) * 2) / columns)
  const rows = Array.from({ length: perColumn }, (_, row) =>
    Array.from({ length: columns }, (_, column) => keys[column * perColumn + row])
      .map((key) => (key === undefined ? ' '.repeat(cells) : metricRow(shown, host, key, cells)))
      .join('  '),
  )
  const hidden = keys.length - columns * inside.height
  const lines =
    keys.length > 0
      ? exactLines(rows, inside.width, inside.height)
      : notice('no measurements yet', inside.width, inside.height, theme)
  const note = hidden > 0 ? `last 10 min, ${hidden} more: v` : 'last 10 min'
  return frame(lines, { title: ownerName(shown.facts.world, host), note }, width, height, theme)
}
