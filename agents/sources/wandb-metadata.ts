// What W&B notes of the machine and the program (files/wandb-metadata.json in a run's folder): tags.
import path from 'node:path'
import type { DocumentFormat } from './document.ts'
import { hideSecrets, withoutLogin } from './secrets.ts'

const TEXTS: readonly (readonly [from: string, tag: string])[] = [
  ['host', 'host'],
  ['program', 'program'],
  ['codePath', 'code'],
  ['os', 'os'],
  ['python', 'python'],
  ['executable', 'executable'],
  ['gpu', 'gpu'],
  ['gpu_count', 'gpu.count'],
  ['cuda', 'cuda'],
  ['docker', 'docker'],
]

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''

function tagsOf(metadata: Fields): Record<string, string> {
  const tags = TEXTS.map(([from, tag]): [string, string] => [tag, textOf(metadata[from])])
  const { git, args } = metadata
  if (isFields(git))
    tags.push(['git.remote', withoutLogin(textOf(git.remote))], ['git.commit', textOf(git.commit)])
  if (Array.isArray(args)) tags.push(['args', hideSecrets(args.map(textOf)).join(' ')])
  return Object.fromEntries(tags.filter(([, text]) => text !== ''))
}

/** `wandb-metadata.json`; belongs to the run of the folder above. */
export const wandbMetadata: DocumentFormat = {
  name: 'wandb',
  run: 'directory',
  history: 'latest',
  refusal: 'it is not what W&B notes of a run',
  runPath: (filePath) => path.dirname(path.dirname(filePath)),
  sniff: (head) => head.trimStart().startsWith('{'),
  parse(text) {
    const metadata: unknown = JSON.parse(text)
    return isFields(metadata) ? { rows: [], tags: tagsOf(metadata) } : undefined
  },
}
