// Metrics of logged models. Points do not say which model they are of, so a model has the metrics of runs that had no other.
import type { LoggedModel } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'
import { latestOf, type Point } from '../core/summary.ts'
import type { Backend } from './backend.ts'

/** The latest point of a metric of a run that counts as the model's. */
export interface ModelMetric {
  readonly run: string
  readonly point: Point
}

const linked = new WeakMap<State['runs'], ReadonlyMap<string, readonly Run[]>>()

function modelsOf({ modelInputs = [], modelOutputs = [] }: Run): Set<string> {
  return new Set([...modelInputs, ...modelOutputs.map(({ id }) => id)])
}

function link(runs: State['runs']): ReadonlyMap<string, readonly Run[]> {
  const byModel = new Map<string, Run[]>()
  for (const run of runs.values()) {
    if (!run.modelInputs && !run.modelOutputs) continue
    for (const id of modelsOf(run)) byModel.set(id, [...(byModel.get(id) ?? []), run])
  }
  return byModel
}

/** Runs that made a model or were given it, the one that made it first. Linked once while the table stays the same. */
export function runsOfModel({ runs }: Pick<State, 'runs'>, model: LoggedModel): readonly Run[] {
  let links = linked.get(runs)
  if (!links) {
    links = link(runs)
    linked.set(runs, links)
  }
  const source = model.run === null ? undefined : runs.get(model.run)
  return [...new Set([...(source ? [source] : []), ...(links.get(model.id) ?? [])])]
}

/** Whether a run's point counts as the model's: the run had no other model, or the point is of the step that made it. */
function isOfModel(run: Run, model: LoggedModel, { step }: Point): boolean {
  const models = modelsOf(run)
  if (models.size === 0 || (models.size === 1 && models.has(model.id))) return true
  return run.modelOutputs?.some((output) => output.id === model.id && output.step === step) ?? false
}

/**
 * Metrics of a model by key; where several runs have one, the latest by time. What `model_id` of a logged metric says is
 * not kept, so a run with several models (checkpoints) gives each only the points of its own step.
 */
export function modelMetrics(backend: Backend, model: LoggedModel): ReadonlyMap<string, ModelMetric> {
  const metrics = new Map<string, ModelMetric>()
  for (const run of runsOfModel(backend.state(), model)) {
    for (const [key, summary] of backend.metrics(run.id)) {
      const point = latestOf(summary)
      const known = metrics.get(key)
      const isNewer = !known || known.point.time < point.time
      if (isNewer && isOfModel(run, model, point)) metrics.set(key, { run: run.id, point })
    }
  }
  return metrics
}
