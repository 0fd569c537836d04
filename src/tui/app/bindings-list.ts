// The keys of lists.
import type { Binding } from './binding.ts'
import { promoteHere, rollBackHere } from './commands-registry.ts'
import { compareMarked } from './compare-moves.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { bestFirst } from './list-best.ts'
import { selectRow } from './list-cursor.ts'
import { clearMarks, markAll, markRange, toggleMark } from './list-marks.ts'
import { moveSort, openCharts, openRow, reverseSort, sortBy } from './list-moves.ts'
import { openPrompt } from './prompt.ts'
import { openFilter } from './prompt-keys.ts'
import { currentView, type ListView, only, type UiState } from './ui-state.ts'

type Move = (state: UiState, view: ListView, facts: Facts) => UiState

/** A key that works on the list in sight. */
const onList = (keys: readonly string[], label: string, doc: string, move: Move, hint?: string): Binding => ({
  keys,
  label,
  doc,
  hint,
  scopes: ['list'],
  run(state, facts) {
    const view = currentView(state)
    return only(view.kind === 'list' ? move(state, view, facts) : state)
  },
})

const moving = (keys: readonly string[], label: string, doc: string, by: (page: number) => number) =>
  onList(keys, label, doc, (state, view, facts) =>
    selectRow(state, view, facts, view.index + by(pageRows(state))),
  )

const sorting = (key: string, path: string) =>
  onList([key], `Shift-${key}`, `sorts by ${path}; again: the other way round`, (state, view, facts) =>
    sortBy(state, view, facts, path),
  )

const AGE = ['updated', 'lastSeen', 'opened', 'at']

/** Keys of lists. */
export const listBindings: readonly Binding[] = [
  onList(
    ['enter'],
    'Enter',
    'opens the row: charts of a run, runs of a host, versions of a model',
    openRow,
    'open',
  ),
  onList(['v'], 'v', 'charts of the row, or of all marked runs one over another', openCharts, 'charts'),
  onList(['/'], '/', 'filters: words, status=failed, loss<0.5, name~^res', openFilter, 'filter'),
  onList(['space'], 'Space', 'marks the row', toggleMark, 'mark'),
  onList(['V', 'ctrl-space'], 'Shift-V Ctrl-Space', 'marks from the last mark to here', markRange),
  onList(['*'], '*', 'marks all that pass the filter', markAll),
  onList(['ctrl-\\'], 'Ctrl-\\', 'takes all marks away', clearMarks),
  onList(
    ['o'],
    'o',
    'chooses the column to sort by',
    (state) => openPrompt(state, 'command', 'sort '),
    'sort',
  ),
  onList(
    ['='],
    '=',
    'compares the marked runs or versions, two to eight; a version alone with the champion',
    compareMarked,
    'compare',
  ),
  {
    keys: ['P'],
    label: 'Shift-P',
    doc: 'makes the version the champion of its model, after a question',
    scopes: ['list', 'details', 'lineage'],
    run: promoteHere,
  },
  {
    keys: ['B'],
    label: 'Shift-B',
    doc: 'moves the champion of the model back to the version before, after a question',
    scopes: ['list', 'details', 'lineage'],
    run: rollBackHere,
  },
  onList(['T'], 'Shift-T', 'the best first, by the metric to look at first', bestFirst),
  onList(['O'], 'O', 'turns the order round', reverseSort),
  onList(['<'], '<', 'sorts by the column to the left', (state, view, facts) =>
    moveSort(state, view, facts, -1),
  ),
  onList(['>'], '>', 'sorts by the column to the right', (state, view, facts) =>
    moveSort(state, view, facts, 1),
  ),
  sorting('N', 'name'),
  sorting('S', 'status'),
  sorting('H', 'host'),
  onList(['A'], 'Shift-A', 'sorts by age', (state, view, facts) => {
    const item = facts.rows(view).items[0]
    return sortBy(state, view, facts, AGE.find((path) => item?.field(path) !== undefined) ?? 'updated')
  }),
  moving(['j', 'down'], 'j ↓', 'a row down', () => 1),
  moving(['k', 'up'], 'k ↑', 'a row up', () => -1),
  moving(['ctrl-d'], 'Ctrl-D', 'half a page down', (page) => page >> 1),
  moving(['ctrl-u'], 'Ctrl-U', 'half a page up', (page) => -(page >> 1)),
  moving(['pagedown', 'ctrl-f'], 'PgDn', 'a page down', (page) => page),
  moving(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (page) => -page),
  onList(['g', 'home'], 'g Home', 'to the first row', (state, view, facts) =>
    selectRow(state, view, facts, 0),
  ),
  onList(['G', 'end'], 'G End', 'to the last row', (state, view, facts) =>
    selectRow(state, view, facts, Number.MAX_SAFE_INTEGER),
  ),
]
