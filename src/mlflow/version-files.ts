// What the files of a model version are, where they lie in the store: digest, sizes, and what their MLmodel says.
import type { Measured, ModelVersion } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { ArtifactFolder } from './artifact-folder.ts'
import { localRoot } from './artifact-list.ts'
import { MlflowError } from './errors.ts'
import { digestOfText, type ListedFile, listFiles, listText } from './file-list.ts'
import { readModelFile } from './model-file.ts'
import { downloadUri } from './model-source.ts'

/** What was found, and the list that it is the digest of. */
export interface Measurement {
  readonly measured: Measured
  readonly list: string
}

/** The folder of a version in the store; undefined where its files are elsewhere, or nowhere. */
export function folderOf(state: State, { source }: ModelVersion): string | undefined {
  try {
    return localRoot(downloadUri(state, source).replace(/\/+$/, ''))
  } catch (error) {
    if (error instanceof MlflowError) return undefined
    throw error
  }
}

const sizeOf = (files: readonly ListedFile[]): number => files.reduce((sum, { size }) => sum + size, 0)

/** Measures a folder of the store; undefined where no file is in it. `anew` reads every byte again. */
export async function measureFolder(
  artifacts: ArtifactFolder,
  folder: string,
  anew = false,
): Promise<Measurement | undefined> {
  const files = await listFiles(artifacts, folder, anew)
  if (files.length === 0) return undefined
  const list = listText(files)
  const model = await readModelFile(artifacts, `${folder}/MLmodel`)
  return {
    list,
    measured: { digest: digestOfText(list), bytes: sizeOf(files), files: files.length, ...model },
  }
}
