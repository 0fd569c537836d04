// What keys do to charts.
import type { XAxis } from '../charts/line-chart.ts'
import { chartExtent, type Facts, focused, metricKeys } from './facts.ts'
import { chartGrid, layoutOf } from './layout.ts'
import { replace, say } from './navigation.ts'
import type { ChartsView, UiState } from './ui-state.ts'

const AXES: readonly XAxis[] = ['step', 'time', 'relative']
/** Weights of the moving average that a key goes through. */
const SMOOTHING: readonly number[] = [0, 0.6, 0.9, 0.99]

const after = <T>(all: readonly T[], one: T): T => all[(all.indexOf(one) + 1) % all.length]!

/** Moves the focus by places in reading order, held within the charts. Range and cross-hair stay: metrics share x. */
export function moveFocus(state: UiState, view: ChartsView, facts: Facts, by: number): UiState {
  const keys = metricKeys(facts.world, view)
  const at = Math.max(0, Math.min(focused(keys, view) + by, keys.length - 1))
  const focus = keys[at] ?? null
  return focus === view.focus ? state : replace(state, { ...view, focus })
}

/** Moves the focus a row of charts up or down. */
export function moveRow(state: UiState, view: ChartsView, facts: Facts, by: number): UiState {
  const { columns } = chartGrid(state, view, metricKeys(facts.world, view).length)
  return moveFocus(state, view, facts, by * columns)
}

/** Moves the focus a page of charts. */
export function movePage(state: UiState, view: ChartsView, facts: Facts, by: number): UiState {
  const { columns, rows } = chartGrid(state, view, metricKeys(facts.world, view).length)
  return moveFocus(state, view, facts, by * columns * rows)
}

/** The next kind of x. */
export function cycleAxis(state: UiState, view: ChartsView): UiState {
  const x = after(AXES, view.x)
  return say(replace(state, { ...view, x, zoom: null, cursor: null }), `x: ${x}`)
}

/** The next weight of the moving average. */
export function cycleSmoothing(state: UiState, view: ChartsView): UiState {
  const smooth = after(SMOOTHING, view.smooth)
  const text = smooth === 0 ? 'no smoothing' : `smoothing ${smooth} (moving average over the raw line)`
  return say(replace(state, { ...view, smooth }), text)
}

/** The next group of metrics, by what stands before the first slash of their names; then all again. */
export function cycleGroup(state: UiState, view: ChartsView, { world }: Facts): UiState {
  const keys = metricKeys(world, { ...view, group: '' })
  const groups = keys.flatMap((key) => (key.includes('/') ? [key.slice(0, key.indexOf('/') + 1)] : []))
  const group = after(['', ...new Set(groups)], view.group)
  const text = group === '' ? 'all metrics' : `metrics of ${group}`
  return say(replace(state, { ...view, group, focus: null }), text, 'dim')
}

const MOST_SIZE = 3

/** Larger charts, fewer on a page, or smaller ones. */
export function resizeGrid(state: UiState, view: ChartsView, by: number): UiState {
  return replace(state, { ...view, size: Math.max(0, Math.min(view.size + by, MOST_SIZE)) })
}

/** Points already shown stay as they are, or move on again. */
export function toggleFrozen(state: UiState, view: ChartsView): UiState {
  const frozen = !view.frozen
  return say(replace(state, { ...view, frozen }), frozen ? 'frozen: f again moves on' : 'moves on', 'dim')
}

/** Lays a run over every chart of runs, or takes it away. */
export function togglePin(state: UiState, id: string | undefined, name: string): UiState {
  if (id === undefined) return state
  const pinned = state.pinned === id ? null : id
  return say({ ...state, pinned }, pinned === null ? 'no run is pinned' : `${name} is in every chart of runs`)
}

function rangeOf(view: ChartsView, facts: Facts): readonly [number, number] | undefined {
  if (view.zoom) return view.zoom
  const keys = metricKeys(facts.world, view)
  return chartExtent(facts.world, view, keys[focused(keys, view)] ?? '')
}

/** Moves the cross-hair by cells of the chart. The first time it appears at the newest point. */
export function moveCursor(state: UiState, view: ChartsView, facts: Facts, cells: number): UiState {
  const range = rangeOf(view, facts)
  if (!range) return state
  const [from, to] = range
  const step = (to - from) / Math.max(1, layoutOf(state).columns - 10)
  const start = view.cursor ?? to
  const whole = view.x === 'step' ? Math.round : (x: number) => x
  const least = view.x === 'step' ? Math.sign(cells) * Math.max(1, Math.abs(cells * step)) : cells * step
  return replace(state, { ...view, cursor: whole(Math.max(from, Math.min(to, start + least))) })
}

/** Zooms about the cross-hair, or about the newest end: `factor` below 1 shows less. */
export function zoomBy(state: UiState, view: ChartsView, facts: Facts, factor: number): UiState {
  const range = rangeOf(view, facts)
  const whole = rangeOf({ ...view, zoom: null }, facts)
  if (!range || !whole) return state
  const about = view.cursor ?? range[1]
  const from = Math.max(whole[0], about - (about - range[0]) * factor)
  const to = Math.min(whole[1], about + (range[1] - about) * factor)
  if (from <= whole[0] && to >= whole[1]) return replace(state, { ...view, zoom: null })
  if (to - from < 2) return say(state, 'no closer', 'dim')
  return replace(state, { ...view, zoom: [from, to] })
}
