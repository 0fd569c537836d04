// Search of logged models: by attributes, metrics, params and tags, and by the data that their runs were given.
import * as z from 'zod/mini'
import type { LoggedModel } from '../core/registry-state.ts'
import type { Backend } from './backend.ts'
import { count, maybeText, words } from './fields.ts'
import { loggedModelJson, STATUS } from './logged-model-json.ts'
import { type ModelMetric, modelMetrics, runsOfModel } from './logged-model-metrics.ts'
import { type Route, route } from './route.ts'
import { type Access, compileSearch, plainEntryOf, searchPage } from './search.ts'

const MAX_PAGE = 1000
const USUAL_PAGE = 50

const datasetInput = z.object({
  dataset_name: z.string(),
  dataset_digest: z.optional(z.nullable(z.string())),
})

const searchInput = z.object({
  experiment_ids: words(),
  filter: maybeText(),
  datasets: z.optional(z.nullable(z.array(datasetInput))),
  max_results: count(USUAL_PAGE, MAX_PAGE),
  order_by: z.optional(
    z.nullable(z.array(z.object({ field_name: z.string(), ascending: z.optional(z.nullable(z.boolean())) }))),
  ),
  page_token: maybeText(),
})
type SearchInput = z.infer<typeof searchInput>

const ATTRIBUTES: Readonly<Record<string, (model: LoggedModel) => string | number | null>> = {
  name: ({ name }) => name,
  model_id: ({ id }) => id,
  model_type: ({ modelType }) => modelType,
  status: ({ status }) => STATUS[status].replace('LOGGED_MODEL_', ''),
  source_run_id: ({ run }) => run,
  experiment_id: ({ experimentId }) => experimentId,
  creation_timestamp: ({ created }) => created,
  last_updated_timestamp: ({ updated }) => updated,
}

/** Reads rows; metrics of a model are gathered once. */
function accessTo(backend: Backend): Access<LoggedModel> {
  const gathered = new Map<string, ReadonlyMap<string, ModelMetric>>()
  return {
    attribute: (model, key) => ATTRIBUTES[key]?.(model),
    tag: ({ tags }, key) => plainEntryOf(tags, key),
    param: ({ params }, key) => plainEntryOf(params, key),
    metric: (model, key) => {
      const metrics = gathered.get(model.id) ?? modelMetrics(backend, model)
      gathered.set(model.id, metrics)
      return metrics.get(key)?.point.value
    },
  }
}

/** `metrics.val loss` as the order_by clause ``metrics.`val loss` ASC``. */
function orderClause({ field_name, ascending }: { field_name: string; ascending?: boolean | null }): string {
  const dot = field_name.indexOf('.')
  const key = field_name.slice(dot + 1)
  const isQuoted = /^[`"]/.test(key) || dot < 0
  return `${isQuoted ? field_name : `${field_name.slice(0, dot)}.\`${key}\``} ${ascending === false ? 'DESC' : 'ASC'}`
}

/** Whether a run of the model was given one of the data sets; metrics do not say on which data they are. */
function hasData(backend: Backend, model: LoggedModel, asked: NonNullable<SearchInput['datasets']>): boolean {
  return runsOfModel(backend.state(), model).some(({ datasets = [] }) =>
    datasets.some(({ name, digest }) =>
      asked.some(
        (wanted) =>
          wanted.dataset_name === name && (!wanted.dataset_digest || wanted.dataset_digest === digest),
      ),
    ),
  )
}

function search(backend: Backend, input: SearchInput): object {
  const experiments = new Set(input.experiment_ids)
  const datasets = input.datasets ?? []
  const models = [...backend.state().loggedModels.values()].filter(
    (model) =>
      !model.deleted &&
      experiments.has(model.experimentId) &&
      (datasets.length === 0 || hasData(backend, model, datasets)),
  )
  const orderBy = (input.order_by ?? []).map(orderClause)
  const found = compileSearch('logged models', { filter: input.filter, orderBy }, accessTo(backend))
  const { rows, next } = searchPage(found, models, { token: input.page_token, limit: input.max_results })
  return {
    ...(rows.length > 0 && { models: rows.map((model) => loggedModelJson(backend, model)) }),
    ...(next !== undefined && { next_page_token: next }),
  }
}

/** The endpoint of the search. */
export const loggedModelSearch: Route = route(['POST'], 'logged-models/search', searchInput, search)
