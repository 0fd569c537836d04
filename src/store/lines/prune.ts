// Takes old text output away: by age, then the oldest until what is left fits its bytes.
import type { Database } from '../database.ts'

/** How long lines are kept; ms and bytes, null for ever and for all. */
export interface LineRetention {
  readonly keepMs: number | null
  readonly maxBytes: number | null
}

interface Row {
  readonly owner: string
  readonly first: number
  readonly count: number
  readonly to: number
  readonly bytes: number
}

/** The line before which all goes, by owner: what is kept of an owner has no holes. */
function cuts(db: Database, { keepMs, maxBytes }: LineRetention, now: number): Map<string, number> {
  const found = new Map<string, number>()
  const newest = db.prepare('select max(to_at) from lines').pluck().get() as number | null
  if (newest === null) return found
  // A clock that jumps forward takes nothing away.
  const oldest = keepMs === null ? Number.NEGATIVE_INFINITY : Math.min(now, newest) - keepMs
  let left = db.prepare('select sum(bytes) from lines').pluck().get() as number
  const rows = db.prepare(
    'select owner, first, count, to_at as "to", bytes from lines indexed by lines_owner order by to_at, first',
  )
  for (const row of rows.iterate() as Iterable<Row>) {
    if (row.to >= oldest && (maxBytes === null || left <= maxBytes)) break
    left -= row.bytes
    found.set(row.owner, Math.max(found.get(row.owner) ?? 0, row.first + row.count))
  }
  return found
}

/** One pass, inside the caller's transaction; returns how many lines went. `now` in Unix ms. */
export function pruneLines(db: Database, retention: LineRetention, now: number): number {
  if (retention.keepMs === null && retention.maxBytes === null) return 0
  const count = db.prepare('select sum(count) from lines where owner = ? and first < ?').pluck()
  const remove = db.prepare('delete from lines where owner = ? and first < ?')
  const raise = db.prepare('update line_owners set first = max(first, ?) where owner = ?')
  let gone = 0
  for (const [owner, before] of cuts(db, retention, now)) {
    gone += (count.get(owner, before) as number | null) ?? 0
    remove.run(owner, before)
    raise.run(before, owner)
  }
  return gone
}
