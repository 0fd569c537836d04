// Group commit: whatever arrived in one turn of the event loop goes to disk in one synced
// transaction, then everybody is told. An ack is only ever sent from `done`.
import type { LogEvent } from '../core/events.ts'
import type { Store, Unit } from '../store/store.ts'

/** One unit and what to do when it is on disk, or could not be written. */
export interface Intake {
  readonly unit: Unit
  done(): void
  failed(reason: string): void
}

/** What a commit changed. */
export interface Change {
  readonly events: readonly LogEvent[]
  /** Owners of series that got points. */
  readonly owners: ReadonlySet<string>
  /** Owners of text output that grew. */
  readonly lines: ReadonlySet<string>
}

/** Takes units in, commits them in groups. */
export interface Ingest {
  take(intake: Intake): void
  /** Commits what waits, now. */
  flush(): void
  stop(): void
}

/** Milliseconds of sealing per slice, and the pause between slices: keys and acks go first. */
const SEAL_SLICE_MS = 6
const SEAL_PAUSE_MS = 12
/** Pause after the disk would not take what was sealed. */
const SEAL_RETRY_MS = 5_000

function changeOf(units: readonly Unit[], events: readonly LogEvent[]): Change {
  const owners = new Set<string>()
  const lines = new Set<string>()
  for (const { batch } of units) {
    for (const [owner] of batch?.points.series ?? []) owners.add(owner)
    for (const { owner } of batch?.lines ?? []) lines.add(owner)
  }
  return { events, owners, lines }
}

/** Group commit into `store`, by the clock `now` (Unix ms); `changed` is called after each commit, `failed` when sealing did not work. */
export function createIngest(
  store: Store,
  now: () => number,
  changed: (change: Change) => void,
  failed: (reason: string) => void,
): Ingest {
  let waiting: Intake[] = []
  let sealing: NodeJS.Timeout | undefined
  let stopped = false

  function maintain(): void {
    sealing = undefined
    if (stopped) return
    try {
      if (store.maintain(SEAL_SLICE_MS)) sealing = setTimeout(maintain, SEAL_PAUSE_MS)
    } catch (error) {
      failed((error as Error).message)
      sealing = setTimeout(maintain, SEAL_RETRY_MS)
    }
  }

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length === 0 || stopped) return
    const units = group.map(({ unit }) => unit)
    let events: readonly LogEvent[]
    try {
      events = store.commit(units, now())
    } catch (error) {
      for (const intake of group) intake.failed((error as Error).message)
      return
    }
    for (const { done } of group) done()
    changed(changeOf(units, events))
    sealing ??= setTimeout(maintain, SEAL_PAUSE_MS)
  }

  return {
    flush,
    take(intake) {
      waiting.push(intake)
      if (waiting.length === 1) setImmediate(flush)
    },
    stop() {
      flush()
      stopped = true
      clearTimeout(sealing)
    },
  }
}
