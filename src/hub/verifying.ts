// Compares the files of a version with what was measured when it was registered; the log keeps what came of it.
import type { RegistryAction } from '../core/registry-action.ts'
import type { ModelVersion } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { Change } from '../mlflow/change.ts'
import { invalid } from '../mlflow/errors.ts'
import { digestOfText, listDifferences } from '../mlflow/file-list.ts'
import { findVersion } from '../mlflow/registry-json.ts'
import { folderOf, type Measurement, measureFolder } from '../mlflow/version-files.ts'
import type { HubFiles } from './files.ts'
import type { Hub } from './hub.ts'
import { measuredEvent } from './measuring.ts'

type Verify = Extract<RegistryAction, { action: 'registry.verify' }>

async function differencesOf(
  { measured }: ModelVersion,
  found: Measurement | undefined,
  { lists }: HubFiles,
): Promise<string[]> {
  const now = found?.list ?? ''
  if (!measured) return found ? [] : ['it has no files']
  if (digestOfText(now) === measured.digest) return []
  const before = await lists.read(measured.digest)
  if (before !== undefined) return listDifferences(before, now)
  return [`its digest was ${measured.digest} and is ${found?.measured.digest ?? 'that of no files'} now`]
}

/**
 * Reads the files of a version again, every byte; one that was not measured yet is measured by that. Throws
 * MlflowError where it is not there or its files are not in this hub.
 */
export async function verifying(
  hub: Hub,
  { about, version: number }: Verify,
): Promise<(state: State, now: number) => Change> {
  const version = findVersion(hub.store.state(), about, number)
  const folder = folderOf(hub.store.state(), version)
  if (folder === undefined || !hub.files)
    throw invalid(`The files of ${version.id} are not in this hub, but at ${version.source}.`)
  const files = await hub.files()
  const found = await measureFolder(files.artifacts, folder, true)
  if (found && !version.measured) await files.lists.keep(found.list)
  const differs = await differencesOf(version, found, files)
  return (state, now) => {
    findVersion(state, about, number)
    const first = found && !version.measured ? [measuredEvent(version, found, now)] : []
    return {
      events: [...first, { type: 'version.verified', at: now, about, data: { version: number, differs } }],
    }
  }
}
