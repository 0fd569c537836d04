// The state that the event log folds to. Plain data: it is sent to consoles and kept in snapshots.
import type { DatasetInput, RUN_STATUS } from '../protocol/events.ts'
import type { TABLES } from '../protocol/tables.ts'
import type { HostRole } from './events.ts'
import type { Project } from './projects.ts'
import type { Experiment, LoggedModel, ModelVersion, RegisteredModel } from './registry-state.ts'

/** See RUN_STATUS for what `idle` means. */
export type RunStatus = (typeof RUN_STATUS)[number]

/** Source of runs that were logged through our API, not read from files or another server. */
export const API_SOURCE = 'mlflow-api'

/** One run of a training program, as its log tells it. */
export interface Run {
  readonly id: string
  readonly host: string
  /** Life of the agent that reported it: another one reads its log anew, which replaces its points. */
  readonly epoch: string
  readonly name: string
  readonly experiment: string
  readonly source: string
  /** Absolute path of its log on the host: a folder for tfevents, a file otherwise. */
  readonly path: string
  readonly status: RunStatus
  /** Unix ms. */
  readonly started: number | null
  readonly ended: number | null
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** How often its log was truncated or replaced. */
  readonly restarts: number
  /** Id of its experiment, where it has one of its own. */
  readonly experimentId?: string
  readonly user?: string
  /** Unix ms when it was deleted; it can be restored. Absent for a run that is there. */
  readonly deleted?: number
  readonly datasets?: readonly DatasetInput[]
  /** Ids of the logged models that it was given. */
  readonly modelInputs?: readonly string[]
  readonly modelOutputs?: readonly { readonly id: string; readonly step: number }[]
}

/** A GPU as the host described it; memory in MiB. */
export interface Gpu {
  readonly index: number
  readonly name: string
  readonly memoryMiB: number | null
}

/** A machine with an agent. */
export interface Host {
  readonly id: string
  readonly name: string
  readonly role: HostRole
  readonly online: boolean
  /** Why it is offline, in words; null while online. */
  readonly reason: string | null
  readonly version: string
  readonly epoch: string
  /** Unix ms of the last connect or disconnect, hub's clock. */
  readonly since: number
  readonly os: string | null
  readonly kernel: string | null
  readonly cpus: number | null
  readonly cpuModel: string | null
  readonly memoryBytes: number | null
  readonly gpus: readonly Gpu[]
  /** Why something could not be measured, for example what nvidia-smi said. */
  readonly note: string | null
  /** Points lost to a bound of the spool since ever. */
  readonly lostPoints: number
  /** Unix ms of the last loss, agent's clock; absent without one. */
  readonly lostAt?: number
}

/** What a person has said of an alert: one entry an alert, the newest word counts. */
export interface Ack {
  /** Id of the alert. */
  readonly id: string
  /**
   * `acknowledged` holds for this opening of the alert, `silenced` until a time, whether it comes back or not.
   * `assigned` only names an owner: the alert still fires.
   */
  readonly state: 'acknowledged' | 'silenced' | 'assigned'
  /** When the alert had opened, Unix ms: another opening is another matter. */
  readonly opened: number
  /** Who said so: a user's name, as the client gave it. Nobody has proved it; there is no authentication of people yet. */
  readonly by: string
  /** To whom this opening was given; absent where nobody was named. */
  readonly owner?: string
  /** Unix ms at which a silence ends; null for an acknowledgement. */
  readonly until: number | null
  readonly note: string | null
  /** Unix ms, hub's clock. */
  readonly at: number
}

/** Something a source could not read; one per file. */
export interface Problem {
  readonly id: string
  readonly host: string
  /** Id of the run whose log it is, else of the host. */
  readonly about: string
  readonly source: string
  readonly path: string
  readonly problem: string
  readonly count: number
  readonly at: number
  /** Unix ms when it was first met, since the path could last be read; absent in what an older build kept. */
  readonly since?: number
}

/** Everything the log says, at sequence `seq`. */
export interface State {
  readonly seq: number
  readonly hosts: ReadonlyMap<string, Host>
  readonly runs: ReadonlyMap<string, Run>
  readonly problems: ReadonlyMap<string, Problem>
  readonly acks: ReadonlyMap<string, Ack>
  readonly experiments: ReadonlyMap<string, Experiment>
  readonly loggedModels: ReadonlyMap<string, LoggedModel>
  /** By name. */
  readonly models: ReadonlyMap<string, RegisteredModel>
  /** By `name/version`. */
  readonly versions: ReadonlyMap<string, ModelVersion>
  /** By name, in the order of the hub's config. */
  readonly projects: ReadonlyMap<string, Project>
}

/** Name of a table of the state. */
export type Table = (typeof TABLES)[number] & keyof State

/** Nothing has happened yet. */
export const emptyState: State = {
  seq: 0,
  hosts: new Map(),
  runs: new Map(),
  problems: new Map(),
  acks: new Map(),
  experiments: new Map(),
  loggedModels: new Map(),
  models: new Map(),
  versions: new Map(),
  projects: new Map(),
}

/** Rows of a table. */
export type RowOf<T extends Table> = State[T] extends ReadonlyMap<string, infer Row> ? Row : never
