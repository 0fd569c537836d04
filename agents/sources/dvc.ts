// A DVC repository: dvc.yaml says its stages, dvc.lock what they ran with and made. The folder is a run without
// a log: the params of the lock are its params; commands, metrics files and the MD5 of what went in and out
// are its tags. Source: dvc.org, user guide, "dvc.yaml files" and "dvc.lock file".
import path from 'node:path'
import type { DocumentFormat } from './document.ts'
import { isTree } from './numbers-tree.ts'
import { flattenParams } from './params.ts'
import { parseYaml } from './yaml-params.ts'

type Tree = Readonly<Record<string, unknown>>
type Texts = Record<string, string>

/** Most stages, and files of each, that are told. */
const MAX_STAGES = 200
const MAX_FILES = 200
const LISTS = ['deps', 'params', 'outs', 'metrics', 'plots']

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MAX_FILES) : [])

/** The paths of a list: of texts, and of objects whose one key is the path. */
const pathsOf = (value: unknown): string =>
  listOf(value)
    .flatMap((item) => (isTree(item) ? Object.keys(item) : [String(item)]))
    .join(', ')

function describeStage(name: string, stage: Tree): Texts {
  // A stage over a list of things has what is done to each in `do`.
  const inner = isTree(stage.do) ? stage.do : stage
  const texts: Texts = {}
  if (inner.cmd !== undefined && inner.cmd !== null)
    texts[`dvc.${name}.cmd`] = Array.isArray(inner.cmd) ? inner.cmd.join(' && ') : String(inner.cmd)
  for (const list of LISTS)
    if (Array.isArray(inner[list])) texts[`dvc.${name}.${list}`] = pathsOf(inner[list])
  return texts
}

/** `dvc.out.<path>` = its MD5; other hashes with their name in front. */
function describeFiles(kind: string, value: unknown): Texts {
  const files = listOf(value).filter(isTree)
  return Object.fromEntries(
    files.map(({ path: name, md5, hash, ...rest }) => {
      const other = typeof hash === 'string' ? rest[hash] : undefined
      const text = md5 ?? (other === undefined ? '' : `${String(hash)}:${String(other)}`)
      return [`dvc.${kind}.${String(name)}`, String(text)]
    }),
  )
}

function paramsOf(stage: Tree): Texts {
  if (!isTree(stage.params)) return {}
  const sets = Object.entries(stage.params).map(([file, values]) =>
    flattenParams(file === 'params.yaml' ? values : { [file]: values }),
  )
  return Object.assign({}, ...sets)
}

function readStages(stages: readonly (readonly [string, Tree])[], isLock: boolean) {
  const tags: Texts = { [isLock ? 'dvc.locked' : 'dvc.stages']: stages.map(([name]) => name).join(', ') }
  const params: Texts = {}
  for (const [name, stage] of stages) {
    Object.assign(params, paramsOf(stage))
    if (!isLock) Object.assign(tags, describeStage(name, stage))
    else Object.assign(tags, describeFiles('dep', stage.deps), describeFiles('out', stage.outs))
  }
  return { params, tags }
}

function stagesOf(tree: Tree, isLock: boolean): [string, Tree][] {
  // The first version of dvc.lock had the stages at the top.
  const stages = tree.stages ?? (isLock && tree.schema === undefined ? tree : undefined)
  if (!isTree(stages)) return []
  return Object.entries(stages)
    .filter((entry): entry is [string, Tree] => isTree(entry[1]))
    .slice(0, MAX_STAGES)
}

/** dvc.yaml and dvc.lock. */
export const dvc: DocumentFormat = {
  name: 'dvc',
  history: 'latest',
  run: 'directory',
  refusal: 'it has no stages',
  // Half of a YAML file is often a YAML file.
  settleMs: 1000,
  sniff: () => true,
  parse(text, filePath) {
    const isLock = path.basename(filePath) === 'dvc.lock'
    const tree = parseYaml(text)
    if (!isTree(tree)) return undefined
    const stages = stagesOf(tree, isLock)
    if (stages.length === 0) return undefined
    const { params, tags } = readStages(stages, isLock)
    if (isLock) return { rows: [], params, tags }
    const metrics = pathsOf(tree.metrics)
    return { rows: [], tags: metrics ? { ...tags, 'dvc.metrics': metrics } : tags }
  },
}
