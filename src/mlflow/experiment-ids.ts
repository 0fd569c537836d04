// Experiments as MLflow's clients see them: those that somebody made, those that runs of log files only name, and Default.
import { createHash } from 'node:crypto'
import type { Experiment } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'

/** Id of the experiment of runs that name none. */
export const DEFAULT_ID = '0'
/** Name of the experiment of runs that name none. */
export const DEFAULT_NAME = 'Default'

/** Most names whose ids are kept; more cost a hash each time. */
const MAX_NAMES = 100_000

/** Ids by name that were looked up among these experiments. */
const idsByName = new WeakMap<State['experiments'], Map<string, string>>()
const listed = new WeakMap<
  State['runs'],
  { among: State['experiments']; all: ReadonlyMap<string, Experiment> }
>()

/** 18 decimal digits, the same wherever they are made; another `salt` gives others. */
function digits(name: string, salt: number): string {
  if (name === DEFAULT_NAME && salt === 0) return DEFAULT_ID
  const digest = createHash('sha256')
    .update(salt === 0 ? name : `${name}\0${salt}`)
    .digest()
  return String(digest.readBigUInt64BE(0) % 10n ** 18n).padStart(18, '0')
}

function freeId(experiments: State['experiments'], name: string): string {
  for (let salt = 0; ; salt++) {
    const id = digits(name, salt)
    const holder = experiments.get(id)
    if (holder === undefined || holder.name === name) return id
  }
}

/**
 * Id of the experiment of a name: of the one that has it, else the one that it would get. It follows from the name, so
 * that agents that are apart give the same; an id that a renamed experiment holds is passed over.
 */
export function experimentIdOf({ experiments }: Pick<State, 'experiments'>, name: string): string {
  let ids = idsByName.get(experiments)
  if (!ids) {
    ids = new Map([...experiments.values()].map((experiment) => [experiment.name, experiment.id]))
    idsByName.set(experiments, ids)
  }
  const known = ids.get(name)
  if (known !== undefined) return known
  const id = freeId(experiments, name)
  if (ids.size < MAX_NAMES) ids.set(name, id)
  return id
}

/** Id of the experiment that a run is in. */
export const experimentIdOfRun = (state: Pick<State, 'experiments'>, run: Run): string =>
  run.experimentId ?? experimentIdOf(state, run.experiment || DEFAULT_NAME)

function implied(id: string, name: string, created: number | null): Experiment {
  return { id, name, artifactLocation: null, created, updated: created, deleted: false, tags: {} }
}

function collect(state: Pick<State, 'experiments' | 'runs'>): ReadonlyMap<string, Experiment> {
  const all = new Map(state.experiments)
  if (!all.has(DEFAULT_ID)) all.set(DEFAULT_ID, implied(DEFAULT_ID, DEFAULT_NAME, null))
  for (const run of state.runs.values()) {
    const id = experimentIdOfRun(state, run)
    if (state.experiments.has(id)) continue
    const known = all.get(id)
    const isOlder = run.started !== null && run.started < (known?.created ?? Infinity)
    if (!known || isOlder) all.set(id, implied(id, run.experiment || DEFAULT_NAME, run.started))
  }
  return all
}

/**
 * All experiments by id. Those that only runs name are as old as their oldest run. Pure; the answer is kept while the
 * tables stay the same.
 */
export function experimentsOf(state: Pick<State, 'experiments' | 'runs'>): ReadonlyMap<string, Experiment> {
  const known = listed.get(state.runs)
  if (known?.among === state.experiments) return known.all
  const all = collect(state)
  listed.set(state.runs, { among: state.experiments, all })
  return all
}
