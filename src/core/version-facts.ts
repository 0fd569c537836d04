// What versions are compared by besides params and metrics of their runs: aliases, stage, digests, data, code, size.
import { aliasesFor } from './registry-lookup.ts'
import type { ModelVersion } from './registry-state.ts'
import type { Run, State } from './state.ts'

/** Named values; null where there is none. */
export type Facts = Readonly<Record<string, string | number | null>>

/** Tags that hold a digest of a version's files, in the order in which they count. */
const DIGEST_TAGS = ['mlops.digest', 'digest', 'sha256']
const COMMIT_TAGS = ['mlflow.source.git.commit', 'git.commit']
/** Where MLflow's clients keep what they logged, JSON with the size of each model. */
const LOGGED = 'mlflow.log-model.history'

const firstOf = (tags: Readonly<Record<string, string>>, keys: readonly string[]): string | null => {
  const key = keys.find((name) => Object.hasOwn(tags, name) && tags[name] !== '')
  return key === undefined ? null : tags[key]!
}

/** Digest of a version's files: as the hub measured it, else as whoever registered it says; null where neither did. */
export const digestOf = ({ measured, tags }: ModelVersion): string | null =>
  measured?.digest ?? firstOf(tags, DIGEST_TAGS)

/** Git commit that a run says it ran. */
export const commitOf = ({ tags }: Run): string | null => firstOf(tags, COMMIT_TAGS)

interface Logged {
  readonly model_uuid?: unknown
  readonly model_size_bytes?: unknown
}

function loggedModels(run: Run): readonly Logged[] {
  try {
    const told: unknown = JSON.parse(run.tags[LOGGED] ?? '[]')
    return Array.isArray(told) ? told.filter((one) => typeof one === 'object' && one !== null) : []
  } catch {
    return []
  }
}

/** Bytes of a version's files: as the hub measured them, else as the client that logged them said. */
export function sizeOf(version: ModelVersion, run: Run | undefined): number | null {
  if (version.measured) return version.measured.bytes
  const logged = run ? loggedModels(run) : []
  const mine = logged.find(({ model_uuid: id }) => id === version.loggedModel) ?? logged.at(-1)
  return typeof mine?.model_size_bytes === 'number' ? mine.model_size_bytes : null
}

/** Digests of the data of a run, by the name of the dataset. */
export function dataOf(run: Run | undefined): Facts {
  const digests = new Map<string, Set<string>>()
  for (const { name, digest } of run?.datasets ?? [])
    digests.set(name, (digests.get(name) ?? new Set()).add(digest))
  return Object.fromEntries(Array.from(digests, ([name, all]) => [name, [...all].join(', ')]))
}

/** What is known of a version itself, and of where it comes from. */
export function versionFacts(state: State, version: ModelVersion | undefined): Facts {
  if (!version) return {}
  const run = version.run === null ? undefined : state.runs.get(version.run)
  return {
    aliases: aliasesFor(state.models.get(version.model), version.version).join(', ') || null,
    stage: version.stage,
    run: run?.name ?? version.run,
    commit: run ? commitOf(run) : null,
    digest: digestOf(version),
    bytes: sizeOf(version, run),
    user: version.user,
  }
}
