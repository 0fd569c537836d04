// The fold of runs, experiments and logged models.

import type { LogEvent } from './events.ts'
import { type Edit, type Reducers, without } from './fold.ts'
import type { Experiment, LoggedModel } from './registry-state.ts'
import type { Run } from './state.ts'

type RunEventType = Exclude<Extract<LogEvent['type'], `run.${string}`>, 'run.pruned'>
type TrackingType =
  | RunEventType
  | Extract<LogEvent['type'], `experiment.${string}` | `logged-model.${string}`>

const ENDED = new Set(['finished', 'failed', 'killed'])

function editRun(edit: Edit, id: string, change: (run: Run) => Partial<Run>): void {
  const run = edit('runs').get(id)
  if (run) edit('runs').set(id, { ...run, ...change(run) })
}

function editExperiment(
  edit: Edit,
  { about, at }: { about: string; at: number },
  change: (experiment: Experiment) => Partial<Experiment>,
): void {
  const experiment = edit('experiments').get(about)
  if (experiment) edit('experiments').set(about, { ...experiment, updated: at, ...change(experiment) })
}

function editLogged(
  edit: Edit,
  { about, at }: { about: string; at: number },
  change: (model: LoggedModel) => Partial<LoggedModel>,
): void {
  const model = edit('loggedModels').get(about)
  if (model) edit('loggedModels').set(about, { ...model, updated: at, ...change(model) })
}

/** The name of a renamed experiment shows in its runs. */
function renameRuns(edit: Edit, experimentId: string, experiment: string): void {
  for (const run of [...edit('runs').values()])
    if (run.experimentId === experimentId) edit('runs').set(run.id, { ...run, experiment })
}

const fresh = { status: 'idle', ended: null, params: {}, tags: {}, restarts: 0 } as const
const untold = { artifactLocation: null, created: null, deleted: false, tags: {} } as const

/** How runs, experiments and logged models change. */
export const runReducers: Reducers<TrackingType> = {
  'run.found': (edit, { about, by, data: { whole: _, ...data } }) => {
    const runs = edit('runs')
    const host = by.replace(/^agent:/, '')
    const epoch = edit('hosts').get(host)?.epoch ?? ''
    runs.set(about, { ...(runs.get(about) ?? fresh), id: about, host, epoch, ...data })
  },
  'run.renamed': (edit, { about, data }) => editRun(edit, about, () => data),
  'run.params': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ params: { ...run.params, ...data.params } })),
  'run.tags': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ tags: { ...run.tags, ...data.tags } })),
  'run.untagged': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ tags: without(run.tags, data.key) })),
  'run.status': (edit, { about, at, data }) =>
    editRun(edit, about, () => ({
      status: data.status,
      ended: data.ended ?? (ENDED.has(data.status) ? at : null),
    })),
  'run.restarted': (edit, { about }) => editRun(edit, about, (run) => ({ restarts: run.restarts + 1 })),
  'run.deleted': (edit, { about, at }) => editRun(edit, about, () => ({ deleted: at })),
  'run.restored': (edit, { about }) => editRun(edit, about, () => ({ deleted: undefined })),
  'run.inputs': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({
      datasets: [...(run.datasets ?? []), ...data.datasets],
      modelInputs: [...new Set([...(run.modelInputs ?? []), ...data.models])],
    })),
  'run.outputs': (edit, { about, data }) =>
    editRun(edit, about, (run) => ({ modelOutputs: [...(run.modelOutputs ?? []), ...data.models] })),

  // Two agents may make one experiment while they are apart: the first word stays, tags add up.
  'experiment.found': (edit, { about, at, data }) => {
    const known = edit('experiments').get(about)
    const tags = { ...known?.tags, ...data.tags }
    edit('experiments').set(about, { ...untold, ...data, ...known, id: about, updated: at, tags })
  },
  'experiment.renamed': (edit, event) => {
    editExperiment(edit, event, () => event.data)
    renameRuns(edit, event.about, event.data.name)
  },
  'experiment.tags': (edit, event) =>
    editExperiment(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  'experiment.untagged': (edit, event) =>
    editExperiment(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  'experiment.deleted': (edit, event) => editExperiment(edit, event, () => ({ deleted: true })),
  'experiment.restored': (edit, event) => editExperiment(edit, event, () => ({ deleted: false })),

  'logged-model.found': (edit, { about, data }) =>
    void edit('loggedModels').set(about, { ...data, id: about, updated: data.created, deleted: false }),
  'logged-model.status': (edit, event) => editLogged(edit, event, () => event.data),
  'logged-model.params': (edit, event) =>
    editLogged(edit, event, ({ params }) => ({ params: { ...params, ...event.data.params } })),
  'logged-model.tags': (edit, event) =>
    editLogged(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  'logged-model.untagged': (edit, event) =>
    editLogged(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  'logged-model.deleted': (edit, event) => editLogged(edit, event, () => ({ deleted: true })),
}
