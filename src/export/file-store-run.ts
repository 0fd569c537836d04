// One run as a folder of an MLflow file store.
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { HubLink } from '../core/link.ts'
import type { Run } from '../core/state.ts'
import { statusOf } from '../mlflow/run-json.ts'
import type { DatasetInput } from '../protocol/events.ts'
import type { Step } from '../protocol/numbers.ts'
import { plainText } from '../protocol/text.ts'
import { writePieces, writeSmall } from './folder.ts'
import { fileNames, folderOf } from './key-names.ts'
import { pointLines, pointsOf } from './points.ts'
import { type YamlValue, yamlRecord } from './yaml.ts'

/** The file of a noun's fields. */
export const META = 'meta.yaml'
/** SourceType.LOCAL of MLflow. */
const LOCAL = 4
/** RunStatus of MLflow, a number in files. */
const STATUS: Readonly<Record<string, number>> = {
  RUNNING: 1,
  SCHEDULED: 2,
  FINISHED: 3,
  FAILED: 4,
  KILLED: 5,
}
/** Points above which a file is written in pieces. */
const LONG = 4096

/** Called with a key, or a name, that is written under another name, or not at all. */
export type Said = (text: string) => void

/** What a run is written with. */
export interface RunPlace {
  /** Folder of its experiment, which is its id too. */
  readonly experiment: string
  /** URI of its artifacts. */
  readonly artifacts: string
}

/** A value as Python writes it. */
function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0.0' : String(value)
}

/** A line of a metric's file. */
export const metricLine = (step: Step, time: number, value: number): string =>
  `${time} ${pythonNumber(value)} ${step}\n`

/** Names of the files of keys; says which are not the keys themselves. */
function namesOf(kind: string, keys: Iterable<string>, said: Said): ReadonlyMap<string, string> {
  const names = fileNames(keys)
  for (const [key, name] of names) if (key !== name) said(`${kind} "${key}" is written as "${name}"`)
  return names
}

/** Writes texts into a folder, a file each. */
export function writeTexts(
  folder: string,
  kind: string,
  texts: Readonly<Record<string, string>>,
  said: Said,
): void {
  mkdirSync(folder, { recursive: true })
  for (const [key, name] of namesOf(kind, Object.keys(texts), said))
    writeSmall(folder, name, plainText(texts[key]!))
}

/** Fields of a meta.yaml, with texts as they once were. */
export const metaText = (fields: Readonly<Record<string, YamlValue>>): string =>
  yamlRecord(
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? plainText(value) : value,
      ]),
    ),
  )

async function writeMetrics(folder: string, run: Run, link: HubLink, said: Said): Promise<number> {
  mkdirSync(folder)
  const names = namesOf('metric', link.world().series.get(run.id)?.keys() ?? [], said)
  let count = 0
  for await (const { key, columns } of pointsOf(link, run.id, [...names.keys()])) {
    const { length } = columns.times
    // MLflow takes a file without a line for a broken one.
    if (length === 0) continue
    const name = names.get(key)!
    count += length
    if (length <= LONG) writeSmall(folder, name, [...pointLines(columns, metricLine)].join(''))
    else {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      await writePieces(join(folder, name), pointLines(columns, metricLine))
    }
  }
  return count
}

const md5 = (...texts: string[]) => {
  const hash = createHash('md5')
  for (const text of texts) hash.update(text)
  return hash.digest('hex')
}

/** Name of the folder of a dataset in its experiment. */
export const datasetFolder = ({ name, digest }: DatasetInput): string => md5(plainText(name), digest)

const plainTexts = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([key, value]) => [plainText(key), plainText(value)]))

function writeLink(folder: string, name: string, fields: Readonly<Record<string, YamlValue>>): void {
  writeSmall(folder, `${name}/${META}`, metaText(fields))
}

function writeLinks(folder: string, run: Run, id: string): void {
  const toRun = { destination_id: id, destination_type: 'RUN' }
  for (const dataset of run.datasets ?? []) {
    const source = datasetFolder(dataset)
    const from = { source_id: source, source_type: 'DATASET', tags: plainTexts(dataset.tags) }
    writeLink(join(folder, 'inputs'), md5(source, id), { ...toRun, ...from })
  }
  for (const model of run.modelInputs ?? []) {
    const from = { source_id: folderOf(model), source_type: 'MODEL', tags: {} }
    writeLink(join(folder, 'inputs'), md5(model, id), { ...toRun, ...from })
  }
  for (const { id: model, step } of run.modelOutputs ?? []) {
    const to = { destination_id: folderOf(model), destination_type: 'MODEL_OUTPUT', step, tags: {} }
    const from = { source_id: id, source_type: 'RUN_OUTPUT' }
    writeLink(join(folder, 'outputs'), folderOf(model), { ...from, ...to })
  }
}

/** Writes all of a run into an empty folder; resolves with the number of its points. */
export async function writeRun(
  folder: string,
  run: Run,
  { experiment, artifacts }: RunPlace,
  link: HubLink,
  said: Said,
): Promise<number> {
  const id = folderOf(run.id)
  if (id !== run.id) said(`run "${run.id}" is written as "${id}"`)
  const fields = {
    artifact_uri: artifacts,
    end_time: run.ended,
    entry_point_name: '',
    experiment_id: experiment,
    lifecycle_stage: 'active',
    run_id: id,
    run_name: run.name,
    run_uuid: id,
    source_name: '',
    source_type: LOCAL,
    source_version: '',
    start_time: run.started,
    status: STATUS[statusOf(run)] ?? 1,
    tags: [] as const,
    user_id: run.user ?? run.tags['mlflow.user'] ?? '',
  }
  mkdirSync(join(folder, 'artifacts'))
  const count = await writeMetrics(join(folder, 'metrics'), run, link, said)
  writeTexts(join(folder, 'params'), 'param', run.params, said)
  writeTexts(join(folder, 'tags'), 'tag', run.tags, said)
  writeLinks(folder, run, id)
  writeSmall(folder, META, metaText(fields))
  return count
}
