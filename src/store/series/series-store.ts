// The series store: append log + heads + sealed chunks. A batch is one row of the log until its
// generation is sealed; then the log rows go, in one transaction, and the chunks are the truth.
import type { Changes } from '../../core/changes.ts'
import type { Columns } from '../../core/columns.ts'
import type { Summary } from '../../core/summary.ts'
import type { SeriesIndex, SeriesQuery } from '../../core/world.ts'
import { fromWirePoints, type Points } from '../../protocol/points.ts'
import type { Database } from '../database.ts'
import { createAhead } from './ahead.ts'
import { type Chunks, openChunks } from './chunks.ts'
import { type Glances, openGlances } from './glances.ts'
import { createHeads, type Head, type Heads } from './heads.ts'
import { type BatchPlace, isAhead, laneOf, openPointLog, type PointLog } from './point-log.ts'
import { readSeries, summaryWithin } from './read.ts'

/** Unsealed points at which sealing starts; bounds the memory of heads and the time of a restart. */
const SEAL_POINTS = 1 << 18

/** Lanes, and up to which number their batches wait no more. */
export type Joined = readonly (readonly [lane: string, upTo: number])[]

/** The points of all series. */
export interface SeriesStore {
  readonly index: SeriesIndex
  /** Which owners got points when. */
  readonly changes: Changes
  /**
   * Writes a batch's frame to the log, where it has points; inside the caller's transaction. Gives the lanes whose
   * batches wait no more, now that this one is there.
   */
  log(frame: string | undefined, place?: BatchPlace): Joined
  /** Makes logged points visible; after the commit. `late`: see summarise(). */
  push(points: Points, late: boolean, place?: BatchPlace): void
  /** Moves what waits of a lane behind the other points; after the commit. */
  join(lane: string, upTo: number): void
  /** Writes that an owner's points are replaced; inside the caller's transaction. */
  logDrop(owner: string): void
  /** Forgets an owner's points; after the commit. */
  drop(owner: string): void
  read(query: SeriesQuery): Columns
  summaryWithin(owner: string, key: string, from: number, to: number): Generator<void, Summary | undefined>
  /** Seals for about `budgetMs`; true while there is more to do. `force` seals whatever there is. Throws when the disk will not take it; nothing is lost then. */
  seal(budgetMs: number, force?: boolean): boolean
  /** The newest frames that are not yet sealed, newest first. */
  frames(limit: number): Iterable<string>
  /** Points not yet sealed. */
  unsealed(): number
}

interface Sealing {
  readonly generation: number
  readonly heads: Iterator<Head>
}

/** Heads with points that are still to be sealed. */
const cutHeads = (heads: Heads) => [...heads.all()].filter(({ cut }) => cut > 0)[Symbol.iterator]()

/** Puts back what a restart has taken from memory. */
function replay(log: PointLog, chunks: Chunks, glances: Glances, heads: Heads): void {
  for (const [owner, series] of glances.all()) heads.restore(owner, series)
  for (const { generation, body, lane, seq } of log.rows()) {
    const frame = JSON.parse(body)
    if (lane !== null && seq !== null) {
      heads.pushAhead({ lane, seq, points: fromWirePoints(frame.points) }, false)
      continue
    }
    // Frames of agents are kept as they came, with whatever fields, but never without points.
    if (frame.points === undefined) {
      heads.drop(frame.drop)
      // Chunks went with the drop itself: those that are there were sealed after it.
      const sealed = glances.one(frame.drop)
      if (sealed) heads.restore(frame.drop, sealed)
    } else
      heads.push(
        fromWirePoints(frame.points),
        false,
        (owner, key) => chunks.generation(owner, key) >= generation,
      )
  }
}

/** Saves the glances of the owners of what was sealed. */
function saveGlances(glances: Glances, heads: Heads, sealed: readonly Head[]): void {
  for (const owner of new Set(sealed.map(({ owner }) => owner))) {
    const series = heads.index.get(owner)
    if (series) glances.save(owner, series)
  }
}

/** Seals a head; its summary is put together before the file has the points too. */
function sealHead(head: Head, chunks: Chunks, heads: Heads, generation: number): void {
  const { owner, key, cut, values } = head
  const summary = heads.index.get(owner)?.get(key)
  const isWhole = cut === values.length && heads.tail(owner, key).values.length === cut
  chunks.seal(head, generation, isWhole ? summary : undefined)
}

/** What sealing works on. */
interface Sealable {
  readonly db: Database
  readonly chunks: Chunks
  readonly glances: Glances
  readonly heads: Heads
  /** Deletes the log up to a generation. */
  readonly forget: (generation: number) => void
}

/** Seals for about `budgetMs`, in one transaction; true when the job is done. */
function sealSome({ db, chunks, glances, heads, forget }: Sealable, job: Sealing, budgetMs: number): boolean {
  const done: Head[] = []
  const until = performance.now() + budgetMs
  const finished = db.transaction(() => {
    let next = job.heads.next()
    for (; !next.done; next = job.heads.next()) {
      if (heads.get(next.value.owner, next.value.key) !== next.value) continue
      sealHead(next.value, chunks, heads, job.generation)
      done.push(next.value)
      if (performance.now() > until) break
    }
    saveGlances(glances, heads, done)
    if (next.done) forget(job.generation)
    return next.done === true
  })()
  for (const head of done) heads.trim(head)
  return finished
}

/** Opens the series of a database and reads the unsealed points back into memory. */
export function openSeries(db: Database): SeriesStore {
  const chunks = openChunks(db)
  const glances = openGlances(db)
  const ahead = createAhead()
  const heads = createHeads(glances.fresh, ahead)
  const log = openPointLog(db, lastSealed(db))
  let sealing: Sealing | undefined
  const sealable = { db, chunks, glances, heads, forget: log.forget }

  replay(log, chunks, glances, heads)

  function begin(): Sealing {
    for (const head of heads.all()) head.cut = head.values.length
    // The last generation that the log has: a later one would hide what is logged next from a restart.
    return { generation: log.cut(), heads: cutHeads(heads) }
  }

  return {
    index: heads.index,
    changes: heads.changes,
    log(frame, place) {
      if (frame !== undefined) log.write(frame, place)
      const joined = place ? log.joining(place) : []
      for (const [lane, upTo] of joined) log.join(lane, upTo)
      return joined
    },
    push(points, late, place) {
      if (isAhead(place)) heads.pushAhead({ lane: laneOf(place), seq: place.seq, points }, late)
      else heads.push(points, late)
    },
    join: (lane, upTo) => heads.join(lane, upTo),
    logDrop(owner) {
      log.write(JSON.stringify({ drop: owner }))
      log.strip(owner, ahead.of(owner))
      chunks.drop(owner)
      glances.drop(owner)
    },
    drop: (owner) => heads.drop(owner),
    read: (query) => readSeries(chunks, heads, query),
    summaryWithin: (owner, key, from, to) => summaryWithin(chunks, heads, owner, key, from, to),
    seal(budgetMs, force = false) {
      if (!sealing && (force ? heads.size() > 0 : heads.size() >= SEAL_POINTS)) sealing = begin()
      const job = sealing
      if (!job) return false
      try {
        if (sealSome(sealable, job, budgetMs)) sealing = undefined
      } catch (error) {
        // What was rolled back is still to be cut.
        sealing = { ...job, heads: cutHeads(heads) }
        throw error
      }
      return sealing !== undefined
    },
    frames: log.newest,
    unsealed: heads.size,
  }
}

function lastSealed(db: Database): number {
  return (db.prepare('select max(generation) from chunks').pluck().get() as number | null) ?? 0
}
