// Tiers of old samples: after a day one keeps what a chart of minutes needs, after a month of hours.
// Thinned points are real ones (first, least, greatest and last of each slot), so nothing is made up.
import { type Columns, concat, noColumns, sliceColumns } from '../../core/columns.ts'
import { createDecimator } from '../../core/decimate.ts'
import type { Database } from '../database.ts'
import { sound } from '../row-checks.ts'
import { boundsOf, CHUNK_POINTS } from './chunks.ts'
import { decodeChunk, encodeChunk } from './codec.ts'

/** Keep points older than `afterMs` only as one slot of `slotMs` keeps them. */
export interface Tier {
  readonly afterMs: number
  readonly slotMs: number
}

interface Row {
  id: number
  series: number
  generation: number
  body: Uint8Array
}

/** Slots thinned in one go: bounds the memory of the decimator. */
const SLOTS_AT_ONCE = 10_000

function thinSlots(columns: Columns, slotMs: number): Columns {
  const { times } = columns
  let [low, high] = [Infinity, -Infinity]
  for (const time of times) {
    if (time < low) low = time
    if (time > high) high = time
  }
  const from = Math.floor(low / slotMs) * slotMs
  const slots = Math.floor((high - from) / slotMs) + 1
  if (slots > SLOTS_AT_ONCE) return columns
  const decimator = createDecimator(from, from + slots * slotMs, slots, 'time')
  decimator.push(columns)
  return decimator.finish()
}

/** Joins chunks until they hold enough to be worth a new one. */
function* groups(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += 64) yield rows.slice(from, from + 64)
}

function rewrite(db: Database, rows: readonly Row[], slotMs: number): number {
  const before = rows.reduce<Columns>((sum, { body }) => concat([sum, decodeChunk(body)]), noColumns)
  const after = thinSlots(before, slotMs)
  const remove = db.prepare('delete from chunks where id = ?')
  const insert = db.prepare(
    `insert into chunks (id, series, generation, tier, count, min_step, max_step, min_time, max_time, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  for (const { id } of rows) remove.run(id)
  // Freed ids are used again: order of arrival is the order of ids.
  for (let from = 0, i = 0; from < after.times.length; from += CHUNK_POINTS, i++) {
    const part = sliceColumns(after, from, from + CHUNK_POINTS)
    const { id, series } = rows[i]!
    insert.run(
      id,
      series,
      rows.at(-1)!.generation,
      slotMs,
      part.times.length,
      ...boundsOf(part),
      encodeChunk(part),
    )
  }
  return before.times.length - after.times.length
}

/**
 * Thins the chunks of an owner's series whose points all lie before `reference - tier.afterMs`.
 * Inside the caller's transaction. Returns how many points went.
 */
export function thinOwner(db: Database, owner: string, tier: Tier, reference: number): number {
  const rows = db
    .prepare(
      `select id, series, generation, body from chunks
       where series in (select id from series where owner = ?) and tier < ? and max_time < ?
         and ${sound('chunks')} order by series, id`,
    )
    .all(owner, tier.slotMs, reference - tier.afterMs) as Row[]
  let gone = 0
  for (const series of new Set(rows.map((row) => row.series)))
    for (const group of groups(rows.filter((row) => row.series === series)))
      gone += rewrite(db, group, tier.slotMs)
  return gone
}
