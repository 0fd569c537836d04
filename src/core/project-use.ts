// How much of its quota a project uses: the files of the versions of its models, equal ones counted once.
import { projectOf } from './projects.ts'
import type { ModelVersion } from './registry-state.ts'
import type { State } from './state.ts'

/** What a project holds. */
export interface ProjectUse {
  readonly models: number
  readonly versions: number
  /** Of all files whose size is known, those of the hub's store. */
  readonly bytes: number
  /** Unix ms when the version was registered that took it above 90 % of its quota; null below. */
  readonly nearlyFull: number | null
}

/** Share of its quota above which a project is nearly full. */
export const NEARLY_FULL = 0.9

const NOTHING: ProjectUse = { models: 0, versions: 0, bytes: 0, nearlyFull: null }

/** When the version was registered that took a project above a bound: its files are counted from the oldest on. */
function passedAt(bound: number, versions: readonly ModelVersion[]): number | null {
  const seen = new Set<string>()
  let bytes = 0
  for (const { measured, created } of [...versions].sort((a, b) => a.created - b.created)) {
    if (!measured || seen.has(measured.digest)) continue
    seen.add(measured.digest)
    bytes += measured.bytes
    if (bytes > bound) return created
  }
  return null
}

function useOf(quota: number | null, versions: readonly ModelVersion[], models: number): ProjectUse {
  const sizes = new Map<string, number>()
  for (const { measured } of versions) if (measured) sizes.set(measured.digest, measured.bytes)
  let bytes = 0
  for (const size of sizes.values()) bytes += size
  const bound = quota === null ? Number.POSITIVE_INFINITY : quota * NEARLY_FULL
  const nearlyFull = bytes > bound ? passedAt(bound, versions) : null
  return { models, versions: versions.length, bytes, nearlyFull }
}

type Tables = Pick<State, 'projects' | 'models' | 'versions'>

function gather(state: Tables): ReadonlyMap<string, ProjectUse> {
  const versions = new Map<string, ModelVersion[]>()
  const models = new Map<string, number>()
  for (const { id } of state.models.values()) {
    const project = projectOf(state, 'models', id)
    if (project !== null) models.set(project, (models.get(project) ?? 0) + 1)
  }
  for (const version of state.versions.values()) {
    const project = projectOf(state, 'models', version.model)
    if (project === null) continue
    const mine = versions.get(project)
    if (mine) mine.push(version)
    else versions.set(project, [version])
  }
  return new Map(
    Array.from(state.projects.values(), ({ id, quotaBytes }) => [
      id,
      useOf(quotaBytes, versions.get(id) ?? [], models.get(id) ?? 0),
    ]),
  )
}

interface Kept extends Pick<Tables, 'projects' | 'models'> {
  readonly uses: ReadonlyMap<string, ProjectUse>
}

const kept = new WeakMap<State['versions'], Kept>()

/** What a project holds. Counted once while models, versions and projects stay the same. */
export function projectUse(state: Tables, project: string): ProjectUse {
  let known = kept.get(state.versions)
  if (!known || known.projects !== state.projects || known.models !== state.models) {
    known = { projects: state.projects, models: state.models, uses: gather(state) }
    kept.set(state.versions, known)
  }
  return known.uses.get(project) ?? NOTHING
}
