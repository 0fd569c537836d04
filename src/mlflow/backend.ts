// What the MLflow surface stands on: a state that events fold to, points beside it, files of artifacts.
// The hub answers from its store; an agent from its journal on disk.
import type { Readable } from 'node:stream'
import type { State } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { AgentEvent } from '../protocol/events.ts'
import type { Step } from '../protocol/numbers.ts'
import type { Mover } from './alias-guard.ts'

/** Points of one metric of a run as they are written; times in Unix ms, values any float64. */
export interface MetricPoint {
  readonly run: string
  readonly key: string
  readonly step: Step
  readonly time: number
  readonly value: number
}

/** Columns of a metric's whole history, in order of arrival. */
export interface History {
  readonly steps: ArrayLike<Step>
  readonly times: ArrayLike<number>
  readonly values: ArrayLike<number>
}

/** One file or folder below an artifact root; `path` is relative to the root. */
export interface ArtifactEntry {
  readonly path: string
  readonly isDirectory: boolean
  /** Bytes; null for a folder. */
  readonly size: number | null
}

/** Files by path: `<experiment>/<run>/artifacts/...`. All paths have passed `safePath` (relative, no `..`). */
export interface Artifacts {
  /** What lies directly in a folder; empty when there is none. */
  list(path: string): Promise<ArtifactEntry[]>
  /** Undefined when there is no such file. */
  read(path: string): Promise<{ readonly size: number; readonly body: Readable } | undefined>
  /** Writes a file whole: it is there, synced, or not at all. */
  write(path: string, body: Readable): Promise<void>
  /** Removes a file or folder; nothing happens when there is none. */
  remove(path: string): Promise<void>
}

/** What a write consists of. */
export interface Writing {
  readonly events: readonly AgentEvent[]
  readonly points?: readonly MetricPoint[]
  /** Digest of the request: kept with what it wrote, so that a retry is known again after a restart. */
  readonly once?: string
}

/** Where the MLflow surface reads and writes. */
export interface Backend {
  /** All that durable writes have folded to. Not to be changed. */
  state(): State
  /** Summaries of a run's metrics by key. */
  metrics(run: string): ReadonlyMap<string, Summary>
  /** All points of one metric of a run. */
  history(run: string, key: string): Promise<History>
  /** Writes it as one; resolves once it is synced to disk and `state()` shows it. Rejects with MlflowError when the disk will not take it. */
  write(writing: Writing): Promise<void>
  /** Digests of what was written last, over restarts; some hundred or more. */
  digests(): Iterable<string>
  readonly artifacts: Artifacts
  /** Unix ms. */
  now(): number
  /** What it writes to: changes through all backends of one store take turns. By default the backend itself. */
  readonly store?: object
  /** Who writes through it; by default a client of the API. */
  readonly mover?: Mover
}

/** As much of a backend as a change of the registry needs. */
export type Writer = Pick<Backend, 'state' | 'write' | 'now' | 'store' | 'mover'>
