// The retention that a config asks for, and the hub's hourly pass.
import type { LoadedConfig } from '../config.ts'
import { DEFAULT_RETENTION, type Pruned, type Retention } from '../store/retention.ts'
import type { Store } from '../store/store.ts'

/** The config's words in the store's terms. */
export function retentionOf({ retention: { hosts, runs } }: LoadedConfig): Retention {
  return {
    hosts: hosts
      ? { rawMs: hosts.raw, minuteMs: hosts.minutes, hourMs: hosts.hours, maxBytes: hosts.size }
      : DEFAULT_RETENTION.hosts,
    runs: runs ? { keepMs: runs.keep, maxBytes: runs.size } : DEFAULT_RETENTION.runs,
  }
}

const HOUR = 3_600_000
/** After a start the first pass waits: keys and agents go first, ms. */
const FIRST_PASS = 60_000

/** Prunes a minute after the start, then hourly; returns the way to stop. */
export function pruneHourly(
  store: Store,
  settings: LoadedConfig,
  trouble: (text: string) => void,
): () => void {
  const retention = retentionOf(settings)
  const pass = () => {
    try {
      store.prune(retention, Date.now())
    } catch (error) {
      trouble(`retention: ${(error as Error).message}`)
    }
  }
  const first = setTimeout(pass, FIRST_PASS)
  const later = setInterval(pass, HOUR)
  first.unref()
  later.unref()
  return () => {
    clearTimeout(first)
    clearInterval(later)
  }
}

/** What a pass did, in words. */
export function prunedText({ hostPoints, runs }: Pruned): string {
  const dropped = runs.length === 0 ? 'no run' : `the points of ${runs.length} run(s)`
  return `thinned out ${hostPoints} samples of machines, dropped ${dropped}`
}
