// What lies below an artifact root, as MLflow lists it.
import { safePath } from './artifact-path.ts'
import type { ArtifactEntry, Artifacts, Backend } from './backend.ts'

/** FileInfo: names relative to `base`, the way the proxy and the tracking API give them. */
const fileInfo = ({ path, isDirectory, size }: ArtifactEntry, base: string): object => ({
  path: base === '' ? path : path.slice(base.length + 1),
  is_dir: isDirectory,
  ...(size !== null && { file_size: size }),
})

/** A folder in a request: checked, empty for the root, one slash at its end forgiven. */
export const folderIn = (path: string | null | undefined): string => {
  const folder = (path ?? '').replace(/\/$/, '')
  return folder === '' ? '' : safePath(folder)
}

/** `{files}` of a folder, with names relative to `base`; `{}` where there is nothing. */
export async function filesOf(artifacts: Artifacts, folder: string, base = folder): Promise<object> {
  const entries = await artifacts.list(folder)
  return entries.length > 0 ? { files: entries.map((entry) => fileInfo(entry, base)) } : {}
}

/** The path of a `mlflow-artifacts:` address on this server; undefined for files that are elsewhere. */
export function localRoot(uri: string): string | undefined {
  const path = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(uri)?.[1]
  return path === undefined ? undefined : safePath(path)
}

/** Answers what lies in a folder below a root, names relative to the root. Files elsewhere are not listed: clients see them. */
export async function listArtifacts(backend: Backend, rootUri: string, path?: string): Promise<object> {
  const folder = folderIn(path)
  const root = localRoot(rootUri)
  if (root === undefined) return { root_uri: rootUri }
  const files = await filesOf(backend.artifacts, folder === '' ? root : `${root}/${folder}`, root)
  return { root_uri: rootUri, ...files }
}
