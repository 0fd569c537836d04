// One chart of a metric: asks for its points and paints it.
import { coloursOf } from '../app/colours.ts'
import type { Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import type { ChartsView } from '../app/ui-state.ts'
import { type ChartLine, lineChart } from '../charts/line-chart.ts'
import { SERIES_COLOURS } from '../terminal/style.ts'

/** What of a view a chart needs. */
export type ChartView = Pick<
  ChartsView,
  'owner' | 'ids' | 'x' | 'log' | 'smooth' | 'zoom' | 'cursor' | 'frozen'
>

interface ReadLines {
  readonly lines: ChartLine[]
  readonly error: string | null
  readonly pending: boolean
}

/** Half a cell is what a chart can show; twice the columns loses nothing. */
const POINTS_PER_CELL = 2

/** The runs or the host of a chart with their colours; the pinned run last, over the others. */
export function ownersOf(
  { ids, owner }: Pick<ChartView, 'ids' | 'owner'>,
  pinned: string | null,
): { readonly id: string; readonly colour: number }[] {
  if (owner === 'host') return ids.map((id) => ({ id, colour: 0 }))
  const others = ids.filter((id) => id !== pinned)
  const all = pinned === null ? ids : [...others, pinned]
  const colours = coloursOf(all, SERIES_COLOURS)
  return all.map((id, i) => ({ id, colour: colours[i]! }))
}

function readLines(shown: Shown, view: ChartView, key: string, width: number): ReadLines {
  const { facts, series, state } = shown
  const { world } = facts
  const lines: ChartLine[] = []
  let error: string | null = null
  let pending = false
  const [from, to] = view.zoom ?? []
  for (const { id: owner, colour } of ownersOf(view, state.pinned)) {
    const summary = world.series.get(owner)?.get(key)
    if (!summary) continue
    const query = { owner, key, x: view.x, from, to, points: width * POINTS_PER_CELL }
    const found = series.read(query, summary.count, view.frozen)
    error ??= found.error
    pending ||= found.pending
    const name = ownerName(world, owner)
    const label = owner === state.pinned ? `${name} (pinned)` : name
    lines.push({ label, columns: found.columns, colour, origin: summary.first.time })
  }
  return { lines, error, pending }
}

/** Paints one metric of all owners of a view. */
export function metricChart(
  shown: Shown,
  view: ChartView,
  key: string,
  width: number,
  height: number,
): string[] {
  const { lines, error, pending } = readLines(shown, view, key, width)
  const empty = error ?? (pending ? 'reading ...' : 'no points yet')
  const { x, log, smooth, zoom, cursor } = view
  const title =
    error !== null && lines.some(({ columns }) => columns.values.length > 0) ? `${key} (${error})` : key
  return lineChart(
    { title, lines, x, log, smooth, xRange: zoom ?? undefined, cursor: cursor ?? undefined, empty },
    width,
    height,
    shown.surroundings.theme,
  )
}
