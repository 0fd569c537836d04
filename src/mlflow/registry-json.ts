// Registered models and their versions as MLflow's clients read them, and how requests find them.
import { aliasesFor, versionsOf } from '../core/registry-lookup.ts'
import { type ModelVersion, type RegisteredModel, versionId } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { plainText } from '../protocol/text.ts'
import { missing } from './errors.ts'
import { toPairs } from './fields.ts'
import { echo } from './names.ts'

/** A registered model; throws MlflowError (404) where there is none. */
export function findModel(state: State, name: string): RegisteredModel {
  const model = state.models.get(name)
  if (!model) throw missing(`Registered Model with name=${echo(name)} not found`)
  return model
}

/** A version; throws MlflowError (404) where the model or the version is not there. */
export function findVersion(state: State, name: string, version: number): ModelVersion {
  findModel(state, name)
  const found = state.versions.get(versionId(name, version))
  if (!found) throw missing(`Model Version (name=${echo(name)}, version=${version}) not found`)
  return found
}

/** Aliases that stand for a version, in their order. */
export const aliasesOf = (state: State, { model, version }: ModelVersion): string[] =>
  aliasesFor(state.models.get(model), version)

/** The newest version of each stage, in the order of their numbers. */
export function latestVersions(state: State, model: string): ModelVersion[] {
  const latest = new Map(versionsOf(state, model).map((version) => [version.stage, version]))
  return [...latest.values()].sort((a, b) => a.version - b.version)
}

/** A field of an answer; left out where the list is empty. */
export const filled = <T>(key: string, list: readonly T[]): object => (list.length > 0 ? { [key]: list } : {})
const told = (key: string, value: string | null): object => (value ? { [key]: plainText(value) } : {})

/** ModelVersion as it is in lists. Always READY: clients poll until it is. */
export function listedVersion(version: ModelVersion): object {
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.created,
    last_updated_timestamp: version.updated,
    current_stage: version.stage,
    description: plainText(version.description),
    source: plainText(version.source),
    ...told('run_id', version.run),
    status: 'READY',
    ...filled('tags', toPairs(version.tags)),
    run_link: plainText(version.runLink ?? ''),
  }
}

/** ModelVersion asked for by itself: with its aliases, as MLflow's own server does it. */
export const versionJson = (state: State, version: ModelVersion): object => ({
  ...listedVersion(version),
  ...filled('aliases', aliasesOf(state, version)),
})

/** RegisteredModel. */
export function modelJson(state: State, model: RegisteredModel): object {
  const latest = latestVersions(state, model.id).map(listedVersion)
  const aliases = Object.entries(model.aliases).map(([alias, version]) => ({
    alias,
    version: String(version),
  }))
  return {
    name: model.id,
    creation_timestamp: model.created,
    last_updated_timestamp: model.updated,
    ...told('description', model.description),
    ...filled('latest_versions', latest),
    ...filled('tags', toPairs(model.tags)),
    ...filled('aliases', aliases),
  }
}
