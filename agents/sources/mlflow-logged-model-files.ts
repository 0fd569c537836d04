// One logged model of a file store (MLflow 3): meta.yaml, params and tags. Its metrics are those of its run.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { LoggedModel } from '../../src/core/registry-state.ts'
import { loggedModelKey, tellLoggedModel } from './mlflow-facts.ts'
import { textOf, timeOf, watchTexts } from './mlflow-meta.ts'
import { fresh, isTwin, type StoreNode, watchMeta } from './mlflow-node.ts'
import type { Home } from './mlflow-run-links.ts'

/** Ours by MLflow's LoggedModelStatus, a number in files. */
const STATUS: Readonly<Record<string, LoggedModel['status']>> = { 1: 'pending', 2: 'ready', 3: 'failed' }

/** Opens the folder of a logged model. */
export function openLoggedModel(dirPath: string, home: () => Home): StoreNode {
  const meta = watchMeta()
  const paramFolder = watchTexts(path.join(dirPath, 'params'))
  const tagFolder = watchTexts(path.join(dirPath, 'tags'))
  let params: Record<string, string> = {}
  let tags: Record<string, string> = {}
  return {
    ...fresh(),
    weight: () => 4 + paramFolder.count + tagFolder.count,
    visit(visit) {
      if (!existsSync(dirPath)) return 'gone'
      const found = meta.look(dirPath, visit)
      const { fields } = meta
      const id = fields && textOf(fields, 'model_id')
      if (!fields || !id || isTwin(visit, loggedModelKey(id), dirPath)) return 'same'
      const newParams = paramFolder.changed()
      const newTags = tagFolder.changed()
      if (found !== 'changed' && !newParams && !newTags) return 'same'
      params = { ...(newParams ?? params) }
      tags = { ...(newTags ?? tags) }
      const status = textOf(fields, 'status') ?? ''
      tellLoggedModel(visit, {
        id,
        path: dirPath,
        name: textOf(fields, 'name') ?? id,
        experimentId: home().id,
        run: textOf(fields, 'source_run_id') ?? null,
        modelType: textOf(fields, 'model_type') ?? null,
        artifactUri: textOf(fields, 'artifact_location') ?? textOf(fields, 'artifact_uri') ?? null,
        created: timeOf(fields, 'creation_timestamp') ?? 0,
        status: STATUS[status] ?? 'pending',
        params,
        tags,
        deleted: textOf(fields, 'lifecycle_stage') === 'deleted',
      })
      return 'changed'
    },
  }
}
