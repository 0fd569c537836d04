// Where MLflow's file stores lie: known by what a meta.yaml holds, not by a folder's name. The walk of the watched
// folders asks here; a folder that is taken is not walked, so that no file of a store is read as a log of its own.
import { readSync } from 'node:fs'
import path from 'node:path'
import { withFile } from './tail.ts'

/** Bytes of a meta.yaml that are looked at. */
const HEAD_BYTES = 8192
/** The file that holds the fields of a noun. */
export const META = 'meta.yaml'

/** What a folder of a store is. */
export type PlaceKind = 'experiment' | 'model' | 'version'

/** Folders of file stores that were found. */
export interface MlflowPlaces {
  readonly experiments: Set<string>
  /** Registered models. */
  readonly models: Set<string>
  /** True when a folder with a meta.yaml is one of a store; notes it then. */
  take(dirPath: string): boolean
}

/** What the text of a meta.yaml, or its first part, says that its folder is; undefined for one of others. */
export function placeKind(text: string): PlaceKind | undefined {
  const fields = new Set(Array.from(text.matchAll(/^([a-z_]+):/gm), (match) => match[1]))
  const has = (...names: string[]) => names.every((name) => fields.has(name))
  if (has('run_id') || has('run_uuid') || has('model_id', 'source_run_id')) {
    return has('version', 'current_stage') ? 'version' : undefined
  }
  if (has('experiment_id', 'name') && (has('artifact_location') || has('lifecycle_stage')))
    return 'experiment'
  if (has('version', 'current_stage', 'name')) return 'version'
  if (has('name', 'creation_timestamp') && (has('latest_versions') || has('last_updated_timestamp')))
    return 'model'
  return undefined
}

function readKind(dirPath: string): PlaceKind | undefined {
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const length = withFile(path.join(dirPath, META), (fd) => readSync(fd, head, 0, HEAD_BYTES, 0))
    return placeKind(head.toString('utf8', 0, length))
  } catch {
    return undefined
  }
}

/** An empty list of places. */
export function createMlflowPlaces(): MlflowPlaces {
  const experiments = new Set<string>()
  const models = new Set<string>()
  return {
    experiments,
    models,
    take(dirPath) {
      if (experiments.has(dirPath) || models.has(dirPath)) return true
      const kind = readKind(dirPath)
      if (kind === 'experiment') experiments.add(dirPath)
      else if (kind === 'model') models.add(dirPath)
      else if (kind === 'version') models.add(path.dirname(dirPath))
      return kind !== undefined
    },
  }
}
