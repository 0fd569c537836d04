// What a lineage is made of: its nodes, and what makes one of them stale.
import { datasetsOf, newestDataset } from './datasets.ts'
import { aliasesFor } from './registry-lookup.ts'
import type { ModelVersion } from './registry-state.ts'
import type { State } from './state.ts'

/** Kinds of nodes, from where things come from to where they go. */
export const NODE_KINDS = [
  'dataset',
  'commit',
  'host',
  'run',
  'logged-model',
  'version',
  'alias',
  'model',
] as const

/** Kind of a node. */
export type NodeKind = (typeof NODE_KINDS)[number]

/** One thing; its id is `kind:` and the id of the thing. */
export interface LineageNode {
  readonly id: string
  readonly kind: NodeKind
  readonly name: string
  /** Why nothing should be built on it any more, in words; null where nothing speaks against it. */
  readonly stale: string | null
  /** SHA-256 of a version's files as the hub measured them; absent for all else. */
  readonly digest?: string
}

/** The alias that versions are measured by. */
export const CHAMPION = 'champion'

/** Id of a node. */
export const nodeId = (kind: NodeKind, id: string): string => `${kind}:${id}`

/** Kind of a node and id of the thing. */
export function partsOf(id: string): { kind: NodeKind; key: string } {
  const at = id.indexOf(':')
  return { kind: id.slice(0, at) as NodeKind, key: id.slice(at + 1) }
}

function staleVersion(state: State, { model, version, verified }: ModelVersion): string | null {
  if (verified && verified.differs.length > 0) return 'its files are not as they were registered'
  const registered = state.models.get(model)
  if (!registered || aliasesFor(registered, version).length > 0) return null
  const champion = Object.hasOwn(registered.aliases, CHAMPION) ? registered.aliases[CHAMPION]! : 0
  return version < champion ? `no alias, and older than champion ${champion}` : null
}

function staleDataset(state: State, key: string): string | null {
  const dataset = datasetsOf(state).get(key)
  const newest = dataset && newestDataset(state, dataset.name)
  if (!dataset || newest === undefined || newest === key) return null
  return `${datasetsOf(state).get(newest)!.digest} is newer`
}

type Facts = Pick<LineageNode, 'name' | 'stale' | 'digest'>

const FACTS: Readonly<Record<NodeKind, (state: State, key: string) => Facts>> = {
  dataset: (state, key) => ({ name: key, stale: staleDataset(state, key) }),
  commit: (_, key) => ({ name: key, stale: null }),
  host: ({ hosts }, key) => ({ name: hosts.get(key)?.name ?? key, stale: null }),
  run({ runs }, key) {
    const run = runs.get(key)
    const stale = !run ? 'not known here' : run.deleted !== undefined ? 'deleted' : null
    return { name: run?.name ?? key, stale }
  },
  'logged-model'({ loggedModels }, key) {
    const model = loggedModels.get(key)
    const stale = model?.deleted ? 'deleted' : model?.status === 'failed' ? 'failed' : null
    return { name: model ? `${model.name} ${key}` : key, stale }
  },
  version(state, key) {
    const version = state.versions.get(key)
    if (!version) return { name: key, stale: 'deleted' }
    const { measured } = version
    return { name: key, stale: staleVersion(state, version), ...(measured && { digest: measured.digest }) }
  },
  alias: (_, key) => ({ name: key, stale: null }),
  model: (_, key) => ({ name: key, stale: null }),
}

/** The node of an id. */
export function nodeOf(state: State, id: string): LineageNode {
  const { kind, key } = partsOf(id)
  return { id, kind, ...FACTS[kind](state, key) }
}
