// Registered models: making, naming, describing, finding and deleting them.
import * as z from 'zod/mini'
import type { RegisteredModel } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { type Change, changeRoute } from './change.ts'
import { refuseModelDeletion } from './deletion-guard.ts'
import { taken } from './errors.ts'
import { maybeText, pairs, text, words } from './fields.ts'
import { checkKey } from './names.ts'
import { checkedText, checkModelName, checkTags, readStage } from './registry-fields.ts'
import { findModel, latestVersions, modelJson, versionJson } from './registry-json.ts'
import { searchInput, searchRegistry } from './registry-search.ts'
import { type Route, route } from './route.ts'
import { type Access, plainEntryOf } from './search.ts'

const MAX_PAGE = 1000
const USUAL_PAGE = 100

const named = z.object({ name: text() })

const answerModel = (name: string) => (state: State) => ({
  registered_model: modelJson(state, findModel(state, name)),
})

function refuseTaken(state: State, name: string): void {
  if (state.models.has(name)) throw taken(`Registered Model (name=${name}) already exists.`)
}

function create(
  state: State,
  input: { name: string; description?: string; tags: { key: string; value: string }[] },
  now: number,
): Change {
  const name = checkModelName(input.name)
  refuseTaken(state, name)
  const description = checkedText(input.description ?? '', 'description')
  const data = { description, created: now, tags: { ...checkTags(input.tags) } }
  return { events: [{ type: 'model.found', at: now, about: name, data }], answer: answerModel(name) }
}

function rename(state: State, input: { name: string; new_name: string }, now: number): Change {
  findModel(state, input.name)
  const name = checkModelName(input.new_name)
  if (name === input.name) return { events: [], answer: answerModel(name) }
  refuseTaken(state, name)
  return {
    events: [{ type: 'model.renamed', at: now, about: input.name, data: { name } }],
    answer: answerModel(name),
  }
}

function describe(state: State, input: { name: string; description?: string }, now: number): Change {
  const { id: about } = findModel(state, input.name)
  const answer = answerModel(about)
  if (input.description === undefined) return { events: [], answer }
  const description = checkedText(input.description, 'description')
  return { events: [{ type: 'model.described', at: now, about, data: { description } }], answer }
}

function remove(state: State, input: { name: string }, now: number): Change {
  const { id: about } = findModel(state, input.name)
  refuseModelDeletion(state, about)
  return { events: [{ type: 'model.deleted', at: now, about, data: {} }] }
}

function setTag(state: State, input: { name: string; key: string; value: string }, now: number): Change {
  const { id: about } = findModel(state, input.name)
  const tags = { ...checkTags([input]) }
  return { events: [{ type: 'model.tags', at: now, about, data: { tags } }] }
}

function deleteTag(state: State, input: { name: string; key: string }, now: number): Change {
  const { id: about, tags } = findModel(state, input.name)
  const key = checkKey(input.key, 'key')
  if (!Object.hasOwn(tags, key)) return { events: [] }
  return { events: [{ type: 'model.untagged', at: now, about, data: { key } }] }
}

/** What is decided about models, for people too; each throws MlflowError where it refuses. */
export const modelDecisions = { describe, remove, setTag, deleteTag }

const access: Access<RegisteredModel> = {
  attribute: (model, key) => {
    if (key === 'name') return model.id
    return key === 'creation_timestamp' ? model.created : model.updated
  },
  tag: ({ tags }, key) => plainEntryOf(tags, key),
}

const searched = searchInput(USUAL_PAGE, MAX_PAGE)

const search = (state: State, asked: z.infer<typeof searched>): object =>
  searchRegistry('registered models', asked, access, state.models.values(), 'registered_models', (model) =>
    modelJson(state, model),
  )

function latest(state: State, input: { name: string; stages: string[] }): object {
  findModel(state, input.name)
  const stages = input.stages.map(readStage)
  const versions = latestVersions(state, input.name).filter(
    ({ stage }) => stages.length === 0 || stages.includes(stage),
  )
  return versions.length > 0 ? { model_versions: versions.map((version) => versionJson(state, version)) } : {}
}

/** Endpoints of registered models; those of aliases are in `model-aliases.ts`. */
export const registeredModelRoutes: readonly Route[] = [
  changeRoute(
    ['POST'],
    'registered-models/create',
    z.object({ name: text(), description: maybeText(), tags: pairs() }),
    create,
  ),
  changeRoute(['POST'], 'registered-models/rename', z.object({ name: text(), new_name: text() }), rename),
  changeRoute(
    ['PATCH', 'POST'],
    'registered-models/update',
    z.object({ name: text(), description: maybeText() }),
    describe,
  ),
  changeRoute(['DELETE'], 'registered-models/delete', named, remove),
  route(['GET'], 'registered-models/get', named, (backend, { name }) => answerModel(name)(backend.state())),
  route(['GET', 'POST'], 'registered-models/search', searched, (backend, input) =>
    search(backend.state(), input),
  ),
  route(
    ['GET', 'POST'],
    'registered-models/get-latest-versions',
    z.object({ name: text(), stages: words() }),
    (backend, input) => latest(backend.state(), input),
  ),
  changeRoute(
    ['POST'],
    'registered-models/set-tag',
    z.object({ name: text(), key: text(), value: text() }),
    setTag,
  ),
  changeRoute(['DELETE'], 'registered-models/delete-tag', z.object({ name: text(), key: text() }), deleteTag),
]
