// What a run of a file store was given and what it made: datasets and logged models, as links in its folders.
import path from 'node:path'
import type { DatasetInput } from '../../src/protocol/events.ts'
import { keysIn, type Meta, readMeta, textOf, wholeOf } from './mlflow-meta.ts'
import { META } from './mlflow-places.ts'

/** The experiment that a run is in: our id and its name, as they are now. */
export interface Home {
  readonly id: string
  readonly name: string
  /** Its runs are deleted with it. */
  readonly deleted: boolean
  /** Folder of its datasets. */
  readonly datasets: string
}

function readLink(dirPath: string): Meta | undefined {
  try {
    return readMeta(path.join(dirPath, META))
  } catch {
    return undefined
  }
}

function tagsOf(meta: Meta): Record<string, string> {
  const { tags } = meta
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return {}
  return Object.fromEntries(Object.entries(tags).filter((entry) => typeof entry[1] === 'string'))
}

function readDataset(datasets: string, id: string, link: Meta): DatasetInput | undefined {
  if (!/^[\w.-]{1,128}$/.test(id) || id.startsWith('.')) return undefined
  const meta = readLink(path.join(datasets, id))
  const name = meta && textOf(meta, 'name')
  if (!meta || name === undefined) return undefined
  return {
    name,
    digest: textOf(meta, 'digest') ?? '',
    sourceType: textOf(meta, 'source_type') ?? '',
    source: textOf(meta, 'source') ?? '',
    schema: textOf(meta, 'schema') ?? null,
    profile: textOf(meta, 'profile') ?? null,
    tags: tagsOf(link),
  }
}

const linkNames = (dirPath: string) =>
  keysIn(dirPath)
    .filter((key) => key.endsWith(`/${META}`))
    .map((key) => path.dirname(key))

/** What a run was given and what it made; `folder` is that of the experiment's datasets. */
export function readLinks(dirPath: string, folder: string) {
  const datasets: DatasetInput[] = []
  const modelInputs: string[] = []
  for (const name of linkNames(path.join(dirPath, 'inputs'))) {
    const link = readLink(path.join(dirPath, 'inputs', name))
    const id = link && (textOf(link, 'source_id') ?? name)
    if (!link || id === undefined) continue
    const dataset = readDataset(folder, id, link)
    if (dataset) datasets.push(dataset)
    else if (/MODEL/i.test(textOf(link, 'source_type') ?? '') || id.startsWith('m-')) modelInputs.push(id)
  }
  const modelOutputs = linkNames(path.join(dirPath, 'outputs')).map((name) => {
    const link = readLink(path.join(dirPath, 'outputs', name)) ?? {}
    const destination = textOf(link, 'destination_id')
    return { id: destination?.startsWith('m-') ? destination : name, step: wholeOf(link, 'step') ?? 0 }
  })
  return { datasets, modelInputs, modelOutputs }
}
