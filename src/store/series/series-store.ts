// The series store: append log + heads + sealed chunks. A batch is one row of the log until its
// generation is sealed; then the log rows go, in one transaction, and the chunks are the truth.
import type { Columns } from '../../core/columns.ts'
import type { SeriesIndex, SeriesQuery } from '../../core/world.ts'
import { fromWirePoints, type Points } from '../../protocol/points.ts'
import type { Database } from '../database.ts'
import { openChunks } from './chunks.ts'
import { createHeads, type Head } from './heads.ts'
import { readSeries } from './read.ts'

/** Unsealed points at which sealing starts; bounds the memory of heads and the time of a restart. */
const SEAL_POINTS = 1 << 18

/** The points of all series. */
export interface SeriesStore {
  readonly index: SeriesIndex
  /** Writes a batch's frame to the log; inside the caller's transaction. */
  log(frame: string): void
  /** Makes logged points visible; after the commit. */
  push(points: Points): void
  /** Writes that an owner's points are replaced; inside the caller's transaction. */
  logDrop(owner: string): void
  /** Forgets an owner's points; after the commit. */
  drop(owner: string): void
  read(query: SeriesQuery): Columns
  /** Seals for about `budgetMs`; true while there is more to do. `force` seals whatever there is. */
  seal(budgetMs: number, force?: boolean): boolean
  /** Points not yet sealed. */
  unsealed(): number
}

interface LogRow {
  id: number
  generation: number
  body: string
}

interface Sealing {
  readonly generation: number
  readonly heads: Iterator<Head>
}

/** Opens the series of a database and reads the unsealed points back into memory. */
export function openSeries(db: Database): SeriesStore {
  const chunks = openChunks(db)
  const heads = createHeads()
  const insert = db.prepare('insert into log (generation, body) values (?, ?)')
  const forget = db.prepare('delete from log where generation <= ?')
  let generation =
    ((db.prepare('select max(generation) from log').pluck().get() as number | null) ?? lastSealed(db)) + 1
  let sealing: Sealing | undefined

  for (const { owner, key, summary } of chunks.summaries()) heads.restore(owner, key, summary)
  for (const row of db.prepare('select * from log order by id').iterate() as Iterable<LogRow>) replay(row)

  function replay(row: LogRow): void {
    const frame = JSON.parse(row.body)
    if (typeof frame.drop === 'string') heads.drop(frame.drop)
    else
      heads.push(
        fromWirePoints(frame.points),
        (owner, key) => chunks.generation(owner, key) >= row.generation,
      )
  }

  function begin(): Sealing {
    const all = [...heads.all()]
    for (const head of all) head.cut = head.values.length
    return { generation: generation++, heads: all[Symbol.iterator]() }
  }

  function sealSome(job: Sealing, budgetMs: number): boolean {
    const done: Head[] = []
    const until = performance.now() + budgetMs
    const finished = db.transaction(() => {
      for (let next = job.heads.next(); !next.done; next = job.heads.next()) {
        if (heads.get(next.value.owner, next.value.key) !== next.value) continue
        chunks.seal(next.value, job.generation)
        done.push(next.value)
        if (performance.now() > until) return false
      }
      forget.run(job.generation)
      return true
    })()
    for (const head of done) heads.trim(head)
    return finished
  }

  return {
    index: heads.index,
    log: (frame) => void insert.run(generation, frame),
    push: (points) => heads.push(points),
    logDrop(owner) {
      insert.run(generation, JSON.stringify({ drop: owner }))
      chunks.drop(owner)
    },
    drop: (owner) => heads.drop(owner),
    read: (query) => readSeries(chunks, heads, query),
    seal(budgetMs, force = false) {
      if (!sealing && (force ? heads.size() > 0 : heads.size() >= SEAL_POINTS)) sealing = begin()
      if (sealing && sealSome(sealing, budgetMs)) sealing = undefined
      return sealing !== undefined
    },
    unsealed: heads.size,
  }
}

function lastSealed(db: Database): number {
  return (db.prepare('select max(generation) from chunks').pluck().get() as number | null) ?? 0
}
