// Experiments: made by a client, or implied by runs of log files, which are made real when something is written to them.
import * as z from 'zod/mini'
import type { Experiment } from '../core/registry-state.ts'
import type { Run, State } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend } from './backend.ts'
import { makeChange } from './change.ts'
import { invalid, missing, taken } from './errors.ts'
import { experimentIdOf, experimentIdOfRun, experimentsOf } from './experiment-ids.ts'
import { count, id, isInView, maybeText, pairs, plainEntry, text, toPairs, view, words } from './fields.ts'
import { activeExperiment, findExperiment } from './lookup.ts'
import { checkKey, checkLength, echo, lacking, stored, wrong } from './names.ts'
import { type Route, route } from './route.ts'
import { eventOf, madeReal } from './run-events.ts'
import { compileSearch, searchPage } from './search.ts'

/** Longest name of an experiment, and longest value of its tags, UTF-16 units. */
const MAX_NAME = 500
const MAX_TAG = 5000

/** Experiment. */
function experimentJson(experiment: Experiment): object {
  const { artifactLocation, created, updated } = experiment
  return {
    experiment_id: experiment.id,
    name: plainText(experiment.name),
    artifact_location: plainText(artifactLocation ?? `mlflow-artifacts:/${experiment.id}`),
    lifecycle_stage: experiment.deleted ? 'deleted' : 'active',
    ...(updated !== null && { last_update_time: updated }),
    ...(created !== null && { creation_time: created }),
    ...(Object.keys(experiment.tags).length > 0 && { tags: toPairs(experiment.tags) }),
  }
}

function readName(name: string, where: string): string {
  if (name.trim() === '') throw lacking(where)
  checkLength(name, where, MAX_NAME)
  return stored(name, MAX_NAME)
}

function readLocation(location: string | undefined): string | null {
  if (!location) return null
  checkLength(location, 'artifact_location', 4096)
  if (/[#?]|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(location))
    throw wrong('artifact_location', location, "it must not contain '#', '?' or '..'.")
  return stored(location, 4096)
}

function readTag(key: string, value: string, where: string): [string, string] {
  checkLength(value, `${where}value`, MAX_TAG)
  return [checkKey(key, `${where}key`), stored(value, MAX_TAG)]
}

function named(state: State, name: string): Experiment | undefined {
  return experimentsOf(state).get(experimentIdOf(state, stored(name, MAX_NAME)))
}

function refuseTaken(state: State, name: string): void {
  const holder = named(state, name)
  if (holder)
    throw taken(
      `Experiment(name=${echo(name)}) already exists${holder.deleted ? ' in deleted state. You can restore the experiment' : ''}.`,
    )
}

async function create(
  backend: Backend,
  input: { name: string; artifact_location?: string | undefined; tags: { key: string; value: string }[] },
): Promise<object> {
  const name = readName(input.name, 'name')
  const artifactLocation = readLocation(input.artifact_location)
  const tags = Object.fromEntries(input.tags.map(({ key, value }, i) => readTag(key, value, `tags[${i}].`)))
  return makeChange(backend, (state, at) => {
    refuseTaken(state, name)
    const experimentId = experimentIdOf(state, name)
    return {
      events: [eventOf('experiment.found', experimentId, at, { name, artifactLocation, created: at, tags })],
      answer: () => ({ experiment_id: experimentId }),
    }
  })
}

function getByName(backend: Backend, { experiment_name: name }: { experiment_name: string }): object {
  const experiment = named(backend.state(), name)
  if (!experiment) throw missing(`Could not find experiment with name '${echo(name)}'`)
  return { experiment: experimentJson(experiment) }
}

const attributes: Readonly<Record<string, (experiment: Experiment) => string | number | null>> = {
  name: ({ name }) => plainText(name),
  experiment_id: ({ id }) => id,
  creation_time: ({ created }) => created,
  last_update_time: ({ updated }) => updated,
}

const Search = z.object({
  filter: maybeText(),
  order_by: words(),
  max_results: count(1000, 50_000),
  page_token: maybeText(),
  view_type: view(),
})

function search(
  backend: Backend,
  { filter, order_by, max_results, page_token, view_type }: z.infer<typeof Search>,
) {
  const compiled = compileSearch<Experiment>(
    'experiments',
    { filter, orderBy: order_by },
    {
      attribute: (experiment, key) => attributes[key]?.(experiment),
      tag: ({ tags }, key) => plainEntry(tags, key),
    },
  )
  const seen = [...experimentsOf(backend.state()).values()].filter(({ deleted }) =>
    isInView(view_type, deleted),
  )
  const { rows, next } = searchPage(compiled, seen, { token: page_token, limit: max_results })
  return {
    ...(rows.length > 0 && { experiments: rows.map(experimentJson) }),
    ...(next && { next_page_token: next }),
  }
}

const runsIn = (state: State, experimentId: string): Run[] =>
  [...state.runs.values()].filter((run) => experimentIdOfRun(state, run) === experimentId)

type Change = (experiment: Experiment, at: number, state: State) => AgentEvent[]

async function change(backend: Backend, experiment: Experiment, eventsOf: Change): Promise<object> {
  const state = backend.state()
  const at = backend.now()
  const events = eventsOf(experiment, at, state)
  if (events.length > 0) await backend.write({ events: [...madeReal(state, experiment, at), ...events] })
  return {}
}

/** Its runs go with it, as in MLflow. */
const deletion: Change = ({ id }, at, state) => [
  eventOf('experiment.deleted', id, at, {}),
  ...runsIn(state, id)
    .filter(({ deleted }) => deleted === undefined)
    .map((run) => eventOf('run.deleted', run.id, at, {})),
]

const restoring: Change = ({ id }, at, state) => [
  eventOf('experiment.restored', id, at, {}),
  ...runsIn(state, id)
    .filter(({ deleted }) => deleted !== undefined)
    .map((run) => eventOf('run.restored', run.id, at, {})),
]

function rename(
  backend: Backend,
  input: { experiment_id: string; new_name?: string | undefined },
): Promise<object> {
  return makeChange(backend, (state, at) => {
    const experiment = activeExperiment(state, input.experiment_id)
    if (input.new_name === undefined) throw lacking('new_name')
    const name = readName(input.new_name, 'new_name')
    if (name === experiment.name) return { events: [] }
    refuseTaken(state, name)
    if (runsIn(state, experiment.id).some((run) => run.experimentId === undefined))
      throw invalid(
        `The experiment ${experiment.id} has runs of log files, which name it: it cannot be renamed.`,
      )
    return {
      events: [
        ...madeReal(state, experiment, at),
        eventOf('experiment.renamed', experiment.id, at, { name }),
      ],
    }
  })
}

const byId = z.object({ experiment_id: id() })

const setTag = (path: string): Route =>
  route(
    ['POST'],
    path,
    z.object({ experiment_id: id(), key: text(), value: text() }),
    (backend, { experiment_id, key, value }) =>
      change(backend, activeExperiment(backend.state(), experiment_id), ({ id }, at) => [
        eventOf('experiment.tags', id, at, { tags: Object.fromEntries([readTag(key, value, '')]) }),
      ]),
  )

const tagRoutes: readonly Route[] = [
  setTag('experiments/set-experiment-tag'),
  // The npm client `mlflow` 2.0.7 leaves the slash out.
  setTag('experimentsset-experiment-tag'),
  route(
    ['POST'],
    'experiments/delete-experiment-tag',
    z.object({ experiment_id: id(), key: text() }),
    (backend, { experiment_id, key }) =>
      change(backend, activeExperiment(backend.state(), experiment_id), ({ id, tags }, at) => {
        if (!Object.hasOwn(tags, key))
          throw missing(`No tag with name: ${echo(key)} in experiment with id ${id}`)
        return [eventOf('experiment.untagged', id, at, { key })]
      }),
  ),
]

/** Routes of experiments. */
export const experimentRoutes: readonly Route[] = [
  route(
    ['POST'],
    'experiments/create',
    z.object({ name: text(), artifact_location: maybeText(), tags: pairs() }),
    create,
  ),
  route(['GET'], 'experiments/get', byId, (backend, { experiment_id }) => ({
    experiment: experimentJson(findExperiment(backend.state(), experiment_id)),
  })),
  route(['GET'], 'experiments/get-by-name', z.object({ experiment_name: text() }), getByName),
  route(['GET', 'POST'], 'experiments/search', Search, search),
  // What clients of MLflow 1 call.
  route(['GET'], 'experiments/list', Search, search),
  route(['POST'], 'experiments/update', z.object({ experiment_id: id(), new_name: maybeText() }), rename),
  route(['POST'], 'experiments/delete', byId, (backend, { experiment_id }) =>
    change(backend, activeExperiment(backend.state(), experiment_id), deletion),
  ),
  route(['POST'], 'experiments/restore', byId, (backend, { experiment_id }) => {
    const experiment = findExperiment(backend.state(), experiment_id)
    return change(backend, experiment, experiment.deleted ? restoring : () => [])
  }),
  ...tagRoutes,
]
