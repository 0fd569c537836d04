// Logged models as MLflow's clients read them.
import type { LoggedModel } from '../core/registry-state.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend } from './backend.ts'
import { toPairs } from './fields.ts'
import { modelMetrics } from './logged-model-metrics.ts'
import { loggedModelUri } from './model-source.ts'
import { filled } from './registry-json.ts'
import { metricJson } from './run-json.ts'

/** MLflow's LoggedModelStatus by ours. */
export const STATUS = {
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const satisfies Record<LoggedModel['status'], string>

const modelInfo = (model: LoggedModel): object => ({
  model_id: model.id,
  experiment_id: model.experimentId,
  name: plainText(model.name),
  creation_timestamp_ms: model.created,
  last_updated_timestamp_ms: model.updated,
  artifact_uri: loggedModelUri(model),
  status: STATUS[model.status],
  model_type: plainText(model.modelType ?? ''),
  ...(model.run !== null && { source_run_id: model.run }),
  ...filled('tags', toPairs(model.tags)),
})

/** LoggedModel. */
export function loggedModelJson(backend: Backend, model: LoggedModel): object {
  const metrics = Array.from(modelMetrics(backend, model), ([key, { run, point }]) => ({
    ...metricJson(plainText(key), point),
    run_id: run,
    model_id: model.id,
  }))
  const data = { ...filled('params', toPairs(model.params)), ...filled('metrics', metrics) }
  return { info: modelInfo(model), ...(Object.keys(data).length > 0 && { data }) }
}
