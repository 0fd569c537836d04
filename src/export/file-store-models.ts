// Registered models, their versions and aliases, as folders of an MLflow file store.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { versionsOf } from '../core/registry-lookup.ts'
import type { ModelVersion, RegisteredModel } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { plainText } from '../protocol/text.ts'
import { META, metaText, type Said, writeTexts } from './file-store-run.ts'
import { type Target, writeSmall } from './folder.ts'
import { folderOf } from './key-names.ts'

/** What MLflow does not take in the name of a model, and what no file can be called. */
const BAD_NAME = /[/\\:%]|\p{Cc}|^\.{1,2}$|^$/u
/** What MLflow takes as the name of an alias. */
const ALIAS = /^(?!latest$|[vV]\d+$)[\w-]{1,255}$/

const isFolder = (name: string) => !BAD_NAME.test(name) && Buffer.byteLength(name) <= 255

function writeVersion(folder: string, version: ModelVersion, said: Said): void {
  const fields = {
    aliases: [] as const,
    creation_timestamp: version.created,
    current_stage: version.stage,
    description: version.description,
    last_updated_timestamp: version.updated,
    ...(version.loggedModel !== null && { model_id: folderOf(version.loggedModel) }),
    name: version.model,
    run_id: version.run === null ? null : folderOf(version.run),
    run_link: version.runLink,
    source: version.source,
    status: 'READY',
    status_message: null,
    storage_location: version.source,
    user_id: version.user,
    version: version.version,
  }
  mkdirSync(folder)
  writeTexts(join(folder, 'tags'), `tag of ${version.id}`, version.tags, said)
  writeSmall(folder, META, metaText(fields))
}

function writeAliases(folder: string, model: RegisteredModel, said: Said): void {
  mkdirSync(folder)
  for (const [alias, version] of Object.entries(model.aliases))
    if (ALIAS.test(alias)) writeSmall(folder, alias, String(version))
    else said(`alias "${alias}" of model "${model.id}" is left out: MLflow takes no such name`)
}

function writeModel(folder: string, model: RegisteredModel, state: State, said: Said): void {
  const fields = {
    aliases: {},
    creation_timestamp: model.created,
    description: model.description,
    last_updated_timestamp: model.updated,
    name: model.id,
  }
  writeTexts(join(folder, 'tags'), `tag of model ${model.id}`, model.tags, said)
  writeAliases(join(folder, 'aliases'), model, said)
  for (const version of versionsOf(state, model.id))
    writeVersion(join(folder, `version-${version.version}`), version, said)
  writeSmall(folder, META, metaText(fields))
}

/** Writes the model registry; returns the number of models. */
export async function writeModels(target: Target, state: State, said: Said): Promise<number> {
  let count = 0
  for (const model of state.models.values()) {
    const name = plainText(model.id)
    if (isFolder(name)) {
      await target.folder(join('models', name), async (folder) => writeModel(folder, model, state, said))
      count++
    } else said(`model "${model.id}" is left out: a file store takes no such name`)
  }
  return count
}
