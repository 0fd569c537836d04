// Experiments, runs and logged models of MLflow as a store holds them, told as events: each thing once, and again when
// it changed. What a picture leaves out is taken as unchanged.
import type { Experiment, LoggedModel, Texts } from '../../src/core/registry-state.ts'
import type { RunStatus } from '../../src/core/state.ts'
import { experimentIdOf } from '../../src/mlflow/experiment-ids.ts'
import type { DatasetInput } from '../../src/protocol/events.ts'
import { cleanText } from '../../src/protocol/text.ts'
import {
  type MlflowMemory,
  printOf,
  remember,
  say,
  type Teller,
  type Told,
  tellTexts,
  toldOf,
} from './mlflow-told.ts'
import type { Json } from './source.ts'

/** Tag that keeps the id that the store itself gave an experiment. */
const STORE_ID_TAG = 'mlops.store.experiment_id'
/** Longest texts, UTF-16 units, as the events have them. */
const LONG_NAME = 500

/** An experiment; `key` is unique among all stores that one source reads. Times in Unix ms. */
export interface ExperimentPicture {
  readonly key: string
  readonly storeId: string
  readonly name: string
  readonly artifactLocation: string | null
  readonly created: number | null
  readonly deleted: boolean
  readonly tags: Texts
}

/** A run; `experiment` is the name, `experimentId` our id. Times in Unix ms. */
export interface RunPicture {
  readonly id: string
  readonly name: string
  readonly experiment: string
  readonly experimentId: string
  /** Where it lies: a folder or the address of a server. */
  readonly path: string
  readonly user: string
  readonly started: number | null
  readonly status: RunStatus
  readonly ended: number | null
  readonly deleted: boolean
  readonly params?: Texts | undefined
  readonly tags?: Texts | undefined
  readonly datasets?: readonly DatasetInput[] | undefined
  readonly modelInputs?: readonly string[] | undefined
  readonly modelOutputs?: readonly { readonly id: string; readonly step: number }[] | undefined
}

/** A logged model; `experimentId` is ours, `path` where it lies. */
export interface LoggedModelPicture
  extends Omit<LoggedModel, 'updated' | 'deleted' | 'params' | 'tags' | 'created'> {
  readonly path: string
  readonly created: number
  readonly deleted: boolean
  readonly params: Texts
  readonly tags: Texts
}

/** Cursor keys of nouns. */
export const experimentKey = (key: string) => `mlflow-experiment:${key}`
export const runKey = (id: string) => `mlflow-run:${id}`
export const loggedModelKey = (id: string) => `mlflow-logged-model:${id}`

const plain = (id: string, name: string): Experiment => ({
  id,
  name,
  artifactLocation: null,
  created: null,
  updated: null,
  deleted: false,
  tags: {},
})

/** What an earlier life told, by its cursors; `urls` are the addresses of the servers that are mirrored. */
export function recallMlflow(saved: ReadonlyMap<string, Json>, urls: readonly string[] = []): MlflowMemory {
  const cursors = new Map(saved)
  const experiments = new Map<string, Experiment>()
  for (const key of cursors.keys()) {
    if (!key.startsWith(experimentKey(''))) continue
    const { id, name } = toldOf({ cursors }, key)
    if (typeof id === 'string' && typeof name === 'string') experiments.set(id, plain(id, name))
  }
  return { cursors, experiments, urls: new Set(urls) }
}

/** Tells of an experiment; returns our id, which follows from the name that it had when it was first told. */
export function tellExperiment(teller: Teller, picture: ExperimentPicture): string {
  const { storeId, artifactLocation, created, deleted } = picture
  const name = cleanText(picture.name, LONG_NAME)
  const key = experimentKey(picture.key)
  const told = toldOf(teller, key)
  const tags = { ...picture.tags, [STORE_ID_TAG]: storeId }
  const id =
    typeof told.id === 'string' ? told.id : experimentIdOf({ experiments: new Map(teller.experiments) }, name)
  const isNew = told.id === undefined
  if (isNew) say(teller, 'experiment.found', id, { name, artifactLocation, created, tags })
  else if (told.name !== name) say(teller, 'experiment.renamed', id, { name })
  const prints = tellTexts(
    told.tags,
    tags,
    (changed) => !isNew && say(teller, 'experiment.tags', id, { tags: changed }),
    (gone) => say(teller, 'experiment.untagged', id, { key: gone }),
  )
  if (deleted !== (told.deleted === true))
    say(teller, deleted ? 'experiment.deleted' : 'experiment.restored', id, {})
  teller.experiments.set(id, plain(id, name))
  remember(teller, key, { id, name, tags: prints, deleted })
  return id
}

function tellLinks(teller: Teller, run: RunPicture, told: Told) {
  const { id, datasets, modelInputs, modelOutputs } = run
  const before = Array.isArray(told.inputs) ? told.inputs : []
  const prints = new Set(before)
  const isNew = (input: unknown) => {
    const print = printOf(input)
    return !prints.has(print) && prints.add(print) !== undefined
  }
  // One an event: a dataset may carry a long schema.
  for (const dataset of datasets ?? [])
    if (isNew(dataset)) say(teller, 'run.inputs', id, { datasets: [dataset], models: [] })
  const models = (modelInputs ?? []).filter((model) => isNew(model))
  if (models.length > 0) say(teller, 'run.inputs', id, { datasets: [], models })
  const outputs = (modelOutputs ?? []).filter((output) => isNew([output.id, output.step]))
  if (outputs.length > 0) say(teller, 'run.outputs', id, { models: outputs })
  return [...prints]
}

function tellRunFound(teller: Teller, run: RunPicture, told: Told): number {
  const { id, name, experiment, experimentId, path, user, started } = run
  const found = printOf([experimentId, path, user, started])
  if (told.found !== found) {
    const data = { name, experiment, experimentId, source: 'mlflow', path, user, started }
    say(teller, 'run.found', id, data)
  } else if (told.name !== name) say(teller, 'run.renamed', id, { name })
  return found
}

/** Tells of a run all that is new of it. */
export function tellRun(teller: Teller, run: RunPicture): void {
  const { id, name, status, ended, deleted, path } = run
  const key = runKey(id)
  const told = toldOf(teller, key)
  const found = tellRunFound(teller, run, told)
  const params = tellTexts(told.params, run.params, (changed) =>
    say(teller, 'run.params', id, { params: changed }),
  )
  const tags = tellTexts(
    told.tags,
    run.tags,
    (changed) => say(teller, 'run.tags', id, { tags: changed }),
    (gone) => say(teller, 'run.untagged', id, { key: gone }),
  )
  const state = `${status} ${ended ?? ''}`
  if (told.state !== state) say(teller, 'run.status', id, { status, ended })
  const inputs = tellLinks(teller, run, told)
  if (deleted !== (told.deleted === true)) say(teller, deleted ? 'run.deleted' : 'run.restored', id, {})
  remember(teller, key, { at: path, found, name, params, tags, state, inputs, deleted })
}

/** Tells of a logged model all that is new of it. */
export function tellLoggedModel(teller: Teller, model: LoggedModelPicture): void {
  const { id, path, deleted, status, ...rest } = model
  const { name, experimentId, run, modelType, artifactUri, created } = rest
  const key = loggedModelKey(id)
  const told = toldOf(teller, key)
  const core = { name, experimentId, run, modelType, artifactUri, created }
  const found = printOf(core)
  const isNew = told.found !== found
  if (isNew) say(teller, 'logged-model.found', id, { ...core, status, params: rest.params, tags: rest.tags })
  else if (told.status !== status) say(teller, 'logged-model.status', id, { status })
  const params = tellTexts(
    told.params,
    rest.params,
    (changed) => !isNew && say(teller, 'logged-model.params', id, { params: changed }),
  )
  const tags = tellTexts(
    told.tags,
    rest.tags,
    (changed) => !isNew && say(teller, 'logged-model.tags', id, { tags: changed }),
    (gone) => !isNew && say(teller, 'logged-model.untagged', id, { key: gone }),
  )
  if (deleted && told.deleted !== true) say(teller, 'logged-model.deleted', id, {})
  remember(teller, key, { at: path, found, status, params, tags, deleted })
}
