// The settings that Hydra writes for a job: config.yaml, overrides.yaml and hydra.yaml in its .hydra folder, and
// multirun.yaml for a sweep. Source: hydra.cc, "Output/Working directory" and "Multi-run".

import { isTree } from './numbers-tree.ts'
import { flattenParams } from './params.ts'
import { parseYaml } from './yaml-params.ts'

type Texts = Record<string, string>

/** Params and tags of the runs of a job. */
export interface JobSettings {
  readonly params: Texts
  readonly tags: Texts
}

const TAGS = [
  'hydra.job.name',
  'hydra.job.num',
  'hydra.job.override_dirname',
  'hydra.mode',
  'hydra.runtime.version',
]

/** What is known: neither missing (`???`) nor empty. */
const isKnown = (text: string | undefined): text is string =>
  text !== undefined && !['', '???', 'null', '~'].includes(text)

function tagsOf(hydra: unknown): Texts {
  const all = flattenParams({ hydra })
  const known = TAGS.filter((name) => isKnown(all[name]))
  return Object.fromEntries(known.map((name) => [name, all[name]!]))
}

const overrides = (list: unknown): Texts =>
  Array.isArray(list) && list.length > 0 ? flattenParams({ 'hydra.overrides': list }) : {}

/** The keys that a sweep varies: each job has its own value of them. */
function sweptKeys(list: unknown): Set<string> {
  const texts = Array.isArray(list) ? list.map(String) : []
  const swept = texts.filter((text) => /^[^=]+=.*(,|\(.*\))/.test(text))
  return new Set(swept.map((text) => text.slice(0, text.indexOf('=')).replace(/^[+~]+/, '')))
}

function readSweep(tree: Readonly<Record<string, unknown>>): JobSettings {
  const { hydra, ...config } = tree
  const given = isTree(hydra) && isTree(hydra.overrides) ? hydra.overrides.task : undefined
  const swept = sweptKeys(given)
  const params = Object.entries(flattenParams(config)).filter(([key]) => !swept.has(key))
  return { params: { ...Object.fromEntries(params), ...overrides(given) }, tags: tagsOf(hydra) }
}

/** Reads one of the files by its name. Throws an Error whose message names what is wrong. */
export function readHydra(text: string, fileName: string): JobSettings {
  const tree = parseYaml(text)
  if (fileName === 'overrides.yaml') return { params: overrides(tree), tags: {} }
  if (!isTree(tree)) return { params: {}, tags: {} }
  if (fileName === 'hydra.yaml') return { params: {}, tags: tagsOf(tree.hydra) }
  if (fileName === 'multirun.yaml') return readSweep(tree)
  return { params: flattenParams(tree), tags: {} }
}
