// The runs or hosts that a key is about.
import type { Facts } from './facts.ts'
import { subjectIds, subjectOf } from './subject.ts'
import { currentView, type UiState } from './ui-state.ts'

const OWNERS: readonly string[] = ['runs', 'hosts']

/** Ids of the marked rows, of the row, or of what the charts show; undefined where these are no runs or hosts. */
export function chosenIds(state: UiState, facts: Facts): readonly string[] | undefined {
  const view = currentView(state)
  if (view.kind === 'charts' || view.kind === 'compare') return view.ids
  const about = subjectOf(state, facts)
  if (!about) return []
  return OWNERS.includes(about.resource) ? subjectIds(state, facts) : undefined
}
