// One experiment of a file store: its meta.yaml and tags, and the folders of its runs and logged models.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { tellExperiment } from './mlflow-facts.ts'
import { openLoggedModel } from './mlflow-logged-model-files.ts'
import { type Meta, stampOf, textOf, timeOf, watchTexts } from './mlflow-meta.ts'
import { fresh, type StoreNode, type Visit, watchMeta } from './mlflow-node.ts'
import { META } from './mlflow-places.ts'
import { openRun } from './mlflow-run-files.ts'
import type { Home } from './mlflow-run-links.ts'

/** Folders of an experiment that are no runs. */
const RESERVED = new Set(['tags', 'datasets', 'traces', 'models'])
/** One of them tells that a folder without a meta.yaml is a run. */
const RUN_FOLDERS = ['metrics', 'params', 'tags', 'artifacts']
/** After so many visits the folder is listed, whatever its time says. */
const LISTED_EVERY = 10

/** Where a deleted experiment of this folder lies. */
export const trashOf = (dirPath: string) => path.join(path.dirname(dirPath), '.trash', path.basename(dirPath))

const looksLikeRun = (dirPath: string) =>
  existsSync(path.join(dirPath, META)) || RUN_FOLDERS.some((name) => existsSync(path.join(dirPath, name)))

function foldersIn(dirPath: string): string[] {
  try {
    return readdirSync(dirPath, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

function addChildren(at: string, home: () => Home, visit: Visit): void {
  for (const name of foldersIn(at)) {
    const dirPath = path.join(at, name)
    if (!RESERVED.has(name) && looksLikeRun(dirPath)) visit.add(dirPath, () => openRun(dirPath, home))
  }
  const models = path.join(at, 'models')
  for (const name of foldersIn(models)) {
    const dirPath = path.join(models, name)
    visit.add(dirPath, () => openLoggedModel(dirPath, home))
  }
}

/** Tells of an experiment; gives what its runs are told with. */
function tell(dirPath: string, at: string, fields: Meta, tags: Record<string, string>, visit: Visit): Home {
  const storeId = textOf(fields, 'experiment_id') ?? path.basename(dirPath)
  const name = textOf(fields, 'name') ?? storeId
  const deleted = textOf(fields, 'lifecycle_stage') === 'deleted'
  const id = tellExperiment(visit, {
    key: dirPath,
    storeId,
    name,
    artifactLocation: textOf(fields, 'artifact_location') ?? null,
    created: timeOf(fields, 'creation_time'),
    deleted,
    tags,
  })
  return { id, name, deleted, datasets: path.join(at, 'datasets') }
}

/** Opens the folder of an experiment; it is followed into the trash and back. */
export function openExperiment(dirPath: string): StoreNode {
  let at = dirPath
  let meta = watchMeta()
  let texts = watchTexts(path.join(at, 'tags'))
  let tags: Record<string, string> = {}
  let home: Home | undefined
  let listed: string | undefined
  let visits = 0

  function follow(): boolean {
    if (existsSync(path.join(at, META))) return true
    const other = at === dirPath ? trashOf(dirPath) : dirPath
    if (!existsSync(path.join(other, META))) return existsSync(at)
    at = other
    meta = watchMeta()
    texts = watchTexts(path.join(at, 'tags'))
    listed = undefined
    return true
  }

  return {
    ...fresh(),
    weight: () => 6,
    visit(visit) {
      if (!follow()) return 'gone'
      const found = meta.look(at, visit)
      if (!meta.fields) return 'same'
      const changed = texts.changed()
      tags = { ...(changed ?? tags) }
      if (!home || found === 'changed' || changed) home = tell(dirPath, at, meta.fields, tags, visit)
      const stamp = `${stampOf(at)} ${stampOf(path.join(at, 'models'))}`
      const isListed = stamp === listed && ++visits < LISTED_EVERY
      if (!isListed) {
        const mine = home
        addChildren(at, () => home ?? mine, visit)
        visits = 0
      }
      listed = stamp
      return found === 'changed' || changed ? 'changed' : 'same'
    },
  }
}
