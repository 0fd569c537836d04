// One round over a tracking server: experiments, runs that are new or go on, their metrics, the registry.
import {
  part,
  type RunAnswer,
  readExperiment,
  readLoggedModel,
  readModel,
  readRun,
  readVersion,
  text,
} from './mlflow-answers.ts'
import { type Answer, type Client, NoAnswer, pages } from './mlflow-client.ts'
import { loggedModelKey, runKey, tellExperiment, tellLoggedModel, tellRun } from './mlflow-facts.ts'
import { modelKey, tellModel, tellModelGone, type VersionPicture } from './mlflow-registry-facts.ts'
import { followSeries, type Tell } from './mlflow-series.ts'
import { type MlflowMemory, otherHome, toldOf } from './mlflow-told.ts'

/** Most experiments of one question, and most metrics that are asked for at once. */
const EXPERIMENTS_AT_ONCE = 100
const METRICS_AT_ONCE = 4
/** Clocks of those who start runs may differ so much, ms. */
const OVERLAP_MS = 60_000

/** What is known of a server between two rounds. */
export interface Mirror {
  readonly url: string
  readonly client: Client
  readonly memory: MlflowMemory
  /** Ours by the server's id. */
  readonly experiments: Map<string, { readonly id: string; readonly name: string }>
  /** Runs that had not ended when they were last seen. */
  readonly open: Set<string>
  /** Latest start of a run, Unix ms. */
  since: number
  /** The server has logged models. */
  hasLoggedModels: boolean
}

/** A server of which nothing is known yet. */
export const createMirror = (url: string, client: Client, memory: MlflowMemory): Mirror => ({
  ...{ url, client, memory },
  experiments: new Map(),
  open: new Set(),
  since: Number.NEGATIVE_INFINITY,
  hasLoggedModels: true,
})

async function mirrorExperiments(mirror: Mirror, tell: Tell): Promise<void> {
  const { client, url, experiments } = mirror
  const ask = (page: object) =>
    client.post('experiments/search', { max_results: 1000, view_type: 'ALL', ...page })
  for await (const { items } of pages(ask, 'experiments'))
    await tell((teller) => {
      for (const picture of items.map((item) => readExperiment(item, url))) {
        if (!picture) continue
        const id = tellExperiment(teller, picture)
        experiments.set(picture.storeId, { id, name: picture.name })
      }
    })
}

async function followMetrics({ client, memory }: Mirror, run: RunAnswer, tell: Tell): Promise<void> {
  const isEnded = run.status !== 'running' && run.status !== 'scheduled'
  for (let at = 0; at < run.metrics.length; at += METRICS_AT_ONCE) {
    const some = run.metrics.slice(at, at + METRICS_AT_ONCE)
    const asked = some.map(({ key, point }) =>
      followSeries(client, memory.cursors, { run: run.id, key, latest: point, isEnded }, tell),
    )
    // All of them come to an end before a failure is told: nothing goes on behind it.
    const failed = (await Promise.allSettled(asked)).find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }
}

async function mirrorRun(mirror: Mirror, answer: Answer, tell: Tell): Promise<void> {
  const { url, memory, open, experiments } = mirror
  const run = readRun(answer)
  if (!run || otherHome(memory, runKey(run.id), url) !== undefined) return
  const { metrics: _metrics, storeExperiment, ...picture } = run
  const home = experiments.get(storeExperiment)
  // Of an experiment that was made meanwhile: the next round has it.
  if (!home) return
  await tell((teller) =>
    tellRun(teller, { ...picture, experiment: home.name, experimentId: home.id, path: url }),
  )
  await followMetrics(mirror, run, tell)
  if (run.status === 'running' || run.status === 'scheduled') open.add(run.id)
  else open.delete(run.id)
  mirror.since = Math.max(mirror.since, run.started ?? mirror.since)
}

async function searchRuns(mirror: Mirror, filter: string, tell: Tell): Promise<Set<string>> {
  const { client, experiments } = mirror
  const seen = new Set<string>()
  const ids = [...experiments.keys()]
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    const experiment_ids = ids.slice(at, at + EXPERIMENTS_AT_ONCE)
    const question = { experiment_ids, filter, max_results: 500, run_view_type: 'ALL' }
    const ask = (page: object) =>
      client.post('runs/search', { ...question, order_by: ['attributes.start_time ASC'], ...page })
    for await (const { items } of pages(ask, 'runs'))
      for (const item of items) {
        seen.add(text(part(item, 'info'), 'run_id') ?? '')
        await mirrorRun(mirror, item, tell)
      }
  }
  return seen
}

/** Runs that went on or ended since the last round: the server keeps no time of a run's last change. */
async function mirrorNewRuns(mirror: Mirror, tell: Tell): Promise<void> {
  const since = Math.max(0, mirror.since - OVERLAP_MS)
  const seen = await searchRuns(mirror, `attributes.start_time >= ${since}`, tell)
  for (const run of await searchRuns(mirror, "attributes.status = 'RUNNING'", tell)) seen.add(run)
  for (const run of [...mirror.open].filter((id) => !seen.has(id))) {
    try {
      const answer = await mirror.client.get('runs/get', { run_id: run })
      await mirrorRun(mirror, part(answer, 'run'), tell)
    } catch (error) {
      if (!(error instanceof NoAnswer) || error.status !== 404) throw error
      mirror.open.delete(run)
    }
  }
}

async function mirrorLoggedModels(mirror: Mirror, tell: Tell): Promise<void> {
  const { client, url, experiments, memory } = mirror
  const ids = [...experiments.keys()]
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    const experiment_ids = ids.slice(at, at + EXPERIMENTS_AT_ONCE)
    const ask = (page: object) =>
      client.post('logged-models/search', { experiment_ids, max_results: 50, ...page })
    for await (const { items } of pages(ask, 'models'))
      await tell((teller) => {
        for (const model of items.map((item) => readLoggedModel(item, url))) {
          const home = model && experiments.get(model.experimentId)
          if (home && !otherHome(memory, loggedModelKey(model.id), url))
            tellLoggedModel(teller, { ...model, experimentId: home.id })
        }
      })
  }
}

async function readVersions({ client }: Mirror): Promise<Map<string, VersionPicture[]>> {
  const versions = new Map<string, VersionPicture[]>()
  const ask = (page: Readonly<Record<string, string>>) =>
    client.get('model-versions/search', { max_results: '1000', ...page })
  for await (const { items } of pages(ask, 'model_versions'))
    for (const found of items.map(readVersion))
      if (found) versions.set(found.name, [...(versions.get(found.name) ?? []), found.version])
  return versions
}

async function mirrorRegistry(mirror: Mirror, tell: Tell): Promise<void> {
  const { client, url, memory } = mirror
  const versions = await readVersions(mirror)
  const seen = new Set<string>()
  const ask = (page: Readonly<Record<string, string>>) =>
    client.get('registered-models/search', { max_results: '100', ...page })
  for await (const { items } of pages(ask, 'registered_models'))
    await tell((teller) => {
      for (const model of items.map((item) => readModel(item, url))) {
        if (!model || otherHome(memory, modelKey(model.name), url)) continue
        seen.add(model.name)
        const mine = (versions.get(model.name) ?? []).sort((a, b) => a.version - b.version)
        tellModel(teller, { ...model, versions: mine })
      }
    })
  const known = [...memory.cursors.keys()].filter((key) => key.startsWith(modelKey('')))
  const names = known
    .filter((key) => toldOf(memory, key).at === url)
    .map((key) => key.slice(modelKey('').length))
  await tell((teller) => {
    for (const name of names) if (!seen.has(name)) tellModelGone(teller, name)
  })
}

/** Asks a server for all that is new; `isFull`: also for what changed of runs that ended long ago. Rejects with NoAnswer. */
export async function mirrorRound(mirror: Mirror, isFull: boolean, tell: Tell): Promise<void> {
  await mirrorExperiments(mirror, tell)
  if (isFull) await searchRuns(mirror, '', tell)
  else await mirrorNewRuns(mirror, tell)
  await mirrorRegistry(mirror, tell)
  if (!mirror.hasLoggedModels) return
  try {
    await mirrorLoggedModels(mirror, tell)
  } catch (error) {
    // A server older than MLflow 3.
    if (!(error instanceof NoAnswer) || ![400, 404, 405, 501].includes(error.status)) throw error
    mirror.hasLoggedModels = false
  }
}
