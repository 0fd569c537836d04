// Versions of registered models: making, staging, describing, finding and deleting them.
import * as z from 'zod/mini'
import { versionsOf } from '../core/registry-lookup.ts'
import type { ModelVersion } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import { type Change, changeRoute } from './change.ts'
import { refuseDeletion } from './deletion-guard.ts'
import { invalid } from './errors.ts'
import { maybeId, maybeText, pairs, text } from './fields.ts'
import { downloadUri, type Origin, originOf } from './model-source.ts'
import { checkKey, stored } from './names.ts'
import { checkedText, checkTags, readStage, type Stage, version } from './registry-fields.ts'
import { findModel, findVersion, listedVersion, versionJson } from './registry-json.ts'
import { searchInput, searchRegistry } from './registry-search.ts'
import { type Route, route } from './route.ts'
import { type Access, plainEntryOf } from './search.ts'

const MAX_PAGE = 200_000
const USUAL_PAGE = 10_000
/** Longest link to a run, and name of a user, UTF-16 units. */
const MAX_LINK = 4096
const MAX_USER = 256

const numbered = { name: text(), version: version() }

interface Numbered {
  readonly name: string
  readonly version: number
}

const answerVersion =
  ({ name, version }: Numbered) =>
  (state: State) => ({ model_version: versionJson(state, findVersion(state, name, version)) })

const createInput = z.object({
  name: text(),
  source: text(),
  run_id: maybeId(),
  model_id: maybeId(),
  tags: pairs(),
  run_link: maybeText(),
  description: maybeText(),
  user_id: maybeText(),
})

/** Who made it: as the request says, else who ran the run. */
function userOf(state: State, { run }: Origin, said: string | undefined): string | null {
  const made = run === null ? undefined : state.runs.get(run)
  return said || made?.user || made?.tags['mlflow.user'] || null
}

function create(state: State, input: z.infer<typeof createInput>, now: number): Change {
  const { id: name, lastVersion } = findModel(state, input.name)
  const origin = originOf(state, input)
  const user = userOf(state, origin, input.user_id)
  const data = {
    ...origin,
    version: lastVersion + 1,
    runLink: input.run_link ? checkedText(input.run_link, 'run_link', MAX_LINK) : null,
    user: user === null ? null : stored(user, MAX_USER),
    description: checkedText(input.description ?? '', 'description'),
    stage: 'None' as const,
    created: now,
    tags: { ...checkTags(input.tags) },
  }
  return {
    events: [{ type: 'version.found', at: now, about: name, data }],
    answer: answerVersion({ name, version: data.version }),
  }
}

function describe(state: State, input: Numbered & { description?: string }, now: number): Change {
  const { model: about, version } = findVersion(state, input.name, input.version)
  const answer = answerVersion(input)
  if (input.description === undefined) return { events: [], answer }
  const description = checkedText(input.description, 'description')
  return { events: [{ type: 'version.described', at: now, about, data: { version, description } }], answer }
}

const stageInput = z.object({
  ...numbered,
  stage: text(),
  archive_existing_versions: z.optional(z.nullable(z.boolean())),
})

/** Versions that make room for another one in its stage. */
function archived(state: State, { name, version }: Numbered, stage: Stage): number[] {
  if (stage !== 'Staging' && stage !== 'Production')
    throw invalid(
      `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are Staging, Production`,
    )
  return versionsOf(state, name)
    .filter((other) => other.stage === stage && other.version !== version)
    .map((other) => other.version)
}

function transition(state: State, input: z.infer<typeof stageInput>, now: number): Change {
  const { model: about, version } = findVersion(state, input.name, input.version)
  const stage = readStage(input.stage)
  const staged = (version: number, stage: Stage): AgentEvent => ({
    type: 'version.staged',
    at: now,
    about,
    data: { version, stage },
  })
  const others = input.archive_existing_versions ? archived(state, input, stage) : []
  return {
    events: [...others.map((other) => staged(other, 'Archived')), staged(version, stage)],
    answer: answerVersion(input),
  }
}

function remove(state: State, input: Numbered, now: number): Change {
  const { model: about, version } = findVersion(state, input.name, input.version)
  refuseDeletion(state, about, version)
  return { events: [{ type: 'version.deleted', at: now, about, data: { version } }] }
}

function setTag(state: State, input: Numbered & { key: string; value: string }, now: number): Change {
  const { model: about, version } = findVersion(state, input.name, input.version)
  const tags = { ...checkTags([input]) }
  return { events: [{ type: 'version.tags', at: now, about, data: { version, tags } }] }
}

function deleteTag(state: State, input: Numbered & { key: string }, now: number): Change {
  const { model: about, version, tags } = findVersion(state, input.name, input.version)
  const key = checkKey(input.key, 'key')
  if (!Object.hasOwn(tags, key)) return { events: [] }
  return { events: [{ type: 'version.untagged', at: now, about, data: { version, key } }] }
}

/** What is decided about versions, for people too; each throws MlflowError where it refuses. */
export const versionDecisions = { describe, transition, remove, setTag, deleteTag }

const ATTRIBUTES: Readonly<Record<string, (version: ModelVersion) => string | number | null>> = {
  name: ({ model }) => model,
  version_number: ({ version }) => version,
  run_id: ({ run }) => run,
  source_path: ({ source }) => source,
  creation_timestamp: ({ created }) => created,
  last_updated_timestamp: ({ updated }) => updated,
}

const access: Access<ModelVersion> = {
  attribute: (version, key) => ATTRIBUTES[key]?.(version),
  tag: ({ tags }, key) => plainEntryOf(tags, key),
}

const searched = searchInput(USUAL_PAGE, MAX_PAGE)

const search = (state: State, asked: z.infer<typeof searched>): object =>
  searchRegistry('model versions', asked, access, state.versions.values(), 'model_versions', listedVersion)

const one = z.object(numbered)

/** Endpoints of model versions. */
export const modelVersionRoutes: readonly Route[] = [
  changeRoute(['POST'], 'model-versions/create', createInput, create),
  changeRoute(
    ['PATCH', 'POST'],
    'model-versions/update',
    z.object({ ...numbered, description: maybeText() }),
    describe,
  ),
  changeRoute(['POST'], 'model-versions/transition-stage', stageInput, transition),
  changeRoute(['DELETE'], 'model-versions/delete', one, remove),
  route(['GET'], 'model-versions/get', one, (backend, input) => answerVersion(input)(backend.state())),
  route(['GET', 'POST'], 'model-versions/search', searched, (backend, input) =>
    search(backend.state(), input),
  ),
  route(['GET'], 'model-versions/get-download-uri', one, (backend, { name, version }) => {
    const state = backend.state()
    return { artifact_uri: downloadUri(state, findVersion(state, name, version).source) }
  }),
  changeRoute(
    ['POST'],
    'model-versions/set-tag',
    z.object({ ...numbered, key: text(), value: text() }),
    setTag,
  ),
  changeRoute(['DELETE'], 'model-versions/delete-tag', z.object({ ...numbered, key: text() }), deleteTag),
]
