// How words name what is in the registry: `churn`, `churn/3`, `churn@champion`.
import type { ModelVersion, RegisteredModel } from '../core/registry-state.ts'
import { versionId } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import { CliError, EXIT, usageError } from './cli-error.ts'
import { pick } from './lookup.ts'

/** The alias that is meant when none is named. */
export const CHAMPION = 'champion'

/** A model by its name or the beginning of one. Throws CliError, see pick. */
export function modelOf({ models }: State, word: string): RegisteredModel {
  const all = Array.from(models.values(), (model) => ({ id: model.id, name: model.id, model }))
  return pick(all, word, 'model', 'mlops get models').model
}

/** A whole number from 1. Throws CliError with code 2. */
export function readVersion(text: string, what = 'a version'): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw usageError(`${text} is not ${what}`, 'versions are whole numbers from 1: mlops get versions')
}

/** A version that is there. Throws CliError with code 3. */
export function versionOf(state: State, model: RegisteredModel, version: number): ModelVersion {
  const found = state.versions.get(versionId(model.id, version))
  if (found) return found
  const hint = `mlops get versions --filter 'model="${model.id}"' lists what there is`
  throw new CliError(`${model.id} has no version ${version}`, hint, EXIT.notFound)
}

/** Taken apart: `churn/3` or `churn@champion`; undefined for a word that is neither. */
export function splitVersion(word: string): { model: string; version?: number; alias?: string } | undefined {
  const [, model = '', version, alias] = /^([^/@]+)(?:\/(\d{1,15})|@([\w-]+))$/.exec(word) ?? []
  if (model === '') return undefined
  return alias === undefined ? { model, version: Number(version) } : { model, alias }
}

/** The version that `churn/3` or `churn@champion` names; undefined for a word that names none. */
export function namedVersion(state: State, word: string): ModelVersion | undefined {
  const { model = '', version, alias } = splitVersion(word) ?? {}
  const aliases = state.models.get(model)?.aliases ?? {}
  const number = alias !== undefined && Object.hasOwn(aliases, alias) ? aliases[alias] : version
  return number === undefined ? undefined : state.versions.get(versionId(model, number))
}
