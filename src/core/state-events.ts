// A state told as events, for a reader who has none of it: what the fold of them gives is that state again.
import type { AgentEvent } from '../protocol/events.ts'
import type { Experiment, LoggedModel } from './registry-state.ts'
import type { Run, State } from './state.ts'

const isEmpty = (record: object) => Object.keys(record).length === 0

function* experimentEvents(
  { id, name, artifactLocation, created, tags, deleted }: Experiment,
  at: number,
): Generator<AgentEvent> {
  yield { type: 'experiment.found', at, about: id, data: { name, artifactLocation, created, tags } }
  if (deleted) yield { type: 'experiment.deleted', at, about: id, data: {} }
}

function* runEvents(run: Run, at: number): Generator<AgentEvent> {
  const { id: about, name, experiment, source, path, started, experimentId, user } = run
  const ids = { ...(experimentId !== undefined && { experimentId }), ...(user !== undefined && { user }) }
  yield { type: 'run.found', at, about, data: { name, experiment, source, path, started, ...ids } }
  if (!isEmpty(run.params)) yield { type: 'run.params', at, about, data: { params: run.params } }
  if (!isEmpty(run.tags)) yield { type: 'run.tags', at, about, data: { tags: run.tags } }
  const { datasets = [], modelInputs = [], modelOutputs = [] } = run
  if (datasets.length + modelInputs.length > 0)
    yield { type: 'run.inputs', at, about, data: { datasets: [...datasets], models: [...modelInputs] } }
  if (modelOutputs.length > 0) yield { type: 'run.outputs', at, about, data: { models: [...modelOutputs] } }
  yield { type: 'run.status', at, about, data: { status: run.status, ended: run.ended } }
  if (run.deleted !== undefined) yield { type: 'run.deleted', at: run.deleted, about, data: {} }
}

function* loggedModelEvents(model: LoggedModel, at: number): Generator<AgentEvent> {
  const { id: about, updated: _updated, deleted, ...data } = model
  yield { type: 'logged-model.found', at, about, data }
  if (deleted) yield { type: 'logged-model.deleted', at, about, data: {} }
}

/** Events of `at` (Unix ms) that tell the experiments, runs and logged models of a state. */
export function* stateEvents({ experiments, runs, loggedModels }: State, at: number): Generator<AgentEvent> {
  for (const experiment of experiments.values()) yield* experimentEvents(experiment, at)
  for (const run of runs.values()) yield* runEvents(run, at)
  for (const model of loggedModels.values()) yield* loggedModelEvents(model, at)
}
