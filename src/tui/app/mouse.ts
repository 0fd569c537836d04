// What the mouse does, once it is switched on: the wheel moves, a click selects, a click on a heading sorts.
import type { MouseEvent } from '../terminal/input-events.ts'
import { moveLine } from './compare-moves.ts'
import type { Facts } from './facts.ts'
import { compareChart, layoutOf, listLayout } from './layout.ts'
import { moveHop } from './lineage-moves.ts'
import { selectRow } from './list-cursor.ts'
import { openRow, sortBy } from './list-moves.ts'
import { scrollLog } from './log-moves.ts'
import { replace, say } from './navigation.ts'
import { heldOffset, scrollText } from './text-moves.ts'
import { type CompareView, currentView, type ListView, type Outcome, type UiState } from './ui-state.ts'
import { moveView } from './views-moves.ts'

/** Rows that one notch of the wheel moves. */
const NOTCH = 3

/** Switches the mouse on or off. */
export function toggleMouse(state: UiState): Outcome {
  const mouse = !state.mouse
  const text = mouse ? 'mouse on; most terminals select text with Shift' : 'mouse off'
  return { state: say({ ...state, mouse }, text), effect: { type: 'mouse', on: mouse } }
}

function clickList(state: UiState, view: ListView, { x, y }: MouseEvent, facts: Facts): UiState {
  const { columns, header, crumbs, body } = layoutOf(state)
  const { table } = listLayout(view.resource, columns, body)
  const row = y - header - crumbs
  if (x >= table.width || row < 0 || row >= table.height) return state
  if (row === 0) {
    const heading = facts.columnsAt(view).find(({ from, to }) => x >= from && x < to)
    return heading ? sortBy(state, view, facts, heading.key) : state
  }
  const index = view.offset + row - 1
  if (index >= facts.rows(view).items.length) return state
  return index === view.index ? openRow(state, view, facts) : selectRow(state, view, facts, index)
}

function clickCompare(state: UiState, view: CompareView, { y }: MouseEvent, facts: Facts): UiState {
  const { header, crumbs, body } = layoutOf(state)
  const row = y - header - crumbs - compareChart(body) - 1
  return row < 0 || row >= body ? state : moveLine(state, view, facts, view.offset + row)
}

function roll(state: UiState, facts: Facts, by: number): UiState {
  if (state.help !== null)
    return { ...state, help: heldOffset(state, state.help, facts.lengths.help, (at) => at + by) }
  const view = currentView(state)
  switch (view.kind) {
    case 'list':
      return selectRow(state, view, facts, view.index + by)
    case 'compare':
      return moveLine(state, view, facts, view.index + by)
    case 'views':
      return moveView(state, view, view.index + by)
    case 'lineage':
      return moveHop(state, view, facts, view.index + by)
    case 'details':
      return replace(state, {
        ...view,
        offset: heldOffset(state, view.offset, facts.lengths.details, (at) => at + by),
      })
    case 'json':
    case 'events':
      return scrollText(state, view, facts, (at) => at + by)
    case 'logs':
      return scrollLog(state, view, facts, (at) => at + by)
    case 'charts':
      return state
  }
}

/** What a mouse event does. A question or an open prompt is answered by keys only. */
export function clicked(state: UiState, event: MouseEvent, facts: Facts): UiState {
  if (!state.mouse || state.prompt || state.dialog) return state
  if (event.action === 'wheelup') return roll(state, facts, -NOTCH)
  if (event.action === 'wheeldown') return roll(state, facts, NOTCH)
  if (event.action !== 'press' || event.button !== 'left' || state.help !== null) return state
  const view = currentView(state)
  if (view.kind === 'list') return clickList(state, view, event, facts)
  return view.kind === 'compare' ? clickCompare(state, view, event, facts) : state
}
