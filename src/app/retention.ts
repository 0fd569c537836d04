// The retention that a config asks for.
import type { LoadedConfig } from '../config.ts'
import { DEFAULT_RETENTION, type Pruned, type Retention } from '../store/retention.ts'

/** The config's words in the store's terms. */
export function retentionOf({ retention: { hosts, runs } }: LoadedConfig): Retention {
  return {
    hosts: hosts
      ? { rawMs: hosts.raw, minuteMs: hosts.minutes, hourMs: hosts.hours, maxBytes: hosts.size }
      : DEFAULT_RETENTION.hosts,
    runs: runs ? { keepMs: runs.keep, maxBytes: runs.size } : DEFAULT_RETENTION.runs,
  }
}

/** What a pass did, in words. */
export function prunedText({ hostPoints, runs }: Pruned): string {
  const dropped = runs.length === 0 ? 'no run' : `the points of ${runs.length} run(s)`
  return `thinned out ${hostPoints} samples of machines, dropped ${dropped}`
}
