// A store as an MLflow file store (`mlruns`): what MLflow's client, server and UI read, and `mlops import` too. Its layout
// is that of mlflow/store/tracking/file_store.py and mlflow/store/model_registry/file_store.py, MLflow 2 and 3.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { HubLink } from '../core/link.ts'
import type { Experiment, LoggedModel } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'
import { DEFAULT_ID, experimentIdOfRun, experimentsOf } from '../mlflow/experiment-ids.ts'
import { plainText } from '../protocol/text.ts'
import { writeModels } from './file-store-models.ts'
import { datasetFolder, META, metaText, type Said, writeRun, writeTexts } from './file-store-run.ts'
import { type Target, writeSmall } from './folder.ts'
import { folderOf } from './key-names.ts'

/** What is exported, and who hears of it. */
export interface Export {
  readonly link: HubLink
  readonly runs: readonly Run[]
  /** Everything is wanted, not only some runs: experiments without runs and the registry too. */
  readonly isWhole: boolean
  readonly said: Said
  /** Called after each run. */
  readonly onRun: () => void
}

/** What was written. */
export interface Exported {
  readonly runs: number
  readonly points: number
  readonly models?: number
}

/** LoggedModelStatus of MLflow, a number in files. */
const MODEL_STATUS: Readonly<Record<LoggedModel['status'], number>> = { pending: 1, ready: 2, failed: 3 }

/** Where artifacts are that lie neither here nor on the hub itself; undefined for those that will lie here. */
function elsewhere(location: string | null): string | undefined {
  const plain = plainText(location ?? '').replace(/\/+$/, '')
  return plain === '' || plain.startsWith('mlflow-artifacts:') ? undefined : plain
}

function artifactRoot(target: Target, { id, artifactLocation }: Experiment): string {
  return elsewhere(artifactLocation) ?? pathToFileURL(join(target.path, folderOf(id))).href
}

function writeExperiment(target: Target, experiment: Experiment, said: Said): void {
  const { name, created, updated, tags } = experiment
  const id = folderOf(experiment.id)
  const folder = join(target.path, id)
  mkdirSync(folder, { recursive: true })
  writeTexts(join(folder, 'tags'), `tag of experiment ${name}`, tags, said)
  const fields = {
    artifact_location: artifactRoot(target, experiment),
    creation_time: created,
    experiment_id: id,
    last_update_time: updated,
    lifecycle_stage: 'active',
    name,
  }
  writeSmall(folder, META, metaText(fields))
}

function writeDatasets(folder: string, { datasets = [] }: Run): void {
  for (const dataset of datasets) {
    const name = datasetFolder(dataset)
    if (existsSync(join(folder, name, META))) continue
    const { digest, profile, schema, source, sourceType } = dataset
    const fields = { digest, name: dataset.name, profile, schema, source, source_type: sourceType }
    writeSmall(folder, `${name}/${META}`, metaText(fields))
  }
}

function writeLoggedModel(folder: string, experiment: Experiment, model: LoggedModel, said: Said): void {
  const id = folderOf(model.id)
  const fields = {
    artifact_location: model.artifactUri ?? '',
    creation_timestamp: model.created,
    experiment_id: folderOf(experiment.id),
    last_updated_timestamp: model.updated,
    lifecycle_stage: 'active',
    model_id: id,
    model_type: model.modelType,
    name: model.name,
    source_run_id: model.run === null ? null : folderOf(model.run),
    status: MODEL_STATUS[model.status],
    status_message: null,
  }
  writeTexts(join(folder, 'params'), `param of model ${id}`, model.params, said)
  writeTexts(join(folder, 'tags'), `tag of model ${id}`, model.tags, said)
  mkdirSync(join(folder, 'metrics'))
  writeSmall(folder, META, metaText(fields))
}

/** The experiments to write, by id: of the runs, and all where all is wanted; deleted ones are not. */
function experimentsToWrite(state: State, { runs, isWhole }: Export): Map<string, Experiment> {
  const used = new Set([DEFAULT_ID, ...runs.map((run) => experimentIdOfRun(state, run))])
  const all = [...experimentsOf(state)].filter(([id, { deleted }]) => !deleted && (isWhole || used.has(id)))
  return new Map(all)
}

async function writeLoggedModels(
  target: Target,
  state: State,
  experiments: ReadonlyMap<string, Experiment>,
  { runs, isWhole, said }: Export,
): Promise<void> {
  const ids = new Set(runs.map(({ id }) => id))
  for (const model of state.loggedModels.values()) {
    const experiment = experiments.get(model.experimentId)
    const isWanted = isWhole || (model.run !== null && ids.has(model.run))
    if (!experiment || model.deleted || !isWanted) continue
    const place = join(folderOf(experiment.id), 'models', folderOf(model.id))
    await target.folder(place, async (folder) => writeLoggedModel(folder, experiment, model, said))
  }
}

/** Writes a file store. A run is there whole or not at all; its points are read when it is its turn. */
export async function writeFileStore(target: Target, wanted: Export): Promise<Exported> {
  const { link, runs, isWhole, said, onRun } = wanted
  const { state } = link.world()
  const experiments = experimentsToWrite(state, wanted)
  for (const experiment of experiments.values()) writeExperiment(target, experiment, said)
  let points = 0
  let count = 0
  for (const run of runs) {
    const experiment = experiments.get(experimentIdOfRun(state, run))
    if (!experiment) said(`run "${run.id}" is left out: its experiment was deleted`)
    else {
      const [id, name] = [folderOf(experiment.id), folderOf(run.id)]
      writeDatasets(join(target.path, id, 'datasets'), run)
      const place = { experiment: id, artifacts: `${artifactRoot(target, experiment)}/${name}/artifacts` }
      await target.folder(join(id, name), async (folder) => {
        points += await writeRun(folder, run, place, link, said)
      })
      count++
    }
    onRun()
  }
  await writeLoggedModels(target, state, experiments, wanted)
  return { runs: count, points, ...(isWhole && { models: await writeModels(target, state, said) }) }
}
