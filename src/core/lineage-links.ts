// Which node leads to which: dataset, commit and host -> run -> logged model -> version -> alias and model.
import { datasetId } from './datasets.ts'
import { nodeId, partsOf } from './lineage-nodes.ts'
import { aliasesFor, versionsOf, versionsOfRun } from './registry-lookup.ts'
import type { ModelVersion } from './registry-state.ts'
import type { Run, State } from './state.ts'
import { commitOf } from './version-facts.ts'

/** What one node is to the next. */
export type LinkKind = 'used' | 'code' | 'ran' | 'parent' | 'logged' | 'registered' | 'alias' | 'version'

/** A node at the other end, and what the link says. */
export interface Link {
  readonly id: string
  readonly kind: LinkKind
}

const PARENT = 'mlflow.parentRunId'

const link = (kind: LinkKind, id: string): Link => ({ kind, id })

/** What a run was made of. */
function aboveRun(run: Run, { hosts }: State): Link[] {
  const commit = commitOf(run)
  const parent = run.tags[PARENT]
  return [
    ...(run.datasets ?? []).map((dataset) => link('used', nodeId('dataset', datasetId(dataset)))),
    ...(run.modelInputs ?? []).map((id) => link('used', nodeId('logged-model', id))),
    ...(commit === null ? [] : [link('code', nodeId('commit', commit))]),
    ...(parent === undefined ? [] : [link('parent', nodeId('run', parent))]),
    ...(hosts.has(run.host) ? [link('ran', nodeId('host', run.host))] : []),
  ]
}

/** Runs below everything that runs are made of, and logged models below runs. */
function gather(state: State): ReadonlyMap<string, readonly Link[]> {
  const below = new Map<string, Link[]>()
  const add = (above: string, { kind, id }: Link) => {
    const links = below.get(above)
    if (links) links.push({ kind, id })
    else below.set(above, [{ kind, id }])
  }
  for (const run of state.runs.values())
    for (const above of aboveRun(run, state)) add(above.id, link(above.kind, nodeId('run', run.id)))
  for (const { id, run } of state.loggedModels.values())
    if (run !== null) add(nodeId('run', run), link('logged', nodeId('logged-model', id)))
  for (const { id, loggedModel } of state.versions.values())
    if (loggedModel !== null)
      add(nodeId('logged-model', loggedModel), link('registered', nodeId('version', id)))
  return below
}

const gathered = new WeakMap<State, ReadonlyMap<string, readonly Link[]>>()

function linksBelow(state: State, id: string): readonly Link[] {
  let below = gathered.get(state)
  if (!below) {
    below = gather(state)
    gathered.set(state, below)
  }
  return below.get(id) ?? []
}

/** Versions that come from a run with no logged model in between. */
const straight = (state: State, run: string): ModelVersion[] =>
  versionsOfRun(state, run).filter(({ loggedModel }) => !isKnown(state, loggedModel))

const isKnown = ({ loggedModels }: State, id: string | null): id is string =>
  id !== null && loggedModels.has(id)

function aboveVersion(state: State, key: string): Link[] {
  const version = state.versions.get(key)
  if (!version) return []
  if (isKnown(state, version.loggedModel))
    return [link('registered', nodeId('logged-model', version.loggedModel))]
  return version.run === null ? [] : [link('registered', nodeId('run', version.run))]
}

function belowVersion({ models, versions }: State, key: string): Link[] {
  const version = versions.get(key)
  if (!version) return []
  const aliases = aliasesFor(models.get(version.model), version.version)
  return [
    ...aliases.map((alias) => link('alias', nodeId('alias', `${version.model}@${alias}`))),
    link('version', nodeId('model', version.model)),
  ]
}

function aboveAlias({ models }: State, key: string): Link[] {
  const at = key.lastIndexOf('@')
  const [model, alias] = [key.slice(0, at), key.slice(at + 1)]
  const aliases = models.get(model)?.aliases ?? {}
  return Object.hasOwn(aliases, alias) ? [link('alias', nodeId('version', `${model}/${aliases[alias]}`))] : []
}

/** What a node comes from. */
export function linksUp(state: State, id: string): readonly Link[] {
  const { kind, key } = partsOf(id)
  if (kind === 'run') {
    const run = state.runs.get(key)
    return run ? aboveRun(run, state) : []
  }
  if (kind === 'logged-model') {
    const run = state.loggedModels.get(key)?.run
    return run ? [link('logged', nodeId('run', run))] : []
  }
  if (kind === 'version') return aboveVersion(state, key)
  if (kind === 'alias') return aboveAlias(state, key)
  if (kind === 'model')
    return versionsOf(state, key)
      .map((version) => link('version', nodeId('version', version.id)))
      .reverse()
  return []
}

/** What comes from a node. */
export function linksDown(state: State, id: string): readonly Link[] {
  const { kind, key } = partsOf(id)
  if (kind === 'version') return belowVersion(state, key)
  const below = linksBelow(state, id)
  if (kind !== 'run') return below
  return [
    ...below,
    ...straight(state, key).map((version) => link('registered', nodeId('version', version.id))),
  ]
}
