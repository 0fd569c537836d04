// What keys do to a comparison of runs.
import { keepInSight } from '../panels/table.ts'
import { compareLines } from './compare-lines.ts'
import { type Facts, focused, metricKeys } from './facts.ts'
import { compareRows } from './layout.ts'
import { markedIds } from './list-marks.ts'
import { push, replace, say } from './navigation.ts'
import { type CompareView, chartsView, compareView, type ListView, type UiState } from './ui-state.ts'

const LEAST_RUNS = 2
const MOST_RUNS = 8

/** Opens the comparison of these runs; says why where it cannot. */
export function openCompare(state: UiState, ids: readonly string[]): UiState {
  const runs = [...new Set(ids)]
  if (runs.length < LEAST_RUNS) return say(state, 'mark two runs or more with Space, then =', 'warn')
  if (runs.length > MOST_RUNS) return say(state, `${runs.length} runs are marked; = compares up to 8`, 'warn')
  return push(state, compareView(runs))
}

/** Compares the marked rows of a list of runs. */
export function compareMarked(state: UiState, view: ListView, facts: Facts): UiState {
  if (view.resource !== 'runs') return say(state, 'only runs can be compared', 'warn')
  return openCompare(state, markedIds(view, facts))
}

/** The metrics of the comparison. */
export const compareKeys = (view: CompareView, { world }: Facts): string[] =>
  metricKeys(world, { ids: view.ids, filter: '', group: '' })

/** The next metric in the chart, or the one before; round at the ends. */
export function stepMetric(state: UiState, view: CompareView, facts: Facts, by: number): UiState {
  const keys = compareKeys(view, facts)
  const focus = keys[(focused(keys, view) + by + keys.length) % Math.max(1, keys.length)] ?? null
  return replace(state, { ...view, focus })
}

/** Moves the cursor of the table, held within its lines. */
export function moveLine(state: UiState, view: CompareView, facts: Facts, to: number): UiState {
  const count = compareLines(facts.world, view).length
  const index = Math.max(0, Math.min(to, count - 1))
  const offset = keepInSight(view.offset, index, compareRows(state), count)
  return replace(state, { ...view, index, offset })
}

/** Runs further left or right, where not all have room. */
export function shiftRuns(state: UiState, view: CompareView, by: number): UiState {
  const left = Math.max(0, Math.min(view.left + by, view.ids.length - 1))
  return replace(state, { ...view, left })
}

/** Folds the lines that are equal, or unfolds them; the cursor stays among those that differ. */
export function toggleDiffering(state: UiState, view: CompareView, facts: Facts): UiState {
  const differing = !view.differing
  const next = { ...view, differing }
  const told = say(replace(state, next), differing ? 'only what differs' : 'what is equal too', 'dim')
  return moveLine(told, next, facts, view.index)
}

/** The metric of the line with the cursor, all runs over one another, on the whole screen; unfolds what is folded. */
export function openLine(state: UiState, view: CompareView, facts: Facts): UiState {
  const line = compareLines(facts.world, view)[view.index]
  if (line?.kind === 'fold' && / equal/.test(line.name)) return toggleDiffering(state, view, facts)
  if (line?.kind !== 'metric') return say(state, 'Enter opens metrics; this is none', 'dim')
  return push(state, { ...chartsView('run', view.ids), focus: line.name, full: true })
}
