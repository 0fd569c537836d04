// Every format of files that the folder source reads. A new one is one line here.
import path from 'node:path'
import type { DocumentEntry } from './document.ts'
import { dvcliveFile } from './dvclive-place.ts'
import type { FileFormat } from './format.ts'
import { lazyFormat } from './lazy-format.ts'

const CODE = /\.(py|pyc|[jt]sx?|md|txt|csv|json|ipynb)$/i

const tfevents = lazyFormat(
  {
    name: 'tfevents',
    run: 'directory',
    match: (fileName) =>
      fileName.includes('tfevents') && (fileName.startsWith('events.out.') || !CODE.test(fileName)),
  },
  async () => (await import('./tfevents.ts')).tfevents,
)

const dvclive = lazyFormat(
  {
    name: 'dvclive',
    run: 'directory',
    match: (fileName, directory = '') => dvcliveFile(path.join(directory, fileName)) !== undefined,
    runPath: (filePath) => dvcliveFile(filePath)?.directory ?? path.dirname(filePath),
    refusal: 'it has no step column',
  },
  async () => (await import('./dvclive.ts')).dvclive,
)

const csv = lazyFormat(
  {
    name: 'csv',
    run: 'file',
    match: (fileName) => /\.(csv|tsv|log)$/i.test(fileName),
    refusal: 'it has neither a step column nor the name of a log',
  },
  async () => (await import('./csv.ts')).csv,
)

const jsonl = lazyFormat(
  {
    name: 'jsonl',
    run: 'file',
    match: (fileName) => /\.(jsonl|ndjson)$/i.test(fileName),
    refusal: 'its rows have neither a step nor a metric',
  },
  async () => (await import('./jsonl.ts')).jsonl,
)

/** The folder of a W&B run, whose own record says more than what it printed. */
const WANDB_RUN = /(^|[/\\])(offline-)?run-\d{8}_\d{6}-[^/\\]+([/\\]|$)/

const wandb = lazyFormat(
  {
    name: 'wandb',
    run: 'directory',
    match: (fileName) => fileName.endsWith('.wandb'),
    refusal: 'it is no W&B file',
  },
  async () => (await import('./wandb.ts')).wandb,
)

const catboost = lazyFormat(
  {
    name: 'catboost',
    run: 'directory',
    match: (fileName) =>
      /^(learn_error\.tsv|test_error\.tsv|time_left\.tsv|catboost_training\.json)$/.test(fileName),
    refusal: 'it is no log of CatBoost',
  },
  async () => (await import('./catboost.ts')).catboost,
)

const textLog = lazyFormat(
  {
    name: 'text',
    run: 'file',
    match: (fileName, directory = '') => /\.(log|txt|out)$/i.test(fileName) && !WANDB_RUN.test(directory),
    refusal: 'its first lines carry no metrics',
  },
  async () => (await import('./text-log.ts')).textLog,
)

/** Logs that are appended to, in the order in which they are asked: the first that takes a file has it. */
const logs: readonly FileFormat[] = [tfevents, wandb, catboost, dvclive, csv, jsonl, textLog]

const named = (name: RegExp, load: DocumentEntry['load']): DocumentEntry => ({
  match: (fileName) => name.test(fileName),
  load,
})

/** Documents that are written anew; each is loaded where such a file lies, and not before. */
const documents: readonly DocumentEntry[] = [
  named(/^trainer_state.*\.json$/, async () => (await import('./trainer-state.ts')).trainerState),
  named(/history.*\.json$/i, async () => (await import('./keras-history.ts')).kerasHistory),
  named(/^metrics\.json$/, async () => (await import('./dvclive-summary.ts')).dvcliveSummary),
  named(/^wandb-metadata\.json$/, async () => (await import('./wandb-metadata.ts')).wandbMetadata),
  named(/^dvc\.(yaml|lock)$/, async () => (await import('./dvc.ts')).dvc),
]

/** The formats that a file may be in, going by its name. */
export interface Candidates {
  readonly logs: readonly FileFormat[]
  readonly documents: readonly DocumentEntry[]
}

/** The formats that a file of this absolute path may be in. */
export function candidatesOf(filePath: string): Candidates {
  const name = path.basename(filePath)
  const directory = path.dirname(filePath)
  return {
    logs: logs.filter((format) => format.match(name, directory)),
    documents: documents.filter((entry) => entry.match(name, directory)),
  }
}
