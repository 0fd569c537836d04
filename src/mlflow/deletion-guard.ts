// What keeps a model version from being deleted. One place, so that roles can join later.
import { versionsOf } from '../core/registry-lookup.ts'
import type { State } from '../core/state.ts'
import { MlflowError } from './errors.ts'
import { aliasesOf, findVersion } from './registry-json.ts'

/**
 * Refuses (RESOURCE_CONFLICT) to delete a version that an alias stands for, naming the alias. Our addition: upstream
 * deletes it, and whoever loads `models:/name@alias` finds nothing.
 */
export function refuseDeletion(state: State, name: string, version: number): void {
  const aliases = aliasesOf(state, findVersion(state, name, version))
  if (aliases.length === 0) return
  const names = aliases.map((alias) => `'${alias}'`).join(', ')
  throw new MlflowError(
    'RESOURCE_CONFLICT',
    `Version ${version} of '${name}' cannot be deleted: alias ${names} stands for it. Move or delete the alias first.`,
  )
}

/** Refuses to delete a model while an alias stands for one of its versions. */
export function refuseModelDeletion(state: State, name: string): void {
  for (const { version } of versionsOf(state, name)) refuseDeletion(state, name, version)
}
