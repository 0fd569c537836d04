// Sealed points on disk: compressed chunks of a series, in order of arrival.
import { type Columns, concat, sliceColumns, toColumns } from '../../core/columns.ts'
import { fromWireSummary, type Summary, summarise, toWireSummary } from '../../core/summary.ts'
import type { Step } from '../../protocol/numbers.ts'
import type { Database } from '../database.ts'
import { sound } from '../row-checks.ts'
import { CorruptChunk } from './bytes.ts'
import { decodeChunk, encodeChunk } from './codec.ts'
import type { Head } from './heads.ts'

/** Points in a full chunk: large enough to compress, small enough to decode for one screen. */
export const CHUNK_POINTS = 1024
/** A last chunk below this is merged with what comes next. */
const SMALL_CHUNK = 256

/** Bounds of a read, inclusive, by step or by time in Unix ms. */
export interface Range {
  readonly by: 'step' | 'time'
  readonly from: number
  readonly to: number
}

/** Extremes of a chunk's step and time, as floats (int64 steps rounded outwards). */
export interface ChunkBounds {
  readonly min_step: number
  readonly max_step: number
  readonly min_time: number
  readonly max_time: number
}

/** Chunks of an open database. Writing happens inside the caller's transaction. */
export interface Chunks {
  /** Seals the first `head.cut` points of a head as of a generation; `whole` is the summary of the series, where it is known. */
  seal(head: Head, generation: number, whole?: Summary): void
  bounds(owner: string, key: string, range: Range): ChunkBounds[]
  read(owner: string, key: string, range: Range): Iterable<Columns>
  /** Last generation that is sealed of a series; -1 when none is. */
  generation(owner: string, key: string): number
  drop(owner: string): void
}

/** Rounds an int64 away from zero by one float step, so that a bound never shuts out its own points. */
const outward = (step: Step, direction: 1 | -1) => {
  const near = Number(step)
  return typeof step === 'number' ? near : near + direction * Math.abs(near) * Number.EPSILON
}

/** Least and greatest step and time, as the columns of the table hold them. */
export function boundsOf(columns: Columns): [number, number, number, number] {
  let [minStep, maxStep] = [columns.steps[0]!, columns.steps[0]!]
  let [minTime, maxTime] = [columns.times[0]!, columns.times[0]!]
  for (let i = 1; i < columns.times.length; i++) {
    const step = columns.steps[i]!
    const time = columns.times[i]!
    if (step < minStep) minStep = step
    if (step > maxStep) maxStep = step
    if (time < minTime) minTime = time
    if (time > maxTime) maxTime = time
  }
  return [outward(minStep, -1), outward(maxStep, 1), minTime, maxTime]
}

const WITHIN = {
  step: 'max_step >= ? and min_step <= ?',
  time: 'max_time >= ? and min_time <= ?',
} as const

function statements(db: Database) {
  const select = (columns: string, by: keyof typeof WITHIN) =>
    db.prepare(`select ${columns} from chunks where series = ? and ${WITHIN[by]} order by id`)
  const BODY = `id, body, ${sound('chunks')} as sound`
  const BOUNDS = 'min_step, max_step, min_time, max_time'
  return {
    find: db.prepare(
      `select id, summary, ${sound('series')} as sound from series where owner = ? and key = ?`,
    ),
    add: db.prepare('insert into series (owner, key, summary) values (?, ?, ?)'),
    update: db.prepare('update series set summary = ? where id = ?'),
    last: db.prepare(
      `select id, count, generation, body, ${sound('chunks')} as sound from chunks
       where series = ? order by id desc limit 1`,
    ),
    remove: db.prepare('delete from chunks where id = ?'),
    insert: db.prepare(
      `insert into chunks (series, generation, count, ${BOUNDS}, body) values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    bodies: { step: select(BODY, 'step'), time: select(BODY, 'time') },
    bounds: { step: select(BOUNDS, 'step'), time: select(BOUNDS, 'time') },
    dropChunks: db.prepare('delete from chunks where series in (select id from series where owner = ?)'),
    dropSeries: db.prepare('delete from series where owner = ?'),
  }
}
type Statements = ReturnType<typeof statements>

interface SeriesRow {
  id: number
  summary: string
  sound: number
}
interface ChunkRow {
  id: number
  count: number
  generation: number
  body: Uint8Array
  sound: number
}

function saveSummary(sql: Statements, head: Head, whole: Summary | undefined): number {
  const row = sql.find.get(head.owner, head.key) as SeriesRow | undefined
  const before = row?.sound && !whole ? fromWireSummary(JSON.parse(row.summary)) : undefined
  const summary = JSON.stringify(toWireSummary(whole ?? summarise(before, head, 0, head.cut)))
  if (!row) return Number(sql.add.run(head.owner, head.key, summary).lastInsertRowid)
  sql.update.run(summary, row.id)
  return row.id
}

function writeChunks(sql: Statements, series: number, generation: number, columns: Columns): void {
  for (let from = 0; from < columns.times.length; from += CHUNK_POINTS) {
    const part = sliceColumns(columns, from, from + CHUNK_POINTS)
    sql.insert.run(series, generation, part.times.length, ...boundsOf(part), encodeChunk(part))
  }
}

/** The chunks of a database. */
export function openChunks(db: Database): Chunks {
  const sql = statements(db)
  const id = (owner: string, key: string) => (sql.find.get(owner, key) as SeriesRow | undefined)?.id ?? -1
  return {
    seal(head, generation, whole) {
      const series = saveSummary(sql, head, whole)
      const last = sql.last.get(series) as ChunkRow | undefined
      const fresh = toColumns(head.steps, head.times, head.values, 0, head.cut)
      const merge = last !== undefined && last.sound === 1 && last.count < SMALL_CHUNK
      if (merge) sql.remove.run(last.id)
      writeChunks(sql, series, generation, merge ? concat([decodeChunk(last.body), fresh]) : fresh)
    },
    bounds: (owner, key, range) =>
      sql.bounds[range.by].all(id(owner, key), range.from, range.to) as ChunkBounds[],
    *read(owner, key, range) {
      const rows = sql.bodies[range.by].all(id(owner, key), range.from, range.to) as ChunkRow[]
      for (const { id: chunk, body, sound } of rows) {
        if (!sound) throw new CorruptChunk(`chunk ${chunk} is damaged`)
        yield decodeChunk(body)
      }
    },
    generation: (owner, key) => (sql.last.get(id(owner, key)) as ChunkRow | undefined)?.generation ?? -1,
    drop(owner) {
      sql.dropChunks.run(owner)
      sql.dropSeries.run(owner)
    },
  }
}
