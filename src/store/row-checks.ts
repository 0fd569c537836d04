// A checksum in every row: a flipped bit on the disk is met when the row is read, not believed.
import { crc32 } from 'node:zlib'
import type { Database } from 'better-sqlite3'

/** Columns that the checksum of a row covers, by table. */
const CHECKED = {
  events: 'seq, at, type, about, by, data, stored',
  snapshot: 'seq, body',
  agents: 'agent, epoch, high, beyond',
  log: 'generation, body, lane, seq',
  series: 'owner, key, summary',
  chunks: 'series, generation, tier, count, min_step, max_step, min_time, max_time, body',
  key_sets: 'names',
  glances: 'owner, key_set, facts, lasts',
} as const

/** A table whose rows carry a checksum. */
export type CheckedTable = keyof typeof CHECKED

/** Tables whose rows carry a checksum. */
export const CHECKED_TABLES = Object.keys(CHECKED) as CheckedTable[]

type Cell = string | number | bigint | Uint8Array | null

/** CRC-32 of cells, their kinds and their lengths. */
function rowCrc(...cells: Cell[]): number {
  let crc = 0
  for (const cell of cells) {
    const bytes = cell instanceof Uint8Array || typeof cell === 'string' ? cell : `${cell}`
    crc = crc32(bytes, crc32(`${typeof cell} ${bytes.length} `, crc))
  }
  return crc
}

/** Teaches a connection the function that the schema computes checksums with. */
export function addRowChecks(db: Database): void {
  db.function('row_crc', { varargs: true, deterministic: true }, rowCrc as (...cells: unknown[]) => number)
}

/** SQL that makes a table anew with a checksum; `columns` are its definitions, `names` their names, `rule` is for the table. */
export const withChecks = (table: CheckedTable, columns: string, names: string, rule = ''): string =>
  `create table checked (${columns}, crc integer as (row_crc(${CHECKED[table]})) stored${rule && `, ${rule}`}) strict;
   insert into checked (${names}) select ${names} from ${table};
   drop table ${table};
   alter table checked rename to ${table};`

/** SQL that is 1 for a row as it was written, 0 for a damaged one. */
export const sound = (table: CheckedTable): string => `(crc is row_crc(${CHECKED[table]}))`

const found = new WeakMap<Database, string[]>()
/** Most places of damage that are kept in words. */
const MOST = 20

/** Notes that a row was found damaged. */
export function noteDamage(db: Database, what: string): void {
  const known = found.get(db) ?? []
  found.set(db, known)
  if (known.length < MOST && !known.includes(what)) known.push(what)
}

/** What was found damaged on this connection so far. */
export const damageOf = (db: Database): readonly string[] => found.get(db) ?? []
