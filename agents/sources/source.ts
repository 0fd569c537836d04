// What a source is: one thing that an agent can read. One file each; all pass test/agents/source-contract.ts.
import type { AgentEvent } from '../../src/protocol/events.ts'
import type { Step } from '../../src/protocol/numbers.ts'

/** Plain JSON: what a source remembers between two lives of the agent. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * Where a source puts what it read. All calls of one `poll` and the cursors they set become one
 * batch or several, each written to the spool in a single record: a cursor never runs ahead of,
 * nor behind, the points it covers.
 */
export interface Emit {
  /** A metric point of a run or host; `time` in Unix ms. */
  point(owner: string, key: string, step: Step, time: number, value: number): void
  event(event: AgentEvent): void
  /** A line of text output of a run or host; `stream` is the name of a file, `stdout` or `stderr`, `at` Unix ms. */
  line(owner: string, stream: string, at: number, text: string): void
  /** Remembers `value` under `key`; null forgets it. Survives kill -9 together with what was emitted before. */
  cursor(key: string, value: Json | null): void
  /** True when the source should return from poll soon, because a batch is full. Nothing is lost if it goes on. */
  full(): boolean
}

/** A reader of one kind of thing. */
export interface Source {
  readonly name: string
  /**
   * Reads what is new and emits it. Called again and again, never twice at once; resolves true when
   * more is ready now (it stopped because the batch was full). A failure of one file is emitted
   * as `source.problem`, not thrown.
   */
  poll(emit: Emit, now: number): Promise<boolean>
  close(): void
}

/** What every source is made with. */
export interface SourceOptions {
  /** Id of this agent's host: owner of host metrics. */
  readonly agent: string
  /** Cursors saved by an earlier life, by key. */
  readonly cursors: ReadonlyMap<string, Json>
}
