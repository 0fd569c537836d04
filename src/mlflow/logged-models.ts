// Logged models of MLflow 3: what a run saved, registered or not.
import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import type { LoggedModel, Texts } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { plainText } from '../protocol/text.ts'
import { listArtifacts } from './artifact-list.ts'
import type { Backend } from './backend.ts'
import { type Change, changeRoute, makeChange } from './change.ts'
import { invalid, missing } from './errors.ts'
import { id, maybeId, maybeText, pairs, text } from './fields.ts'
import { loggedModelJson, STATUS } from './logged-model-json.ts'
import { loggedModelSearch } from './logged-model-search.ts'
import { activeExperiment } from './lookup.ts'
import { findLoggedModel, loggedModelUri } from './model-source.ts'
import { checkKey, echo, MAX_PARAM_LENGTH, stored, wrong } from './names.ts'
import { checkedText, checkTags } from './registry-fields.ts'
import { type Route, route } from './route.ts'

/** Longest name of a logged model; longest type, and id of a run; UTF-16 units. */
const MAX_NAME = 500
const MAX_SHORT = 256

const createInput = z.object({
  experiment_id: id(),
  name: maybeText(),
  model_type: maybeText(),
  source_run_id: maybeId(),
  params: pairs(),
  tags: pairs(),
})

/** Refuses characters that upstream refuses too: names become parts of addresses. */
function checkName(name: string, fallback: string): string {
  if (name === '') return fallback
  if (/[/:.%"']/.test(name)) throw wrong('name', name, `it must not contain any of / : . % " '`)
  return checkedText(name, 'name', MAX_NAME)
}

/** Params as they are stored; long values are cut, as MLflow does. */
function checkParams(params: readonly { key: string; value: string }[]): Texts {
  const checked = params.map(({ key, value }) => [checkKey(key, 'key'), stored(value, MAX_PARAM_LENGTH)])
  return Object.fromEntries(checked)
}

function creation(state: State, input: z.infer<typeof createInput>, now: number): Change & { id: string } {
  const { id: experimentId, artifactLocation } = activeExperiment(state, input.experiment_id)
  const about = `m-${randomUUID().replaceAll('-', '')}`
  const root = plainText(artifactLocation ?? `mlflow-artifacts:/${experimentId}`).replace(/\/+$/, '')
  const data = {
    name: checkName(input.name ?? '', about),
    experimentId,
    run: input.source_run_id ? checkedText(input.source_run_id, 'source_run_id', MAX_SHORT) : null,
    modelType: input.model_type ? checkedText(input.model_type, 'model_type', MAX_SHORT) : null,
    artifactUri: `${root}/models/${about}/artifacts`,
    created: now,
    status: 'pending' as const,
    params: { ...checkParams(input.params) },
    tags: { ...checkTags(input.tags) },
  }
  return { id: about, events: [{ type: 'logged-model.found', at: now, about, data }] }
}

const answerModel = (backend: Backend, model: string): object => ({
  model: loggedModelJson(backend, findLoggedModel(backend.state(), model)),
})

async function create(backend: Backend, input: z.infer<typeof createInput>): Promise<object> {
  const { id: about, events } = creation(backend.state(), input, backend.now())
  await backend.write({ events })
  return answerModel(backend, about)
}

function readStatus(raw: string): LoggedModel['status'] {
  for (const status of ['pending', 'ready', 'failed'] as const) if (STATUS[status] === raw) return status
  throw invalid(`Invalid model status: ${echo(raw)}. Expected one of ${Object.values(STATUS).join(', ')}.`)
}

async function finalize(backend: Backend, input: { model_id: string; status: string }): Promise<object> {
  const status = readStatus(input.status)
  await makeChange(backend, (state, at) => {
    const { id: about } = findLoggedModel(state, input.model_id)
    return { events: [{ type: 'logged-model.status', at, about, data: { status } }] }
  })
  return answerModel(backend, input.model_id)
}

function remove(state: State, { model_id }: { model_id: string }, at: number): Change {
  const { id: about } = findLoggedModel(state, model_id)
  return { events: [{ type: 'logged-model.deleted', at, about, data: {} }] }
}

interface Tagging {
  readonly model_id: string
  readonly tags: { key: string; value: string }[]
}

function setTags(state: State, input: Tagging, at: number): Change {
  const { id: about } = findLoggedModel(state, input.model_id)
  const tags = { ...checkTags(input.tags) }
  return { events: [{ type: 'logged-model.tags', at, about, data: { tags } }] }
}

function deleteTag(state: State, input: { model_id: string; tag_key: string }, at: number): Change {
  const { id: about, tags } = findLoggedModel(state, input.model_id)
  const key = input.tag_key
  if (!Object.hasOwn(tags, key))
    throw missing(`No tag with key '${echo(key)}' found for model with ID '${about}'.`)
  return { events: [{ type: 'logged-model.untagged', at, about, data: { key } }] }
}

interface Parameters {
  readonly model_id: string
  readonly params: { key: string; value: string }[]
}

/** Params are written once: the same value again is fine, another one is refused. */
function setParams(state: State, input: Parameters, at: number): Change {
  const { id: about, params: known } = findLoggedModel(state, input.model_id)
  const params = { ...checkParams(input.params) }
  for (const [key, value] of Object.entries(params))
    if (Object.hasOwn(known, key) && known[key] !== value)
      throw invalid(
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${echo(known[key])}' for model ID='${about}'. Attempted logging new value '${echo(value)}'.`,
      )
  return { events: [{ type: 'logged-model.params', at, about, data: { params } }] }
}

const one = z.object({ model_id: text() })

/** Endpoints of logged models. */
export const loggedModelRoutes: readonly Route[] = [
  route(['POST'], 'logged-models', createInput, create),
  loggedModelSearch,
  route(['GET'], 'logged-models/{model_id}', one, (backend, input) => answerModel(backend, input.model_id)),
  route(['PATCH'], 'logged-models/{model_id}', z.object({ model_id: text(), status: text() }), finalize),
  changeRoute(['DELETE'], 'logged-models/{model_id}', one, remove),
  changeRoute(
    ['PATCH'],
    'logged-models/{model_id}/tags',
    z.object({ model_id: text(), tags: pairs() }),
    setTags,
  ),
  changeRoute(
    ['DELETE'],
    'logged-models/{model_id}/tags/{tag_key}',
    z.object({ model_id: text(), tag_key: text() }),
    deleteTag,
  ),
  changeRoute(
    ['POST'],
    'logged-models/{model_id}/params',
    z.object({ model_id: text(), params: pairs() }),
    setParams,
  ),
  route(
    ['GET'],
    'logged-models/{model_id}/artifacts/directories',
    z.object({ model_id: text(), artifact_directory_path: maybeText() }),
    (backend, input) =>
      listArtifacts(
        backend,
        loggedModelUri(findLoggedModel(backend.state(), input.model_id)),
        input.artifact_directory_path,
      ),
  ),
]
