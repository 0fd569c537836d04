// What is kept for how long: run metrics for ever by default, samples of machines in tiers.
import { glanceOf } from '../core/glance.ts'
import type { State } from '../core/state.ts'
import type { SeriesIndex } from '../core/world.ts'
import type { Database } from './database.ts'
import { type LineRetention, pruneLines } from './lines/prune.ts'
import { type Tier, thinOwner } from './series/thinning.ts'

/** How long points are kept; ms, null for ever. */
export interface Retention {
  /** Samples of machines: whole, then thinned to minutes, then to hours, then not at all. */
  readonly hosts: {
    readonly rawMs: number
    readonly minuteMs: number
    readonly hourMs: number | null
    readonly maxBytes: number | null
  }
  /** Metrics of runs that have had no new point for so long. */
  readonly runs: { readonly keepMs: number | null; readonly maxBytes: number | null }
  /** Text output. */
  readonly logs: LineRetention
}

const DAY = 86_400_000

/** One day of every sample, a month of minutes, two years of hours; runs for ever; half a gigabyte of text output. */
export const DEFAULT_RETENTION: Retention = {
  hosts: { rawMs: DAY, minuteMs: 30 * DAY, hourMs: 730 * DAY, maxBytes: null },
  runs: { keepMs: null, maxBytes: null },
  logs: { keepMs: null, maxBytes: 512 * 2 ** 20 },
}

/** What a pass removed. */
export interface Pruned {
  /** Points of machines thinned out or dropped. */
  hostPoints: number
  /** Lines of text output. */
  lines: number
  /** Runs whose points were dropped; the runs themselves stay listed. */
  readonly runs: string[]
}

/** Newest point of an owner, Unix ms. */
function newest(series: SeriesIndex, owner: string): number {
  return glanceOf(series.get(owner)).updated ?? 0
}

function dropBefore(db: Database, owner: string, time: number): number {
  const where = 'series in (select id from series where owner = ?) and max_time < ?'
  const count = db
    .prepare(`select coalesce(sum(count), 0) from chunks where ${where}`)
    .pluck()
    .get(owner, time) as number
  db.prepare(`delete from chunks where ${where}`).run(owner, time)
  return count
}

/**
 * A pass over the machines' samples. Age counts from the owner's own newest point, and never from
 * a clock ahead of it: a clock that jumps forward takes nothing away.
 */
function thinHosts(
  db: Database,
  state: State,
  series: SeriesIndex,
  { hosts }: Retention,
  now: number,
): number {
  const tiers: Tier[] = [
    { afterMs: hosts.rawMs, slotMs: 60_000 },
    { afterMs: hosts.minuteMs, slotMs: 3_600_000 },
  ]
  let gone = 0
  for (const owner of state.hosts.keys()) {
    const reference = Math.min(now, newest(series, owner))
    for (const tier of tiers) gone += thinOwner(db, owner, tier, reference)
    if (hosts.hourMs !== null) gone += dropBefore(db, owner, reference - hosts.hourMs)
  }
  return gone
}

/** Bytes of chunks by owner. */
function bytesByOwner(db: Database): Map<string, number> {
  const rows = db
    .prepare(
      'select s.owner, sum(length(c.body)) from chunks c join series s on s.id = c.series group by s.owner',
    )
    .raw()
    .all() as [string, number][]
  return new Map(rows)
}

/** Runs to drop: those quiet for too long, then the longest quiet ones until the class fits its bytes. */
function staleRuns(
  db: Database,
  state: State,
  series: SeriesIndex,
  { runs }: Retention,
  now: number,
): string[] {
  if (runs.keepMs === null && runs.maxBytes === null) return []
  const bytes = bytesByOwner(db)
  const byAge = [...state.runs.values()]
    .filter(({ id, status }) => status !== 'running' && series.has(id))
    .map(({ id }) => ({ id, time: newest(series, id) }))
    .sort((a, b) => a.time - b.time)
  let total = [...state.runs.keys()].reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0)
  const stale: string[] = []
  for (const { id, time } of byAge) {
    const tooOld = runs.keepMs !== null && now - time > runs.keepMs
    const tooMuch = runs.maxBytes !== null && total > runs.maxBytes
    if (!tooOld && !tooMuch) break
    stale.push(id)
    total -= bytes.get(id) ?? 0
  }
  return stale
}

/** Drops the machines' oldest chunks until they fit. */
function shrinkHosts(db: Database, state: State, { hosts }: Retention): number {
  if (hosts.maxBytes === null) return 0
  const bytes = bytesByOwner(db)
  let total = [...state.hosts.keys()].reduce((sum, id) => sum + (bytes.get(id) ?? 0), 0)
  const oldest = db
    .prepare(
      'select c.id, c.count, length(c.body) bytes, s.owner from chunks c join series s on s.id = c.series order by c.max_time',
    )
    .all() as { id: number; count: number; bytes: number; owner: string }[]
  const remove = db.prepare('delete from chunks where id = ?')
  let gone = 0
  for (const chunk of oldest) {
    if (total <= hosts.maxBytes) break
    if (!state.hosts.has(chunk.owner)) continue
    remove.run(chunk.id)
    total -= chunk.bytes
    gone += chunk.count
  }
  return gone
}

/** One pass; inside the caller's transaction. The caller drops the points of `runs` from memory and logs it. */
export function prune(
  db: Database,
  state: State,
  series: SeriesIndex,
  retention: Retention,
  now: number,
): Pruned {
  const hostPoints = thinHosts(db, state, series, retention, now) + shrinkHosts(db, state, retention)
  const lines = pruneLines(db, retention.logs, now)
  return { hostPoints, lines, runs: staleRuns(db, state, series, retention, now) }
}
