// The keys of charts: in the grid, and of one chart on the whole screen.
import { type Binding, keysOn, type Scope } from './binding.ts'
import { openEventsAt, openHostAt, openLogsAt } from './chart-links.ts'
import {
  cycleAxis,
  cycleGroup,
  cycleSmoothing,
  moveCursor,
  moveFocus,
  movePage,
  moveRow,
  resizeGrid,
  toggleFrozen,
  zoomBy,
} from './chart-moves.ts'
import { type Facts, focused, metricKeys } from './facts.ts'
import { replace } from './navigation.ts'
import { openFilter } from './prompt-keys.ts'
import type { ChartsView, UiState } from './ui-state.ts'

type Move = (state: UiState, view: ChartsView, facts: Facts) => UiState

const BOTH: readonly Scope[] = ['charts', 'chart']
/** Cells of the cross-hair's long step. */
const LONG_STEP = 10
const CLOSER = 0.5

const onCharts = (scopes: readonly Scope[], ...key: Parameters<ReturnType<typeof keysOn<'charts'>>>) =>
  keysOn('charts', scopes)(...key)

const focusBy =
  (by: number): Move =>
  (state, view, facts) =>
    moveFocus(state, view, facts, by)

/** The focused chart on the whole screen. */
const open: Move = (state, view, facts) => {
  const keys = metricKeys(facts.world, view)
  const focus = keys[focused(keys, view)] ?? null
  return focus === null ? state : replace(state, { ...view, focus, full: true })
}

const cursorBy =
  (cells: number): Move =>
  (state, view, facts) =>
    moveCursor(state, view, facts, cells)

/** Enter in a full chart: to the host at the cross-hair, else back. */
const enter: Move = (state, view, facts) =>
  view.owner === 'run' && view.cursor !== null
    ? openHostAt(state, view, facts)
    : replace(state, { ...view, full: false, zoom: null, cursor: null })

/** Keys of charts. */
export const chartBindings: readonly Binding[] = [
  onCharts(['charts'], ['enter'], 'Enter', 'the chart on the whole screen', open, 'whole screen'),
  onCharts(BOTH, ['x'], 'x', 'x is step, time, or time since the start', cycleAxis, 'x axis'),
  onCharts(
    BOTH,
    ['y'],
    'y',
    'logarithmic y',
    (state, view) => replace(state, { ...view, log: !view.log }),
    'log',
  ),
  onCharts(BOTH, ['s'], 's', 'smoothing: none, 0.6, 0.9, 0.99', cycleSmoothing, 'smooth'),
  onCharts(['charts'], ['/'], '/', 'filters the metrics by name', openFilter, 'filter'),
  onCharts(['charts'], ['l', 'right', 'tab'], 'l → Tab', 'the next chart', focusBy(1)),
  onCharts(['charts'], ['h', 'left', 'shift-tab'], 'h ← Shift-Tab', 'the chart before', focusBy(-1)),
  onCharts(['charts'], ['j', 'down'], 'j ↓', 'the chart below', (state, view, facts) =>
    moveRow(state, view, facts, 1),
  ),
  onCharts(['charts'], ['k', 'up'], 'k ↑', 'the chart above', (state, view, facts) =>
    moveRow(state, view, facts, -1),
  ),
  onCharts(
    ['charts'],
    ['pagedown', 'ctrl-d', 'ctrl-f'],
    'PgDn Ctrl-D',
    'the next page',
    (state, view, facts) => movePage(state, view, facts, 1),
  ),
  onCharts(
    ['charts'],
    ['pageup', 'ctrl-u', 'ctrl-b'],
    'PgUp Ctrl-U',
    'the page before',
    (state, view, facts) => movePage(state, view, facts, -1),
  ),
  onCharts(['charts'], ['g', 'home'], 'g Home', 'the first chart', focusBy(Number.NEGATIVE_INFINITY)),
  onCharts(['charts'], ['G', 'end'], 'G End', 'the last chart', focusBy(Number.POSITIVE_INFINITY)),
  onCharts(['chart'], ['l', 'right'], 'l →', 'the cross-hair to the right', cursorBy(1), 'cross-hair'),
  onCharts(['chart'], ['h', 'left'], 'h ←', 'the cross-hair to the left', cursorBy(-1)),
  onCharts(['chart'], ['L', 'shift-right'], 'Shift-L', 'ten cells to the right', cursorBy(LONG_STEP)),
  onCharts(['chart'], ['H', 'shift-left'], 'Shift-H', 'ten cells to the left', cursorBy(-LONG_STEP)),
  onCharts(['chart'], ['g', 'home'], 'g Home', 'the cross-hair to the start', cursorBy(-1e9)),
  onCharts(['chart'], ['G', 'end'], 'G End', 'the cross-hair to the end', cursorBy(1e9)),
  onCharts(
    ['chart'],
    ['+', '='],
    '+',
    'closer, about the cross-hair',
    (state, view, facts) => zoomBy(state, view, facts, CLOSER),
    'zoom',
  ),
  onCharts(['chart'], ['-', '_'], '-', 'farther', (state, view, facts) =>
    zoomBy(state, view, facts, 1 / CLOSER),
  ),
  onCharts(BOTH, ['0'], '0', 'all of it, without cross-hair', (state, view) =>
    replace(state, { ...view, zoom: null, cursor: null }),
  ),
  onCharts(['chart'], ['tab', 'j', 'down', 'n'], 'j ↓ Tab', 'the next metric', focusBy(1)),
  onCharts(['chart'], ['shift-tab', 'k', 'up'], 'k ↑ Shift-Tab', 'the metric before', focusBy(-1)),
  onCharts(
    ['chart'],
    ['enter'],
    'Enter',
    'the host at the cross-hair; without one back to all charts',
    enter,
  ),
  onCharts(
    ['chart'],
    ['t'],
    't',
    'the charts of the host, at the instant of the cross-hair',
    openHostAt,
    'host then',
  ),
  onCharts(
    ['chart'],
    ['e'],
    'e',
    'the events around the instant of the cross-hair',
    openEventsAt,
    'events then',
  ),
  onCharts(
    ['chart'],
    ['o'],
    'o',
    'what the run printed at the instant of the cross-hair',
    openLogsAt,
    'logs then',
  ),
  onCharts(BOTH, ['f'], 'f', 'freezes the points in sight', toggleFrozen),
  onCharts(['charts'], ['P'], 'Shift-P', 'the next group of metrics: train/, val/, all', cycleGroup),
  onCharts(['charts'], ['>'], '>', 'larger charts', (state, view) => resizeGrid(state, view, 1)),
  onCharts(['charts'], ['<'], '<', 'smaller charts', (state, view) => resizeGrid(state, view, -1)),
]
