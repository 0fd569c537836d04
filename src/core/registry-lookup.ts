// Finds what belongs together in the registry: versions of a model or a run, aliases of a version, moves of an alias.
import { type AliasMove, type ModelVersion, type RegisteredModel, versionId } from './registry-state.ts'
import type { State } from './state.ts'

type Versions = Pick<State, 'versions'>
type Groups = ReadonlyMap<string, readonly ModelVersion[]>

function groupBy(versions: State['versions'], key: (version: ModelVersion) => string | null): Groups {
  const groups = new Map<string, ModelVersion[]>()
  const mixed = new Set<ModelVersion[]>()
  for (const version of versions.values()) {
    const name = key(version)
    if (name === null) continue
    const group = groups.get(name)
    if (!group) groups.set(name, [version])
    else {
      if (group[group.length - 1]!.version > version.version) mixed.add(group)
      group.push(version)
    }
  }
  for (const group of mixed) group.sort((a, b) => a.version - b.version)
  return groups
}

/** Groups once while the table stays the same. */
function grouped(key: (version: ModelVersion) => string | null): (versions: State['versions']) => Groups {
  const known = new WeakMap<State['versions'], Groups>()
  return (versions) => {
    let groups = known.get(versions)
    if (!groups) {
      groups = groupBy(versions, key)
      known.set(versions, groups)
    }
    return groups
  }
}

const byModel = grouped(({ model }) => model)
const byRun = grouped(({ run }) => run)

/** Versions of a model, oldest first. */
export const versionsOf = ({ versions }: Versions, model: string): readonly ModelVersion[] =>
  byModel(versions).get(model) ?? []

/** Versions that come from a run, of any model. */
export const versionsOfRun = ({ versions }: Versions, run: string): readonly ModelVersion[] =>
  byRun(versions).get(run) ?? []

/** Aliases of a model that stand for a version, in their order. */
export function aliasesFor(model: RegisteredModel | undefined, version: number): string[] {
  const found: string[] = []
  for (const alias in model?.aliases) if (model.aliases[alias] === version) found.push(alias)
  return found
}

/** Moves of one alias of a model, oldest first. */
export const movesOf = ({ moves = [] }: RegisteredModel, alias: string): AliasMove[] =>
  moves.filter((move) => move.alias === alias)

/**
 * Where an alias goes back to: what it stood for before its last move (so twice comes back); where that version is
 * gone, what it stood for before that. Undefined where there is nothing before.
 */
export function versionBefore(state: Versions, model: RegisteredModel, alias: string): number | undefined {
  const stood = movesOf(model, alias).map(({ from }) => from)
  return stood.findLast(
    (version): version is number =>
      version !== null &&
      version !== model.aliases[alias] &&
      state.versions.has(versionId(model.id, version)),
  )
}
