// Search of runs, and of the datasets that they were given.
import * as z from 'zod/mini'
import type { Run, State } from '../core/state.ts'
import { latestOf } from '../core/summary.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend } from './backend.ts'
import { invalid } from './errors.ts'
import { experimentIdOfRun } from './experiment-ids.ts'
import { count, isInView, maybeText, plainEntry, view, words } from './fields.ts'
import { type Route, route } from './route.ts'
import { artifactUri, runJson, statusOf } from './run-json.ts'
import { type Access, compileSearch, searchPage } from './search.ts'

const Search = z.object({
  experiment_ids: words(),
  filter: maybeText(),
  run_view_type: view(),
  max_results: count(1000, 50_000),
  order_by: words(),
  page_token: maybeText(),
})

type Attribute = (run: Run, state: State) => string | number | null | undefined

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  run_id: ({ id }) => id,
  run_name: ({ name }) => plainText(name),
  user_id: ({ user, tags }) => plainText(user ?? tags['mlflow.user'] ?? ''),
  status: statusOf,
  artifact_uri: (run, state) => artifactUri(state, run),
  start_time: ({ started }) => started,
  end_time: ({ ended }) => ended,
}

function access(backend: Backend): Access<Run> {
  const state = backend.state()
  return {
    attribute: (run, key) => ATTRIBUTES[key]?.(run, state),
    tag: ({ tags }, key) => plainEntry(tags, key),
    param: ({ params }, key) => plainEntry(params, key),
    metric: ({ id }, key) => {
      const summary = backend.metrics(id).get(key)
      return summary && latestOf(summary).value
    },
    datasets: ({ datasets }) => datasets ?? [],
  }
}

function runsIn(state: State, ids: readonly string[]): Run[] {
  const wanted = new Set(ids)
  return [...state.runs.values()].filter((run) => wanted.has(experimentIdOfRun(state, run)))
}

function search(backend: Backend, input: z.infer<typeof Search>): object {
  const { filter, order_by, experiment_ids, run_view_type, max_results, page_token } = input
  const compiled = compileSearch('runs', { filter, orderBy: order_by }, access(backend))
  const seen = runsIn(backend.state(), experiment_ids).filter((run) =>
    isInView(run_view_type, run.deleted !== undefined),
  )
  const { rows, next } = searchPage(compiled, seen, { token: page_token, limit: max_results })
  return {
    ...(rows.length > 0 && { runs: rows.map((run) => runJson(backend, run)) }),
    ...(next && { next_page_token: next }),
  }
}

/** Most experiments, and most answers, of one search of datasets. */
const MAX_DATASET_EXPERIMENTS = 20
const MAX_SUMMARIES = 1000

function searchDatasets(backend: Backend, { experiment_ids }: { experiment_ids: string[] }): object {
  if (experiment_ids.length > MAX_DATASET_EXPERIMENTS)
    throw invalid(
      `Invalid value for parameter 'experiment_ids': at most ${MAX_DATASET_EXPERIMENTS} experiments.`,
    )
  const state = backend.state()
  const summaries = new Map<string, object>()
  for (const run of runsIn(state, experiment_ids))
    for (const { name, digest, tags } of run.deleted === undefined ? (run.datasets ?? []) : []) {
      const context = plainEntry(tags, 'mlflow.data.context')
      const summary = {
        experiment_id: experimentIdOfRun(state, run),
        name: plainText(name),
        digest,
        ...(context !== undefined && { context }),
      }
      summaries.set(JSON.stringify(summary), summary)
    }
  return summaries.size > 0 ? { dataset_summaries: [...summaries.values()].slice(0, MAX_SUMMARIES) } : {}
}

/** Routes that search runs. */
export const runSearchRoutes: readonly Route[] = [
  route(['POST'], 'runs/search', Search, search),
  route(['POST'], 'experiments/search-datasets', z.object({ experiment_ids: words() }), searchDatasets),
]
