// The text output of runs: a row for each batch and owner, put together to larger rows later. Numbers count all
// lines of an owner in order of arrival, without holes, and are never given twice.
import type { LineIndex, LinePage, LineQuery, LineSpan } from '../../core/lines.ts'
import type { LineGroup } from '../../protocol/lines.ts'
import type { Database } from '../database.ts'
import { encodeLines, type Said } from './codec.ts'
import { createMerge } from './merge.ts'
import { createRead } from './read.ts'

/** The lines of all owners. */
export interface LineStore {
  readonly index: LineIndex
  /** Writes lines; inside the caller's transaction. */
  log(groups: readonly LineGroup[]): void
  /** Makes logged lines visible; after the commit. */
  push(groups: readonly LineGroup[]): void
  /** Removes the lines of an owner; inside the caller's transaction. Their numbers are not given again. */
  logDrop(owner: string): void
  /** Forgets the lines of an owner; after the commit. */
  drop(owner: string): void
  /** `test`: what a line must pass, for the query's `holds`. */
  read(query: LineQuery, test?: (text: string) => boolean): LinePage
  /** Puts small rows together for about `budgetMs`; true while there is more to do. `force`: all there are. */
  merge(budgetMs: number, force?: boolean): boolean
  /** What is kept is less now; after the commit. */
  reload(): void
}

/** Quick: lines come by the second. What is put together later is made smaller then. */
const LEVEL = 1

/** Lines by owner, those of a batch in their order. */
function byOwner(groups: readonly LineGroup[]): Map<string, Said[]> {
  const owners = new Map<string, Said[]>()
  for (const { owner, stream, at, text } of groups) {
    const mine = owners.get(owner) ?? []
    owners.set(owner, mine)
    for (let i = 0; i < at.length; i++) mine.push({ at: at[i]!, stream, text: text[i]! })
  }
  return owners
}

/** Names of the streams in a form that can be searched. */
export const streamsText = (lines: readonly Said[]): string =>
  `\n${[...new Set(lines.map(({ stream }) => stream))].join('\n')}\n`

/** Writes a row of lines. */
export function prepareInsert(db: Database) {
  const insert = db.prepare(
    'insert into lines (owner, first, count, from_at, to_at, bytes, streams, body) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  return (owner: string, first: number, lines: readonly Said[], level: number): void => {
    const body = encodeLines(lines, level)
    let from = Number.POSITIVE_INFINITY
    let to = Number.NEGATIVE_INFINITY
    for (const { at } of lines) {
      from = Math.min(from, at)
      to = Math.max(to, at)
    }
    insert.run(owner, first, lines.length, from, to, body.length, streamsText(lines), body)
  }
}

/** Opens the lines of a database. */
export function openLines(db: Database): LineStore {
  const index = new Map<string, LineSpan>()
  const all = db.prepare('select owner, first, next from line_owners')
  const one = db.prepare('select next from line_owners where owner = ?').pluck()
  const raise = db.prepare(
    'insert into line_owners (owner, first, next) values (?, ?, ?) on conflict (owner) do update set next = excluded.next',
  )
  const empty = db.prepare('update line_owners set first = next where owner = ?')
  const remove = db.prepare('delete from lines where owner = ?')
  const insert = prepareInsert(db)
  const merge = createMerge(db, insert)

  function reload(): void {
    index.clear()
    for (const row of all.all() as (LineSpan & { owner: string })[])
      index.set(row.owner, { first: row.first, next: row.next })
  }
  reload()

  return {
    index,
    reload,
    read: createRead(db, index),
    merge,
    log(groups) {
      for (const [owner, lines] of byOwner(groups)) {
        const first = (one.get(owner) as number | undefined) ?? 1
        insert(owner, first, lines, LEVEL)
        raise.run(owner, 1, first + lines.length)
      }
    },
    push(groups) {
      for (const [owner, lines] of byOwner(groups)) {
        const { first, next } = index.get(owner) ?? { first: 1, next: 1 }
        index.set(owner, { first, next: next + lines.length })
        merge.came(owner)
      }
    },
    logDrop(owner) {
      remove.run(owner)
      empty.run(owner)
    },
    drop(owner) {
      const span = index.get(owner)
      if (span) index.set(owner, { first: span.next, next: span.next })
    },
  }
}
