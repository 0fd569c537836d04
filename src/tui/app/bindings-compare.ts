// The keys of a comparison of runs.
import { type Binding, keysOn } from './binding.ts'
import { moveLine, openLine, shiftRuns, stepMetric, toggleDiffering } from './compare-moves.ts'
import { pageRows } from './layout.ts'

const onCompare = keysOn('compare', ['compare'])

const moving = (
  keys: readonly string[],
  label: string,
  doc: string,
  to: (at: number, page: number) => number,
) =>
  onCompare(keys, label, doc, (state, view, facts) =>
    moveLine(state, view, facts, to(view.index, pageRows(state))),
  )

/** Keys of comparisons. */
export const compareBindings: readonly Binding[] = [
  onCompare(
    ['enter'],
    'Enter',
    'the metric of the line on the whole screen; unfolds a folded line',
    openLine,
    'open',
  ),
  onCompare(['d'], 'd', 'folds the lines that are equal, or unfolds them', toggleDiffering, 'equal lines'),
  onCompare(
    ['n', 'tab'],
    'n Tab',
    'the next metric in the chart',
    (state, view, facts) => stepMetric(state, view, facts, 1),
    'metric',
  ),
  onCompare(['N', 'shift-tab'], 'N Shift-Tab', 'the metric before', (state, view, facts) =>
    stepMetric(state, view, facts, -1),
  ),
  onCompare(['l', 'right'], 'l →', 'runs further right', (state, view) => shiftRuns(state, view, 1)),
  onCompare(['h', 'left'], 'h ←', 'runs further left', (state, view) => shiftRuns(state, view, -1)),
  moving(['j', 'down'], 'j ↓', 'a line down', (at) => at + 1),
  moving(['k', 'up'], 'k ↑', 'a line up', (at) => at - 1),
  moving(['ctrl-d'], 'Ctrl-D', 'half a page down', (at, page) => at + (page >> 1)),
  moving(['ctrl-u'], 'Ctrl-U', 'half a page up', (at, page) => at - (page >> 1)),
  moving(['pagedown', 'space', 'ctrl-f'], 'PgDn Space', 'a page down', (at, page) => at + page),
  moving(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (at, page) => at - page),
  moving(['g', 'home'], 'g Home', 'to the first line', () => 0),
  moving(['G', 'end'], 'G End', 'to the last line', () => Number.MAX_SAFE_INTEGER),
]
