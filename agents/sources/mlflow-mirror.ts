// One round over a tracking server: experiments, runs that are new or go on, their metrics, the registry.
import {
  part,
  type RunAnswer,
  readExperiment,
  readLoggedModel,
  readModel,
  readRun,
  readVersion,
} from './mlflow-answers.ts'
import { type Answer, type Client, NoAnswer, pages } from './mlflow-client.ts'
import { loggedModelKey, runKey, tellExperiment, tellLoggedModel, tellRun } from './mlflow-facts.ts'
import { modelKey, tellModel, tellModelGone, type VersionPicture } from './mlflow-registry-facts.ts'
import { followSeries, type Handover } from './mlflow-series.ts'
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
  /** Runs of the round that is under way. */
  readonly seen: Set<string>
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
  seen: new Set(),
  since: Number.NEGATIVE_INFINITY,
  hasLoggedModels: true,
})

async function mirrorExperiments(mirror: Mirror, polls: Handover): Promise<void> {
  const { client, url, experiments } = mirror
  const ask = (page: object) =>
    client.post('experiments/search', { max_results: 1000, view_type: 'ALL', ...page })
  for await (const { items } of pages(ask, 'experiments'))
    await polls.give((teller) => {
      for (const picture of items.map((item) => readExperiment(item, url))) {
        if (!picture) continue
        const id = tellExperiment(teller, picture)
        experiments.set(picture.storeId, { id, name: picture.name })
      }
    })
  // Runs are told with our ids of them.
  await polls.taken()
}

async function followMetrics({ client, memory }: Mirror, run: RunAnswer, polls: Handover): Promise<void> {
  const isEnded = run.status !== 'running' && run.status !== 'scheduled'
  for (let at = 0; at < run.metrics.length; at += METRICS_AT_ONCE) {
    const some = run.metrics.slice(at, at + METRICS_AT_ONCE)
    const asked = some.map(({ key, point }) =>
      followSeries(client, memory.cursors, { run: run.id, key, latest: point, isEnded }, polls),
    )
    // All of them come to an end before a failure is told: nothing goes on behind it.
    const failed = (await Promise.allSettled(asked)).find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }
}

async function mirrorRun(mirror: Mirror, answer: Answer, polls: Handover): Promise<void> {
  const { url, memory, open, seen, experiments } = mirror
  const run = readRun(answer)
  // Pages shift while runs are made: what comes twice in a round is told once.
  if (!run || seen.has(run.id)) return
  seen.add(run.id)
  if (otherHome(memory, runKey(run.id), url) !== undefined) return
  const { metrics: _metrics, storeExperiment, ...picture } = run
  const home = experiments.get(storeExperiment)
  // Of an experiment that was made meanwhile: the next round has it.
  if (!home) return
  await polls.give((teller) =>
    tellRun(teller, { ...picture, experiment: home.name, experimentId: home.id, path: url }),
  )
  await followMetrics(mirror, run, polls)
  if (run.status === 'running' || run.status === 'scheduled') open.add(run.id)
  else open.delete(run.id)
  mirror.since = Math.max(mirror.since, run.started ?? mirror.since)
}

async function searchRuns(mirror: Mirror, filter: string, polls: Handover): Promise<void> {
  const { client, experiments } = mirror
  const ids = [...experiments.keys()]
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    const experiment_ids = ids.slice(at, at + EXPERIMENTS_AT_ONCE)
    const question = { experiment_ids, filter, max_results: 500, run_view_type: 'ALL' }
    const ask = (page: object) =>
      client.post('runs/search', { ...question, order_by: ['attributes.start_time ASC'], ...page })
    for await (const { items } of pages(ask, 'runs'))
      for (const item of items) await mirrorRun(mirror, item, polls)
  }
}

/** Runs that went on or ended since the last round: the server keeps no time of a run's last change. */
async function mirrorNewRuns(mirror: Mirror, polls: Handover): Promise<void> {
  const since = Math.max(0, mirror.since - OVERLAP_MS)
  await searchRuns(mirror, `attributes.start_time >= ${since}`, polls)
  await searchRuns(mirror, "attributes.status = 'RUNNING'", polls)
  for (const run of [...mirror.open].filter((id) => !mirror.seen.has(id))) {
    try {
      const answer = await mirror.client.get('runs/get', { run_id: run })
      await mirrorRun(mirror, part(answer, 'run'), polls)
    } catch (error) {
      if (!(error instanceof NoAnswer) || error.status !== 404) throw error
      mirror.open.delete(run)
    }
  }
}

async function mirrorLoggedModels(mirror: Mirror, polls: Handover): Promise<void> {
  const { client, url, experiments, memory } = mirror
  const ids = [...experiments.keys()]
  for (let at = 0; at < ids.length; at += EXPERIMENTS_AT_ONCE) {
    const experiment_ids = ids.slice(at, at + EXPERIMENTS_AT_ONCE)
    const ask = (page: object) =>
      client.post('logged-models/search', { experiment_ids, max_results: 50, ...page })
    for await (const { items } of pages(ask, 'models'))
      await polls.give((teller) => {
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

async function mirrorRegistry(mirror: Mirror, polls: Handover): Promise<void> {
  const { client, url, memory } = mirror
  const versions = await readVersions(mirror)
  const seen = new Set<string>()
  const ask = (page: Readonly<Record<string, string>>) =>
    client.get('registered-models/search', { max_results: '100', ...page })
  for await (const { items } of pages(ask, 'registered_models'))
    await polls.give((teller) => {
      for (const model of items.map((item) => readModel(item, url))) {
        if (!model || otherHome(memory, modelKey(model.name), url)) continue
        seen.add(model.name)
        const mine = (versions.get(model.name) ?? []).sort((a, b) => a.version - b.version)
        tellModel(teller, { ...model, versions: mine })
      }
    })
  await polls.taken()
  const known = [...memory.cursors.keys()].filter((key) => key.startsWith(modelKey('')))
  const names = known
    .filter((key) => toldOf(memory, key).at === url)
    .map((key) => key.slice(modelKey('').length))
  await polls.give((teller) => {
    for (const name of names) if (!seen.has(name)) tellModelGone(teller, name)
  })
}

/** Asks a server for all that is new; `isFull`: also for what changed of runs that ended long ago. Rejects with NoAnswer. */
export async function mirrorRound(mirror: Mirror, isFull: boolean, polls: Handover): Promise<void> {
  mirror.seen.clear()
  await mirrorExperiments(mirror, polls)
  if (isFull) await searchRuns(mirror, '', polls)
  else await mirrorNewRuns(mirror, polls)
  await mirrorRegistry(mirror, polls)
  if (!mirror.hasLoggedModels) return
  try {
    await mirrorLoggedModels(mirror, polls)
  } catch (error) {
    // A server older than MLflow 3.
    if (!(error instanceof NoAnswer) || ![400, 404, 405, 501].includes(error.status)) throw error
    mirror.hasLoggedModels = false
  }
}
