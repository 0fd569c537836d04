// Finds what belongs together in the registry: versions of a model or a run, aliases of a version, moves of an alias.
import { type AliasMove, type ModelVersion, type RegisteredModel, versionId } from './registry-state.ts'
import type { State } from './state.ts'

type Registry = Pick<State, 'models' | 'versions'>
type Versions = Pick<State, 'versions'>

/** Numbers that are tried one by one; above it all versions are gone through. */
const MOST_TRIED = 10_000

/** Versions of a model, oldest first. */
export function versionsOf({ models, versions }: Registry, name: string): readonly ModelVersion[] {
  const last = models.get(name)?.lastVersion ?? 0
  const found: ModelVersion[] = []
  // Looking at 100,000 versions of other models takes longer than a frame.
  if (last <= MOST_TRIED) {
    for (let number = 1; number <= last; number++) {
      const version = versions.get(versionId(name, number))
      if (version) found.push(version)
    }
    return found
  }
  for (const version of versions.values()) if (version.model === name) found.push(version)
  return found.sort((a, b) => a.version - b.version)
}

/** The newest version of a model that is there. */
export function latestVersion(registry: Registry, model: RegisteredModel): ModelVersion | undefined {
  const newest = registry.versions.get(versionId(model.id, model.lastVersion))
  return newest ?? versionsOf(registry, model.id).at(-1)
}

type Groups = ReadonlyMap<string, readonly ModelVersion[]>

function groupByRun(versions: State['versions']): Groups {
  const groups = new Map<string, ModelVersion[]>()
  for (const version of versions.values()) {
    if (version.run === null) continue
    const group = groups.get(version.run)
    if (group) group.push(version)
    else groups.set(version.run, [version])
  }
  return groups
}

const grouped = new WeakMap<State['versions'], Groups>()

/** Versions that come from a run, of any model. Found once while the table stays the same. */
export function versionsOfRun({ versions }: Versions, run: string): readonly ModelVersion[] {
  let groups = grouped.get(versions)
  if (!groups) {
    groups = groupByRun(versions)
    grouped.set(versions, groups)
  }
  return groups.get(run) ?? []
}

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
