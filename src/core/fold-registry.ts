// The fold of the model registry: models, versions, aliases.
import type { LogEvent } from './events.ts'
import { type Edit, type EventOf, type Reducers, without } from './fold.ts'
import { aliasesFor } from './registry-lookup.ts'
import { type AliasMove, type ModelVersion, type RegisteredModel, versionId } from './registry-state.ts'

type RegistryType = Extract<LogEvent['type'], `model.${string}` | `version.${string}` | 'alias.moved'>

interface About {
  readonly about: string
  readonly at: number
}

/** Why an alias is gone whose version was deleted. */
const GONE = 'the version was deleted'
/** Moves of aliases that a model keeps; the log has all. */
const MOST_MOVES = 500

interface Move extends About {
  readonly by: string
}

/** A model whose alias has moved, with that in its history. */
function moved(
  model: RegisteredModel,
  { at, by }: Move,
  alias: string,
  to: number | null,
  reason: string | null,
): Partial<RegisteredModel> {
  const from = Object.hasOwn(model.aliases, alias) ? model.aliases[alias]! : null
  if (from === to) return {}
  const move: AliasMove = { alias, from, to, at, by, reason }
  return {
    aliases: to === null ? without(model.aliases, alias) : { ...model.aliases, [alias]: to },
    moves: [...(model.moves ?? []), move].slice(-MOST_MOVES),
  }
}

function editModel(
  edit: Edit,
  { about, at }: About,
  change: (model: RegisteredModel) => Partial<RegisteredModel>,
): void {
  const model = edit('models').get(about)
  if (model) edit('models').set(about, { ...model, updated: at, ...change(model) })
}

function editVersion(
  edit: Edit,
  { about, at, data }: About & { data: { version: number } },
  change: (version: ModelVersion) => Partial<ModelVersion>,
): void {
  const id = versionId(about, data.version)
  const version = edit('versions').get(id)
  if (version) edit('versions').set(id, { ...version, updated: at, ...change(version) })
}

/** Notes what the hub found: nobody has changed the version by that. */
function noteVersion(edit: Edit, id: string, found: Pick<ModelVersion, 'measured' | 'verified'>): void {
  const version = edit('versions').get(id)
  if (version) edit('versions').set(id, { ...version, ...found })
}

function versionsOf(edit: Edit, model: string): ModelVersion[] {
  return [...edit('versions').values()].filter((version) => version.model === model)
}

function rename(edit: Edit, from: string, to: string): void {
  const model = edit('models').get(from)
  if (!model || from === to) return
  edit('models').delete(from)
  edit('models').set(to, { ...model, id: to })
  for (const version of versionsOf(edit, from)) {
    edit('versions').delete(version.id)
    const id = versionId(to, version.version)
    edit('versions').set(id, { ...version, id, model: to })
  }
}

function addVersion(
  edit: Edit,
  event: EventOf<'version.found'> | EventOf<'version.restored'>,
  updated: number,
): void {
  const { about: model, data } = event
  const id = versionId(model, data.version)
  edit('versions').set(id, { ...data, id, model, updated })
  editModel(edit, event, ({ lastVersion }) => ({ lastVersion: Math.max(lastVersion, data.version) }))
}

function removeVersion(edit: Edit, event: Move & { data: { version: number } }): void {
  const { version } = event.data
  edit('versions').delete(versionId(event.about, version))
  editModel(edit, event, (model) => {
    let left = model
    for (const alias of aliasesFor(model, version))
      left = { ...left, ...moved(left, event, alias, null, GONE) }
    return { ...left, updated: event.at }
  })
}

/** How the registry changes. */
export const registryReducers: Reducers<RegistryType> = {
  'model.found': (edit, { about, data }) => {
    const known = edit('models').get(about)
    const { aliases = {}, lastVersion = 0, moves } = known ?? {}
    const kept = { aliases, lastVersion, ...(moves && { moves }) }
    edit('models').set(about, { ...data, id: about, updated: data.created, ...kept })
  },
  'model.renamed': (edit, event) => {
    rename(edit, event.about, event.data.name)
    editModel(edit, { about: event.data.name, at: event.at }, () => ({}))
  },
  'model.described': (edit, event) => editModel(edit, event, () => event.data),
  'model.tags': (edit, event) =>
    editModel(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  'model.untagged': (edit, event) =>
    editModel(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  'model.deleted': (edit, { about }) => {
    edit('models').delete(about)
    for (const { id } of versionsOf(edit, about)) edit('versions').delete(id)
  },
  'model.restored': (edit, { about, at, data }) =>
    void edit('models').set(about, { ...data, id: about, updated: at, aliases: {} }),
  'version.found': (edit, event) => addVersion(edit, event, event.data.created),
  'version.restored': (edit, event) => addVersion(edit, event, event.at),
  'version.described': (edit, event) =>
    editVersion(edit, event, () => ({ description: event.data.description })),
  'version.tags': (edit, event) =>
    editVersion(edit, event, ({ tags }) => ({ tags: { ...tags, ...event.data.tags } })),
  'version.untagged': (edit, event) =>
    editVersion(edit, event, ({ tags }) => ({ tags: without(tags, event.data.key) })),
  'version.staged': (edit, event) => editVersion(edit, event, () => ({ stage: event.data.stage })),
  'version.measured': (edit, { about, data: { version, ...measured } }) =>
    noteVersion(edit, versionId(about, version), { measured }),
  'version.verified': (edit, { about, at, by, data: { version, differs } }) =>
    noteVersion(edit, versionId(about, version), { verified: { at, by, differs } }),
  'version.deleted': removeVersion,
  'alias.moved': (edit, event) => {
    const { alias, version, reason = null } = event.data
    editModel(edit, event, (model) => moved(model, event, alias, version, reason))
  },
}
