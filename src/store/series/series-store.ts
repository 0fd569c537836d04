// The series store: append log + heads + sealed chunks. A batch is one row of the log until its
// generation is sealed; then the log rows go, in one transaction, and the chunks are the truth.
import type { Columns } from '../../core/columns.ts'
import type { Summary } from '../../core/summary.ts'
import type { SeriesIndex, SeriesQuery } from '../../core/world.ts'
import { fromWirePoints, type Points } from '../../protocol/points.ts'
import type { Database } from '../database.ts'
import { type Chunks, openChunks } from './chunks.ts'
import { createHeads, type Head, type Heads } from './heads.ts'
import { readSeries, summaryWithin } from './read.ts'

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
  summaryWithin(owner: string, key: string, from: number, to: number): Generator<void, Summary | undefined>
  /** Seals for about `budgetMs`; true while there is more to do. `force` seals whatever there is. Throws when the disk will not take it; nothing is lost then. */
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

/** Heads with points that are still to be sealed. */
const cutHeads = (heads: Heads) => [...heads.all()].filter(({ cut }) => cut > 0)[Symbol.iterator]()

/** Puts back what a restart has taken from memory. */
function replay(log: Iterable<LogRow>, chunks: Chunks, heads: Heads): void {
  const sealed = [...chunks.summaries()]
  for (const { owner, key, summary } of sealed) heads.restore(owner, key, summary)
  for (const { generation, body } of log) {
    const frame = JSON.parse(body)
    if (typeof frame.drop === 'string') {
      heads.drop(frame.drop)
      // Chunks went with the drop itself: those that are there were sealed after it.
      for (const { owner, key, summary } of sealed)
        if (owner === frame.drop) heads.restore(owner, key, summary)
    } else
      heads.push(fromWirePoints(frame.points), (owner, key) => chunks.generation(owner, key) >= generation)
  }
}

/** Opens the series of a database and reads the unsealed points back into memory. */
export function openSeries(db: Database): SeriesStore {
  const chunks = openChunks(db)
  const heads = createHeads()
  const insert = db.prepare('insert into log (generation, body) values (?, ?)')
  const forget = db.prepare('delete from log where generation <= ?')
  let generation =
    ((db.prepare('select max(generation) from log').pluck().get() as number | null) ?? lastSealed(db)) + 1
  /** Nothing is logged in this generation yet. */
  let fresh = true
  let sealing: Sealing | undefined

  replay(db.prepare('select * from log order by id').iterate() as Iterable<LogRow>, chunks, heads)

  function log(body: string): void {
    fresh = false
    insert.run(generation, body)
  }

  function begin(): Sealing {
    if (!fresh) generation++
    fresh = true
    for (const head of heads.all()) head.cut = head.values.length
    // The last generation that the log has: a later one would hide what is logged next from a restart.
    return { generation: generation - 1, heads: cutHeads(heads) }
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
    log,
    push: (points) => heads.push(points),
    logDrop(owner) {
      log(JSON.stringify({ drop: owner }))
      chunks.drop(owner)
    },
    drop: (owner) => heads.drop(owner),
    read: (query) => readSeries(chunks, heads, query),
    summaryWithin: (owner, key, from, to) => summaryWithin(chunks, heads, owner, key, from, to),
    seal(budgetMs, force = false) {
      if (!sealing && (force ? heads.size() > 0 : heads.size() >= SEAL_POINTS)) sealing = begin()
      const job = sealing
      if (!job) return false
      try {
        if (sealSome(job, budgetMs)) sealing = undefined
      } catch (error) {
        // What was rolled back is still to be cut.
        sealing = { ...job, heads: cutHeads(heads) }
        throw error
      }
      return sealing !== undefined
    },
    unsealed: heads.size,
  }
}

function lastSealed(db: Database): number {
  return (db.prepare('select max(generation) from chunks').pluck().get() as number | null) ?? 0
}
