// The model registry of MLflow as a store holds it, told as events: each thing once, and again when it changed.
import type { ModelVersion, Texts } from '../../src/core/registry-state.ts'
import { STAGES } from '../../src/protocol/registry-events.ts'
import { savedFields } from './format.ts'
import { printOf, remember, say, type Teller, tellTexts, toldOf } from './mlflow-told.ts'

/** A version of a registered model. */
export type VersionPicture = Omit<ModelVersion, 'id' | 'model' | 'updated'>

/** A registered model with all of its versions, deleted ones left out. */
export interface ModelPicture {
  readonly name: string
  /** Where it lies: a folder or the address of a server. */
  readonly path: string
  readonly description: string
  /** Unix ms. */
  readonly created: number
  readonly tags: Texts
  /** Version that each alias stands for, also of one that is not there. */
  readonly aliases: Readonly<Record<string, number>>
  readonly versions: readonly VersionPicture[]
}

/** The stage that a text names; None where it names none. */
export const stageOf = (text: string | undefined): ModelVersion['stage'] =>
  STAGES.find((stage) => stage === text) ?? 'None'

/** Cursor key of a registered model. */
export const modelKey = (name: string) => `mlflow-model:${name}`
const versionKey = (name: string, version: number) => `mlflow-version:${name}/${version}`

const wholes = (saved: unknown): number[] =>
  Array.isArray(saved) ? saved.filter((item) => typeof item === 'number') : []

function tellVersion(teller: Teller, model: string, picture: VersionPicture): void {
  const { version, description, stage, tags } = picture
  const key = versionKey(model, version)
  const told = toldOf(teller, key)
  const isNew = told.stage === undefined
  if (isNew) say(teller, 'version.found', model, { ...picture })
  else {
    if (told.stage !== stage) say(teller, 'version.staged', model, { version, stage })
    if (told.description !== printOf(description))
      say(teller, 'version.described', model, { version, description })
  }
  const prints = tellTexts(
    told.tags,
    tags,
    (changed) => !isNew && say(teller, 'version.tags', model, { version, tags: changed }),
    (gone) => say(teller, 'version.untagged', model, { version, key: gone }),
  )
  remember(teller, key, { stage, description: printOf(description), tags: prints })
}

function tellAliases(teller: Teller, { name, aliases }: ModelPicture, told: unknown): void {
  const before = savedFields(told as Record<string, number>)
  for (const [alias, version] of Object.entries(aliases))
    if (before[alias] !== version) say(teller, 'alias.moved', name, { alias, version })
  for (const alias of Object.keys(before))
    if (!Object.hasOwn(aliases, alias)) say(teller, 'alias.moved', name, { alias, version: null })
}

/** Tells of a registered model, its versions and aliases all that is new. */
export function tellModel(teller: Teller, picture: ModelPicture): void {
  const { name, description, created, tags, aliases, versions, path } = picture
  const key = modelKey(name)
  const told = toldOf(teller, key)
  const isNew = told.at === undefined
  if (isNew) say(teller, 'model.found', name, { description, created, tags })
  else if (told.description !== printOf(description)) say(teller, 'model.described', name, { description })
  const prints = tellTexts(
    told.tags,
    tags,
    (changed) => !isNew && say(teller, 'model.tags', name, { tags: changed }),
    (gone) => say(teller, 'model.untagged', name, { key: gone }),
  )
  const numbers = versions.map(({ version }) => version)
  for (const version of versions) tellVersion(teller, name, version)
  for (const gone of wholes(told.versions).filter((version) => !numbers.includes(version))) {
    say(teller, 'version.deleted', name, { version: gone })
    remember(teller, versionKey(name, gone), null)
  }
  tellAliases(teller, picture, told.aliases)
  remember(teller, key, {
    at: path,
    description: printOf(description),
    tags: prints,
    aliases,
    versions: numbers,
  })
}

/** Tells that a registered model is gone. */
export function tellModelGone(teller: Teller, name: string): void {
  const { versions } = toldOf(teller, modelKey(name))
  say(teller, 'model.deleted', name, {})
  for (const version of wholes(versions)) remember(teller, versionKey(name, version), null)
  remember(teller, modelKey(name), null)
}
