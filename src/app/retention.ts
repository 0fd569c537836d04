// The retention that a config asks for.
import type { LoadedConfig } from '../config.ts'
import { DEFAULT_RETENTION, type Pruned, type Retention } from '../store/retention.ts'

/** The config's words in the store's terms. */
export function retentionOf({ retention: { hosts, runs, logs } }: LoadedConfig): Retention {
  return {
    hosts: hosts
      ? { rawMs: hosts.raw, minuteMs: hosts.minutes, hourMs: hosts.hours, maxBytes: hosts.size }
      : DEFAULT_RETENTION.hosts,
    runs: runs ? { keepMs: runs.keep, maxBytes: runs.size } : DEFAULT_RETENTION.runs,
    logs: logs ? { keepMs: logs.keep, maxBytes: logs.size } : DEFAULT_RETENTION.logs,
  }
}

/** What a pass did, in words. */
export function prunedText({ hostPoints, lines, runs }: Pruned): string {
  const dropped = runs.length === 0 ? 'no run' : `the points of ${runs.length} run(s)`
  const said = lines === 0 ? '' : ` and ${lines} lines of text output`
  return `thinned out ${hostPoints} samples of machines, dropped ${dropped}${said}`
}
