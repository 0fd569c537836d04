// The tags in which a run keeps what was seen of its processes, so that a restart of the agent forgets nothing.
import type { Run } from '../../src/core/state.ts'
import type { ProcessId } from './process-identity.ts'

/** Their names. */
export const TAG = {
  /** Numbers of the processes that log for the run, with commas. */
  pid: 'mlops.pid',
  /** When each of them started, as in ProcessId. */
  started: 'mlops.process_started',
  /** Why its context is not known, or not all of it. */
  context: 'mlops.context',
  /** What was seen when the agent, not the run itself, said that it is over. */
  ended: 'mlops.ended',
  /** When it logged again after that, ISO 8601. */
  reopened: 'mlops.reopened',
} as const

/** The processes that the tags of a run name. */
export function processesIn({ tags }: Pick<Run, 'tags'>): ProcessId[] {
  const pids = (tags[TAG.pid] ?? '').split(',').map(Number)
  const starts = (tags[TAG.started] ?? '').split(',')
  return pids.flatMap((pid, i) => (pid > 0 && starts[i] ? [{ pid, started: starts[i] }] : []))
}

/** Tags that name these processes. */
export const tagsOf = (processes: readonly ProcessId[]): Record<string, string> => ({
  [TAG.pid]: processes.map(({ pid }) => pid).join(','),
  [TAG.started]: processes.map(({ started }) => started).join(','),
})
