// Finds what a request names, or refuses it in MLflow's words.
import type { Experiment } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'
import { invalid, missing } from './errors.ts'
import { experimentsOf } from './experiment-ids.ts'
import { echo, lacking } from './names.ts'

/** The id of a run in a request: old clients send `run_uuid`. */
export function runIdIn({ run_id, run_uuid }: { run_id?: unknown; run_uuid?: unknown }): string {
  const id = run_id || run_uuid
  if (typeof id !== 'string') throw lacking('run_id')
  return id
}

/** A run, deleted or not. */
export function findRun(state: State, id: string): Run {
  const run = state.runs.get(id)
  if (!run) throw missing(`Run with id=${echo(id)} not found`)
  return run
}

/** A run that may be written to: one that is not deleted. */
export function activeRun(state: State, id: string): Run {
  const run = findRun(state, id)
  if (run.deleted !== undefined)
    throw invalid(`The run ${run.id} must be in the 'active' state. Current state is deleted.`)
  return run
}

/** An experiment, deleted or not, one that only runs name too. */
export function findExperiment(state: State, id: string): Experiment {
  const experiment = experimentsOf(state).get(id)
  if (!experiment) throw missing(`No Experiment with id=${echo(id)} exists`)
  return experiment
}

/** An experiment that is not deleted. */
export function activeExperiment(state: State, id: string): Experiment {
  const experiment = findExperiment(state, id)
  if (experiment.deleted)
    throw invalid(`The experiment ${experiment.id} must be in the 'active' state. Current state is deleted.`)
  return experiment
}
