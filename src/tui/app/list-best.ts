// The best first: a list of runs or versions in the order of the metric that a person looks at first.
import { mainMetric } from '../../resources/runs.ts'
import type { Facts } from './facts.ts'
import { sorted } from './list-moves.ts'
import { say } from './navigation.ts'
import type { ListView, UiState } from './ui-state.ts'

/** Metrics of which less is better; of all others more is. */
const LESS = /loss|err|rmse|mse|mae|mape|perplexity|ppl|wer|cer|nll|latency|divergence|brier/i

/** The metric to look at first, of the first row that has one. */
function metricOf(view: ListView, { rows, world }: Facts): string | undefined {
  for (const item of rows(view).items) {
    const run = view.resource === 'runs' ? item.id : item.field('run')
    const metrics = typeof run === 'string' ? world.series.get(run) : undefined
    const key = metrics && mainMetric(metrics)
    if (key !== undefined) return key
  }
  return undefined
}

/** Sorts by it, the best first. */
export function bestFirst(state: UiState, view: ListView, facts: Facts): UiState {
  if (view.resource !== 'runs' && view.resource !== 'versions')
    return say(state, 'only runs and versions have metrics', 'warn')
  const key = metricOf(view, facts)
  if (key === undefined) return say(state, 'none of these has a metric', 'dim')
  const falling = !LESS.test(key)
  const next = { ...view, selected: null, index: 0, offset: 0 }
  const told = say(state, `best first: ${key}, ${falling ? 'the greatest' : 'the least'}`, 'dim')
  return sorted(told, next, facts, [{ path: `metrics.${key}`, falling }])
}
