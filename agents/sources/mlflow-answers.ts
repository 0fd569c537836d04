// What a tracking server answers, read field by field: wrong types count as missing.
import type { LoggedModel, Texts } from '../../src/core/registry-state.ts'
import type { RunStatus } from '../../src/core/state.ts'

import type { DatasetInput } from '../../src/protocol/events.ts'
import { fromWireStep, fromWireValue, type Step } from '../../src/protocol/numbers.ts'
import { type Answer, listOf } from './mlflow-client.ts'
import type { ExperimentPicture, LoggedModelPicture, RunPicture } from './mlflow-facts.ts'
import { stageOf, type VersionPicture } from './mlflow-registry-facts.ts'

const STATUS: Readonly<Record<string, RunStatus>> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
}
const MODEL_STATUS: Readonly<Record<string, LoggedModel['status']>> = {
  LOGGED_MODEL_PENDING: 'pending',
  LOGGED_MODEL_READY: 'ready',
  LOGGED_MODEL_UPLOAD_FAILED: 'failed',
}

/** A text of an answer; numbers count. */
export function text(answer: Answer, name: string): string | undefined {
  const value = Object.hasOwn(answer, name) ? answer[name] : undefined
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(answer: Answer, name: string): number | undefined {
  const value = Number(text(answer, name) ?? Number.NaN)
  return Number.isSafeInteger(value) ? value : undefined
}

function time(answer: Answer, name: string): number | null {
  const value = whole(answer, name)
  return value !== undefined && Math.abs(value) <= 8.64e15 ? value : null
}

/** An object in an answer; empty where there is none. */
export function part(answer: Answer, name: string): Answer {
  const value = answer[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answer) : {}
}

function pairs(answer: Answer, name: string): Texts {
  const entries = listOf(answer, name).map((item): [string, string] | undefined => {
    const { key, value } = item
    return typeof key === 'string' && key !== '' ? [key, typeof value === 'string' ? value : ''] : undefined
  })
  return Object.fromEntries(entries.filter((entry) => entry !== undefined))
}

/** An experiment; undefined where it has no id or name. */
export function readExperiment(answer: Answer, url: string): ExperimentPicture | undefined {
  const storeId = text(answer, 'experiment_id')
  const name = text(answer, 'name')
  if (storeId === undefined || name === undefined) return undefined
  return {
    key: `${url} ${storeId}`,
    storeId,
    name,
    artifactLocation: text(answer, 'artifact_location') ?? null,
    created: time(answer, 'creation_time'),
    deleted: answer.lifecycle_stage === 'deleted',
    tags: pairs(answer, 'tags'),
  }
}

function readDataset(input: Answer): DatasetInput | undefined {
  const dataset = part(input, 'dataset')
  const name = text(dataset, 'name')
  if (name === undefined) return undefined
  return {
    name,
    digest: text(dataset, 'digest') ?? '',
    sourceType: text(dataset, 'source_type') ?? '',
    source: text(dataset, 'source') ?? '',
    schema: text(dataset, 'schema') ?? null,
    profile: text(dataset, 'profile') ?? null,
    tags: { ...pairs(input, 'tags') },
  }
}

/** What of a run an answer tells; its experiment is looked up by `storeExperiment`. */
export interface RunAnswer extends Omit<RunPicture, 'experiment' | 'experimentId' | 'path'> {
  readonly storeExperiment: string
  /** The latest point of each metric. */
  readonly metrics: readonly { readonly key: string; readonly point: ServerPoint }[]
}

/** One point of a metric; time in Unix ms. */
export interface ServerPoint {
  readonly step: Step
  readonly time: number
  readonly value: number
}

/** A point; undefined where it is none. */
export function readPoint(answer: Answer): ServerPoint | undefined {
  const value = fromWireValue(answer.value)
  const step = fromWireStep(answer.step ?? 0)
  const at = time(answer, 'timestamp')
  return value === undefined || step === undefined || at === null ? undefined : { step, time: at, value }
}

/** A run; undefined where it has no id. */
export function readRun(answer: Answer): RunAnswer | undefined {
  const info = part(answer, 'info')
  const data = part(answer, 'data')
  const inputs = part(answer, 'inputs')
  const id = text(info, 'run_id') ?? text(info, 'run_uuid')
  const storeExperiment = text(info, 'experiment_id')
  if (id === undefined || id.length > 256 || storeExperiment === undefined) return undefined
  const tags = pairs(data, 'tags')
  const ids = (list: Answer[]) =>
    list.map((item) => text(item, 'model_id')).filter((item) => item !== undefined)
  return {
    id,
    storeExperiment,
    name: text(info, 'run_name') ?? tags['mlflow.runName'] ?? id,
    user: text(info, 'user_id') ?? tags['mlflow.user'] ?? '',
    started: time(info, 'start_time'),
    status: STATUS[text(info, 'status') ?? ''] ?? 'running',
    ended: time(info, 'end_time') || null,
    deleted: info.lifecycle_stage === 'deleted',
    params: pairs(data, 'params'),
    tags,
    datasets: listOf(inputs, 'dataset_inputs')
      .map(readDataset)
      .filter((dataset) => dataset !== undefined),
    modelInputs: ids(listOf(inputs, 'model_inputs')),
    modelOutputs: listOf(part(answer, 'outputs'), 'model_outputs').flatMap((output) => {
      const model = text(output, 'model_id')
      return model === undefined ? [] : [{ id: model, step: whole(output, 'step') ?? 0 }]
    }),
    metrics: listOf(data, 'metrics').flatMap((metric) => {
      const key = text(metric, 'key')
      const point = readPoint(metric)
      return key === undefined || !point ? [] : [{ key, point }]
    }),
  }
}

/** A logged model, its experiment by the server's id; undefined where it has no id. */
export function readLoggedModel(answer: Answer, url: string): LoggedModelPicture | undefined {
  const info = part(answer, 'info')
  const data = part(answer, 'data')
  const id = text(info, 'model_id')
  if (id === undefined) return undefined
  return {
    id,
    path: url,
    name: text(info, 'name') ?? id,
    experimentId: text(info, 'experiment_id') ?? '',
    run: text(info, 'source_run_id') ?? null,
    modelType: text(info, 'model_type') ?? null,
    artifactUri: text(info, 'artifact_uri') ?? null,
    status: MODEL_STATUS[text(info, 'status') ?? ''] ?? 'pending',
    created: time(info, 'creation_timestamp_ms') ?? 0,
    params: pairs(data, 'params'),
    tags: pairs(info, 'tags'),
    deleted: info.lifecycle_stage === 'deleted',
  }
}

/** A version of a registered model, and the model's name. */
export function readVersion(answer: Answer): { name: string; version: VersionPicture } | undefined {
  const name = text(answer, 'name')
  const version = whole(answer, 'version')
  if (name === undefined || version === undefined || version < 1) return undefined
  return {
    name,
    version: {
      version,
      stage: stageOf(text(answer, 'current_stage')),
      source: text(answer, 'source') ?? '',
      run: text(answer, 'run_id') ?? null,
      loggedModel: text(answer, 'model_id') ?? null,
      runLink: text(answer, 'run_link') ?? null,
      user: text(answer, 'user_id') ?? null,
      description: text(answer, 'description') ?? '',
      created: time(answer, 'creation_timestamp') ?? 0,
      tags: pairs(answer, 'tags'),
    },
  }
}

/** A registered model without its versions. */
export function readModel(answer: Answer, url: string) {
  const name = text(answer, 'name')
  if (name === undefined) return undefined
  const aliases = listOf(answer, 'aliases').map((item) => [text(item, 'alias'), whole(item, 'version')])
  return {
    name,
    path: url,
    description: text(answer, 'description') ?? '',
    created: time(answer, 'creation_timestamp') ?? 0,
    tags: pairs(answer, 'tags'),
    aliases: Object.fromEntries(aliases.filter(([alias, version]) => alias && version)) as Record<
      string,
      number
    >,
  }
}
