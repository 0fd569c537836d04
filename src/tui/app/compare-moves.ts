// What keys do to a comparison of runs.
import { CHAMPION } from '../../core/lineage-nodes.ts'
import { versionBefore } from '../../core/registry-lookup.ts'
import { versionId } from '../../core/registry-state.ts'
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
  if (view.resource === 'versions') return compareVersions(state, versionsMeant(view, facts), facts)
  if (view.resource !== 'runs') return say(state, 'only runs and versions can be compared', 'warn')
  return openCompare(state, markedIds(view, facts))
}

/** The marked versions; where none is marked, the champion of the model and the version under the cursor. */
function versionsMeant(view: ListView, facts: Facts): readonly string[] {
  const marked = markedIds(view, facts)
  const id = facts.rows(view).items[view.index]?.id
  if (marked.length > 0 || id === undefined) return marked
  const { models, versions } = facts.world.state
  const model = models.get(versions.get(id)?.model ?? '')
  if (!model) return []
  const others = [model.aliases[CHAMPION], versionBefore(facts.world.state, model, CHAMPION)]
  const other = others.find((number) => number !== undefined && versionId(model.id, number) !== id)
  return other === undefined ? [id] : [versionId(model.id, other), id]
}

/** Opens the comparison of these versions; says why where it cannot. */
export function compareVersions(state: UiState, ids: readonly string[], { world }: Facts): UiState {
  const versions = [...new Set(ids)]
  if (versions.length < LEAST_RUNS) return say(state, 'mark two versions or more with Space, then =', 'warn')
  if (versions.length > MOST_RUNS) return say(state, `= compares up to ${MOST_RUNS} versions`, 'warn')
  const runs = versions.map((id) => world.state.versions.get(id)?.run ?? id)
  return push(state, compareView(runs, versions))
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
