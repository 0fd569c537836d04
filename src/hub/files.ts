// The files of a hub: artifacts of runs and models in its state folder, loaded when somebody first needs them.
import { join } from 'node:path'
import type { ArtifactFolder } from '../mlflow/artifact-folder.ts'
import type { FileLists } from '../mlflow/file-list.ts'

/** Artifacts, and the lists of what versions were made of. */
export interface HubFiles {
  readonly artifacts: ArtifactFolder
  readonly lists: FileLists
}

/** Opens the files of a hub: the same ones each time. */
export type OpenFiles = () => Promise<HubFiles>

async function open(state: string): Promise<HubFiles> {
  const [{ createArtifactFolder }, { createFileLists }] = await Promise.all([
    import('../mlflow/artifact-folder.ts'),
    import('../mlflow/file-list.ts'),
  ])
  const root = join(state, 'artifacts')
  return { artifacts: createArtifactFolder(root), lists: createFileLists(join(root, 'lists')) }
}

/** The files of a state folder. */
export function filesIn(state: string): OpenFiles {
  let opened: Promise<HubFiles> | undefined
  return () => {
    opened ??= open(state)
    return opened
  }
}
