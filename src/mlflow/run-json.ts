// Runs as MLflow's clients read them.
import type { Run, RunStatus, State } from '../core/state.ts'
import { latestOf, type Point, type Summary } from '../core/summary.ts'
import type { DatasetInput } from '../protocol/events.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend } from './backend.ts'
import { experimentIdOfRun } from './experiment-ids.ts'
import { toPairs } from './fields.ts'
import { float64, int64 } from './json.ts'

/** Ours by MLflow's. A file cannot tell how a run ended: what is idle or not heard of (stale) counts as running. */
const STATUS: Readonly<Record<RunStatus, string>> = {
  scheduled: 'SCHEDULED',
  running: 'RUNNING',
  idle: 'RUNNING',
  stale: 'RUNNING',
  finished: 'FINISHED',
  failed: 'FAILED',
  killed: 'KILLED',
}

/** MLflow's name of a status. */
export const statusOf = (run: Run): string => STATUS[run.status]

/** Where files of a run are, for clients. */
export function artifactUri(state: State, run: Run): string {
  const experiment = experimentIdOfRun(state, run)
  const root = state.experiments.get(experiment)?.artifactLocation ?? `mlflow-artifacts:/${experiment}`
  return `${plainText(root).replace(/\/+$/, '')}/${run.id}/artifacts`
}

/** RunInfo. */
export function runInfo(state: State, run: Run): object {
  return {
    run_uuid: run.id,
    experiment_id: experimentIdOfRun(state, run),
    run_name: plainText(run.name),
    user_id: plainText(run.user ?? run.tags['mlflow.user'] ?? ''),
    status: statusOf(run),
    ...(run.started !== null && { start_time: run.started }),
    ...(run.ended !== null && { end_time: run.ended }),
    artifact_uri: artifactUri(state, run),
    lifecycle_stage: run.deleted === undefined ? 'active' : 'deleted',
    run_id: run.id,
  }
}

/** Metric: one point under a key. */
export const metricJson = (key: string, { step, time, value }: Point): object => ({
  key,
  value: float64(value),
  timestamp: time,
  step: int64(step),
})

const filled = <T>(key: string, list: readonly T[]): object => (list.length > 0 ? { [key]: list } : {})

function runData(run: Run, metrics: ReadonlyMap<string, Summary>): object {
  return {
    ...filled(
      'metrics',
      Array.from(metrics, ([key, summary]) => metricJson(plainText(key), latestOf(summary))),
    ),
    ...filled('params', toPairs(run.params)),
    ...filled('tags', toPairs(run.tags)),
  }
}

function datasetJson({ name, digest, sourceType, source, schema, profile, tags }: DatasetInput): object {
  return {
    ...filled('tags', toPairs(tags)),
    dataset: {
      name: plainText(name),
      digest,
      source_type: plainText(sourceType),
      source: plainText(source),
      ...(schema !== null && { schema: plainText(schema) }),
      ...(profile !== null && { profile: plainText(profile) }),
    },
  }
}

const runInputs = ({ datasets = [], modelInputs = [] }: Run): object => ({
  ...filled('dataset_inputs', datasets.map(datasetJson)),
  ...filled(
    'model_inputs',
    modelInputs.map((id) => ({ model_id: id })),
  ),
})

const runOutputs = ({ modelOutputs = [] }: Run): object =>
  filled(
    'model_outputs',
    modelOutputs.map(({ id, step }) => ({ model_id: id, step })),
  )

/** Run as it is answered when it has just been made. */
export const newRunJson = (backend: Backend, run: Run): object => ({
  info: runInfo(backend.state(), run),
  data: runData(run, backend.metrics(run.id)),
  inputs: runInputs(run),
})

/** Run with the latest point of each metric. */
export const runJson = (backend: Backend, run: Run): object => ({
  ...newRunJson(backend, run),
  outputs: runOutputs(run),
})
