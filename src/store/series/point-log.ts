// The log of batches on disk: a row each, deleted once the generation that it is of is sealed. Batches that are ahead of
// others of their agent are kept apart by lane and number until what lies between has come.
import { type Points, toWirePoints } from '../../protocol/points.ts'
import type { Database } from '../database.ts'
import { noteDamage, sound } from '../row-checks.ts'
import { type AheadBatch, withoutOwner } from './ahead.ts'

/** Where a batch stands among those of its agent. */
export interface BatchPlace {
  readonly agent: string
  readonly epoch: string
  readonly seq: number
  /** All up to this one are stored; a batch above it is ahead. */
  readonly high: number
}

/** A row; `lane` and `seq` of a batch that is ahead. */
export interface LogRow {
  readonly generation: number
  readonly body: string
  readonly lane: string | null
  readonly seq: number | null
}

/** The log of an open database. Writing happens inside the caller's transaction. */
export interface PointLog {
  write(body: string, place?: BatchPlace): void
  /** What waits no more, now that all up to `high` is there: of its own lane, and of the agent's earlier lives all. */
  joining(place: BatchPlace): (readonly [lane: string, upTo: number])[]
  /** Puts rows that wait no more behind the others. */
  join(lane: string, upTo: number): void
  /** Takes an owner's points out of rows that wait. */
  strip(owner: string, batches: readonly AheadBatch[]): void
  /** Begins a new generation where the present one has rows; gives the last that has. */
  cut(): number
  /** Deletes rows up to a generation. */
  forget(generation: number): void
  /** In the order in which they were made, those that wait at the end. */
  rows(): Iterable<LogRow>
  /** Bodies, newest first. */
  newest(limit: number): Iterable<string>
}

/** Name of the lane of a batch. */
export const laneOf = ({ agent, epoch }: BatchPlace): string => `${agent}/${epoch}`

/** True for a batch that came before others of its lane. */
export const isAhead = (place: BatchPlace | undefined): place is BatchPlace =>
  place !== undefined && place.seq > place.high

const bodyOf = (points: Points) => JSON.stringify({ points: toWirePoints(points) })

const ROW = `id, generation, body, lane, seq, ${sound('log')} as sound`

function statements(db: Database) {
  return {
    insert: db.prepare('insert into log (generation, body, lane, seq) values (?, ?, ?, ?)'),
    newest: db.prepare('select body from log order by id desc limit ?').pluck(),
    forget: db.prepare('delete from log where generation <= ? and lane is null'),
    joinedRows: db.prepare(`select ${ROW} from log where lane is null order by id`),
    waiting: db.prepare(`select ${ROW} from log where lane is not null order by lane, seq`),
    lanes: db.prepare('select distinct lane from log where lane is not null').pluck(),
    rewrite: db.prepare('update log set body = ? where lane = ? and seq = ?'),
    // New rows, so that a restart reads them behind what came between.
    join: db.prepare(
      'insert into log (generation, body) select ?, body from log where lane = ? and seq <= ? order by seq',
    ),
    joined: db.prepare('delete from log where lane = ? and seq <= ?'),
    waits: db.prepare('select 1 from log where lane = ? and seq <= ? limit 1').pluck(),
  }
}

/** Opens the log; `sealed` is the last generation in chunks. */
export function openPointLog(db: Database, sealed: number): PointLog {
  const sql = statements(db)
  const last = db.prepare('select max(generation) from log').pluck().get() as number | null
  let generation = (last ?? sealed) + 1
  /** Nothing is logged in this generation yet. */
  let fresh = true
  /** Lanes that had rows that waited, maybe still: what a transaction did may be rolled back. */
  const lanes = new Set(sql.lanes.all() as string[])
  return {
    write(body, place) {
      fresh = false
      if (!isAhead(place)) return void sql.insert.run(generation, body, null, null)
      lanes.add(laneOf(place))
      sql.insert.run(generation, body, laneOf(place), place.seq)
    },
    joining(place) {
      if (lanes.size === 0) return []
      const mine = [...lanes].filter((lane) => lane.startsWith(`${place.agent}/`))
      return mine.map((lane) => [lane, lane === laneOf(place) ? place.high : Number.MAX_SAFE_INTEGER])
    },
    join(lane, upTo) {
      if (sql.waits.get(lane, upTo) === undefined) return
      fresh = false
      sql.join.run(generation, lane, upTo)
      sql.joined.run(lane, upTo)
    },
    strip(owner, batches) {
      for (const { lane, seq, points } of batches)
        sql.rewrite.run(bodyOf(withoutOwner(points, owner)), lane, seq)
    },
    cut() {
      if (!fresh) generation++
      fresh = true
      return generation - 1
    },
    forget: (to) => void sql.forget.run(to),
    *rows() {
      for (const statement of [sql.joinedRows, sql.waiting])
        for (const row of statement.iterate() as Iterable<LogRow & { id: number; sound: number }>) {
          if (row.sound) yield row
          else noteDamage(db, `batch ${row.id} of the log is damaged and left out`)
        }
    },
    newest: (limit) => sql.newest.iterate(limit) as Iterable<string>,
  }
}
