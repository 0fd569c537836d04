// Experiments, logged models and the model registry as the event log folds to them.
import type { LOGGED_MODEL_STATUS, STAGES } from '../protocol/registry-events.ts'

/** Named texts. */
export type Texts = Readonly<Record<string, string>>

/** A group of runs that somebody made as such; runs of plain log files name their group only. */
export interface Experiment {
  readonly id: string
  readonly name: string
  readonly artifactLocation: string | null
  /** Unix ms. */
  readonly created: number | null
  readonly updated: number | null
  readonly deleted: boolean
  readonly tags: Texts
}

/** A model that a run logged, registered or not; as in MLflow 3. */
export interface LoggedModel {
  readonly id: string
  readonly name: string
  readonly experimentId: string
  readonly run: string | null
  readonly modelType: string | null
  readonly artifactUri: string | null
  readonly status: (typeof LOGGED_MODEL_STATUS)[number]
  /** Unix ms. */
  readonly created: number
  readonly updated: number
  readonly params: Texts
  readonly tags: Texts
  readonly deleted: boolean
}

/** One move of an alias, as the log tells it: a row of a model's history. */
export interface AliasMove {
  readonly alias: string
  /** Version that it stood for before, and after; null for none. */
  readonly from: number | null
  readonly to: number | null
  /** Unix ms. */
  readonly at: number
  /** `user:NAME`, `hub` for a client of the API, `agent:ID`. */
  readonly by: string
  readonly reason: string | null
}

/** A registered model; its id is its name. */
export interface RegisteredModel {
  readonly id: string
  readonly description: string
  /** Unix ms. */
  readonly created: number
  readonly updated: number
  readonly tags: Texts
  /** Version that each alias stands for. */
  readonly aliases: Readonly<Record<string, number>>
  /** Highest version ever given: a deleted one is not given again. */
  readonly lastVersion: number
  /** Moves of its aliases, oldest first; absent before the first. */
  readonly moves?: readonly AliasMove[]
}

/** One column of what a model takes or gives. */
export interface SignatureColumn {
  readonly name: string
  /** As MLflow names it; `tensor(float32, [-1, 28])` for tensors. */
  readonly type: string
  readonly optional: boolean
}

/** What the hub found in the files of a version. */
export interface Measured {
  /** SHA-256 of the list of its files, hex; see listText() for the list. */
  readonly digest: string
  /** Of all its files together. */
  readonly bytes: number
  readonly files: number
  /** Libraries that it can be loaded with, as its MLmodel names them. */
  readonly flavors: readonly string[]
  /** Null where its MLmodel tells none. */
  readonly inputs: readonly SignatureColumn[] | null
  readonly outputs: readonly SignatureColumn[] | null
  /** Size as its MLmodel says, bytes. */
  readonly modelBytes: number | null
}

/** When a version's files were last compared with what was measured. */
export interface Verified {
  /** Unix ms. */
  readonly at: number
  /** `user:NAME`. */
  readonly by: string
  /** What was not as it had been measured, in words; empty where all was. */
  readonly differs: readonly string[]
}

/** One version of a registered model; its id is `name/version`. */
export interface ModelVersion {
  readonly id: string
  readonly model: string
  readonly version: number
  /** Where its files are. */
  readonly source: string
  readonly run: string | null
  readonly loggedModel: string | null
  readonly runLink: string | null
  readonly user: string | null
  readonly description: string
  readonly stage: (typeof STAGES)[number]
  /** Unix ms. */
  readonly created: number
  readonly updated: number
  readonly tags: Texts
  /** Absent while its files are not in the hub's store, or not measured yet. */
  readonly measured?: Measured
  /** Absent before the first time. */
  readonly verified?: Verified
}

/** Id of a version in the state. */
export const versionId = (model: string, version: number): string => `${model}/${version}`
