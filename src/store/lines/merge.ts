// Puts the small rows that batches left together to larger ones: a page is then few rows, and a line few bytes.
import type { Database } from '../database.ts'
import { CorruptLines, decodeLines, type Said } from './codec.ts'

/** Rows of an owner after which they are put together. */
const ROWS = 64
/** A row is large enough with so many lines, or bytes. */
const FULL_LINES = 512
const FULL_BYTES = 64 << 10
/** Most rows that are looked at, and lines that are put together in one step, which takes some milliseconds. */
const MOST_ROWS = 256
const STEP_LINES = 2048
const LEVEL = 6

/** Does the work; see LineStore.merge. */
export interface Merge {
  (budgetMs: number, force?: boolean): boolean
  /** A row of this owner was written. */
  came(owner: string): void
}

interface Row {
  readonly id: number
  readonly first: number
  readonly count: number
  readonly bytes: number
}

const isFull = ({ count, bytes }: Row): boolean => count >= FULL_LINES || bytes >= FULL_BYTES

/** The newest rows that are not full yet, oldest first, in groups that make a full one each; the last may be short. */
function groupsOf(newest: readonly Row[]): Row[][] {
  const end = newest.findIndex(isFull)
  const small = newest.slice(0, end < 0 ? newest.length : end).reverse()
  const groups: Row[][] = []
  let lines = 0
  let bytes = 0
  for (const row of small) {
    if (groups.length === 0 || lines >= FULL_LINES || bytes >= FULL_BYTES) {
      groups.push([])
      lines = 0
      bytes = 0
    }
    groups.at(-1)!.push(row)
    lines += row.count
    bytes += row.bytes
  }
  return groups.filter(({ length }) => length > 1)
}

/** `insert` writes a row of lines. */
export function createMerge(
  db: Database,
  insert: (owner: string, first: number, lines: readonly Said[], level: number) => void,
): Merge {
  /** Rows written since the last time, by owner. */
  const loose = new Map<string, number>()
  const rows = db.prepare(
    `select id, first, count, bytes from lines where owner = ? order by first desc limit ${MOST_ROWS}`,
  )
  const body = db.prepare('select body from lines where id = ?').pluck()
  const remove = db.prepare('delete from lines where id = ?')
  const owners = db.prepare('select owner from lines group by owner having count(*) > 1').pluck()

  /** One step for one owner; true when there is more to put together. */
  const step = db.transaction((owner: string): boolean => {
    let done = 0
    for (const group of groupsOf(rows.all(owner) as Row[])) {
      if (done >= STEP_LINES) return true
      const lines = group.flatMap(({ id }) => decodeLines(body.get(id) as Uint8Array))
      for (const { id } of group) remove.run(id)
      insert(owner, group[0]!.first, lines, LEVEL)
      done += lines.length
    }
    return false
  })

  /** A damaged row stays as it is, and those with it. */
  function sound(owner: string): boolean {
    try {
      return step.immediate(owner)
    } catch (error) {
      if (error instanceof CorruptLines) return false
      throw error
    }
  }

  function merge(budgetMs: number, force = false): boolean {
    const until = performance.now() + budgetMs
    const due = force
      ? (owners.all() as string[])
      : [...loose].filter(([, count]) => count >= ROWS).map(([owner]) => owner)
    for (const owner of due) {
      for (let more = true; more; ) {
        if (performance.now() > until) return true
        more = sound(owner)
      }
      loose.delete(owner)
    }
    return false
  }
  return Object.assign(merge, {
    came: (owner: string) => void loose.set(owner, (loose.get(owner) ?? 0) + 1),
  })
}
