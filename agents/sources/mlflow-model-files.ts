// One registered model of a file store: meta.yaml, tags, versions and aliases.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { tellProblem } from './log-file.ts'
import { keysIn, type Meta, readMeta, stampOf, textOf, timeOf, watchTexts, wholeOf } from './mlflow-meta.ts'
import { fresh, isTwin, type StoreNode, type Visit } from './mlflow-node.ts'
import { META } from './mlflow-places.ts'
import { modelKey, stageOf, tellModel, tellModelGone, type VersionPicture } from './mlflow-registry-facts.ts'
import { describeFailure } from './walk.ts'

/** Stage of a version that was deleted. */
const DELETED = 'Deleted_Internal'

function tryMeta(metaPath: string, visit: Visit): Meta | undefined {
  try {
    const meta = readMeta(metaPath)
    tellProblem(visit, visit.agent, metaPath, undefined)
    return meta
  } catch (error) {
    const problem = existsSync(metaPath) ? describeFailure(error) : 'is missing'
    tellProblem(visit, visit.agent, metaPath, problem)
    return undefined
  }
}

function readVersion(dirPath: string, visit: Visit): VersionPicture | undefined {
  const meta = tryMeta(path.join(dirPath, META), visit)
  if (!meta) return undefined
  const version = wholeOf(meta, 'version') ?? Number(/version-(\d{1,9})$/.exec(dirPath)?.[1])
  const stage = textOf(meta, 'current_stage')
  if (!(version > 0)) {
    tellProblem(visit, visit.agent, path.join(dirPath, META), 'names no version')
    return undefined
  }
  if (stage === DELETED) return undefined
  return {
    version,
    stage: stageOf(stage),
    source: textOf(meta, 'source') ?? '',
    run: textOf(meta, 'run_id') ?? null,
    loggedModel: textOf(meta, 'model_id') ?? null,
    runLink: textOf(meta, 'run_link') ?? null,
    user: textOf(meta, 'user_id') ?? null,
    description: textOf(meta, 'description') ?? '',
    created: timeOf(meta, 'creation_timestamp') ?? 0,
    tags: watchTexts(path.join(dirPath, 'tags')).changed() ?? {},
  }
}

function readAliases(dirPath: string): Record<string, number> {
  const texts = watchTexts(path.join(dirPath, 'aliases')).changed() ?? {}
  const entries = Object.entries(texts).map(([alias, text]): [string, number] => [alias, Number(text.trim())])
  return Object.fromEntries(entries.filter(([, version]) => Number.isSafeInteger(version) && version > 0))
}

function readModel(
  dirPath: string,
  name: string,
  meta: Meta | undefined,
  keys: readonly string[],
  visit: Visit,
) {
  const versions = keys
    .filter((key) => /^version-[^/]+\/meta\.yaml$/.test(key))
    .map((key) => readVersion(path.join(dirPath, path.dirname(key)), visit))
    .filter((version) => version !== undefined)
    .sort((a, b) => a.version - b.version)
  return {
    name,
    path: dirPath,
    description: (meta && textOf(meta, 'description')) ?? '',
    created: (meta && timeOf(meta, 'creation_timestamp')) ?? versions[0]?.created ?? 0,
    tags: watchTexts(path.join(dirPath, 'tags')).changed() ?? {},
    aliases: readAliases(dirPath),
    versions,
  }
}

/** Opens the folder of a registered model. */
export function openModel(dirPath: string): StoreNode {
  let name: string | undefined
  let print = -1
  let count = 0
  return {
    ...fresh(),
    weight: () => 2 + count,
    visit(visit) {
      if (!existsSync(dirPath)) {
        // A share that is not mounted is no deletion.
        if (name !== undefined && existsSync(path.dirname(dirPath))) tellModelGone(visit, name)
        return 'gone'
      }
      const keys = keysIn(dirPath)
      count = keys.length
      const now = crc32(keys.map((key) => `${key}\n${stampOf(path.join(dirPath, key))}`).join('\n'))
      if (now === print) return 'same'
      print = now
      const meta = tryMeta(path.join(dirPath, META), visit)
      const called = (meta && textOf(meta, 'name')) ?? path.basename(dirPath)
      if (isTwin(visit, modelKey(called), dirPath)) return 'same'
      name = called
      tellModel(visit, readModel(dirPath, called, meta, keys, visit))
      return 'changed'
    },
  }
}
