// Where the files of a model version are: its source as given, what it comes from, and the address to fetch it by.
import type { LoggedModel } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { cleanText, plainText } from '../protocol/text.ts'
import { missing } from './errors.ts'
import { checkLength, echo, lacking, wrong } from './names.ts'
import { checkedText } from './registry-fields.ts'
import { findModel, findVersion } from './registry-json.ts'
import { artifactUri } from './run-json.ts'
import { entryOf } from './search.ts'

/** Longest source, UTF-16 units. */
const MAX_SOURCE = 4096
/** Longest id of a run, UTF-16 units. */
const MAX_RUN = 256
/** Versions that are copies of copies are followed so far. */
const MAX_COPIES = 10

/** What a version is made from. */
export interface Origin {
  readonly source: string
  readonly run: string | null
  readonly loggedModel: string | null
}

/** A logged model that is not deleted; throws MlflowError (404) where there is none. */
export function findLoggedModel(state: State, id: string): LoggedModel {
  const model = state.loggedModels.get(id)
  if (!model || model.deleted) throw missing(`Logged model with ID '${echo(id)}' not found.`)
  return model
}

/** `models:/name/3`, `models:/name@alias` or `models:/m-...`, taken apart; undefined for another address. */
function modelAddress(source: string) {
  const rest = /^models:\/+(.+)$/.exec(source)?.[1]
  if (rest === undefined) return undefined
  const [, name, version, alias] = /^([^/@]+)(?:\/(\d{1,15})|@([^/@]+))?$/.exec(rest) ?? []
  if (name === undefined)
    throw wrong('source', source, 'expected models:/name/version, models:/name@alias or models:/model_id')
  return { name, version: version === undefined ? undefined : Number(version), alias }
}

function hasParents(source: string): boolean {
  let decoded = source
  try {
    decoded = decodeURIComponent(source)
  } catch {}
  return [source, decoded].some((text) => text.split(/[/\\]/).includes('..'))
}

function checkSource(source: string): string {
  if (source === '') throw lacking('source')
  checkLength(source, 'source', MAX_SOURCE)
  if (cleanText(source) !== source) throw wrong('source', source, 'it has characters that cannot be shown.')
  if (hasParents(source)) throw wrong('source', source, "it must not contain '..'")
  return source
}

/** The source with an alias replaced by the version that it stands for now: a copy does not change when the alias moves. */
function pinned(state: State, source: string): string {
  const address = modelAddress(source)
  if (!address) return source
  if (address.version !== undefined) findVersion(state, address.name, address.version)
  if (address.alias === undefined) return source
  const version = entryOf(findModel(state, address.name).aliases, address.alias)
  if (version === undefined) throw missing(`Registered model alias ${echo(address.alias)} not found.`)
  return `models:/${address.name}/${version}`
}

/** What a request names as the origin of a version. Throws MlflowError: 400 for a bad source, 404 for models that are not there. */
export function originOf(
  state: State,
  input: { source: string; run_id?: string; model_id?: string },
): Origin {
  const source = pinned(state, checkSource(input.source))
  const address = modelAddress(source)
  const isLogged = address !== undefined && address.version === undefined
  const loggedModel = input.model_id ?? (isLogged ? address.name : null)
  const logged = loggedModel === null ? undefined : findLoggedModel(state, loggedModel)
  const ofRun = /^runs:\/+([^/]+)/.exec(source)?.[1]
  const run = input.run_id ?? logged?.run ?? ofRun ?? null
  return { source, loggedModel, run: run === null ? null : checkedText(run, 'run_id', MAX_RUN) }
}

/** Address of the files of a logged model. */
export const loggedModelUri = ({ id, experimentId, artifactUri }: LoggedModel): string =>
  plainText(artifactUri ?? `mlflow-artifacts:/${experimentId}/models/${id}/artifacts`)

/** The address that a client fetches a source by: `models:/` and `runs:/` are followed where they are known. */
export function downloadUri(state: State, source: string, copies = 0): string {
  const address = modelAddress(source)
  if (address?.version !== undefined && copies < MAX_COPIES)
    return downloadUri(state, findVersion(state, address.name, address.version).source, copies + 1)
  const logged = address && state.loggedModels.get(address.name)
  if (logged) return loggedModelUri(logged)
  const [, id = '', path = ''] = /^runs:\/+([^/]+)\/*(.*)$/.exec(source) ?? []
  const run = state.runs.get(id)
  if (!run) return plainText(source)
  return path === '' ? artifactUri(state, run) : `${artifactUri(state, run)}/${path}`
}
