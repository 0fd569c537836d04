// What was told of a history that is written anew again and again: how many rows, and their CRC. A text that
// begins with the same rows goes on; another one means that the run began anew, and all its rows are told.
import { crc32 } from 'node:zlib'
import type { Row, Rows } from './document.ts'
import { savedFields } from './format.ts'
import type { Json } from './source.ts'

/** A state of a history written so much later (ms) than another one comes from a new run. */
const LATER_MS = 60_000

/** What is remembered of a history. */
export interface HistoryCursor {
  /** The file that was told of last. */
  readonly file: string
  /** When that file was written, Unix ms. */
  readonly mtime: number
  /** Rows that were told, and the CRC-32 of them. */
  readonly count: number
  readonly crc: number
  /** CRC-32 of the params and tags that were told. */
  readonly facts: number
}

const rowText = ({ step, values, fault }: Row) =>
  `${step}\t${fault ?? ''}\t${values.map(([key, value]) => `${key}=${value}`).join('\t')}\n`

/** CRC-32 of rows[from, to), going on from `crc`. */
export function crcOfRows(rows: Rows, from: number, to: number, crc = 0): number {
  let sum = crc
  for (let i = from; i < to; i++) sum = crc32(rowText(rows.at(i)!), sum)
  return sum
}

/** A state of a history that was just read. */
export interface Reading {
  readonly file: string
  readonly mtime: number
  readonly rows: Rows
}

/**
 * Where to go on telling: `from` a row (`crc`: of those before it), after a restart when there is a reason.
 * `stale`: it is an older state, of which nothing is told.
 */
export type Judgement = 'stale' | { readonly from: number; readonly crc: number; readonly restarted?: string }

const beginsWith = (rows: Rows, count: number, crc: number) =>
  rows.length >= count && crcOfRows(rows, 0, count) === crc

function countCommon(a: Rows, b: Rows): number {
  const most = Math.min(a.length, b.length)
  for (let i = 0; i < most; i++) if (rowText(a.at(i)!) !== rowText(b.at(i)!)) return i
  return most
}

/** A new state of a run in other files than the one that was told of last: resumed, or begun anew. */
function judgeNewer(cursor: HistoryCursor, rows: Rows, leader: Rows | undefined): Judgement {
  const isTold = leader !== undefined && beginsWith(leader, cursor.count, cursor.crc)
  const common = isTold ? countCommon(leader, rows) : 0
  if (common === rows.length && rows.length <= cursor.count) return 'stale'
  if (common === 0) return { from: 0, crc: 0, restarted: 'a new history took the place of the last one' }
  return { from: common, crc: crcOfRows(rows, 0, common), restarted: `resumed behind row ${common}` }
}

/**
 * Compares a state with what was told. The same rows in front: it goes on. The file that was told of
 * last, with other or fewer rows: restarted, and all rows are told. Another file (an earlier checkpoint)
 * counts only when it was written much later, or at about the same time and reaches further.
 * `readLeader` reads the file that was told of last: a state that it begins with is an older one, whenever
 * it was copied; one that shares its first rows was resumed, and the others are told.
 */
export function judge(
  cursor: HistoryCursor | undefined,
  reading: Reading,
  readLeader: () => Rows | undefined,
): Judgement {
  const { file, mtime, rows } = reading
  if (!cursor) return { from: 0, crc: 0 }
  if (beginsWith(rows, cursor.count, cursor.crc)) return { from: cursor.count, crc: cursor.crc }
  if (file === cursor.file) {
    const what = rows.length < cursor.count ? 'is shorter than it was' : 'was written anew'
    return { from: 0, crc: 0, restarted: `the history ${what}` }
  }
  const later = mtime - cursor.mtime
  const isNewer = later > LATER_MS || (later >= -LATER_MS && rows.length > cursor.count)
  return isNewer ? judgeNewer(cursor, rows, readLeader()) : 'stale'
}

/** Compares how something stands now with what was told last. */
export function judgeLatest(cursor: HistoryCursor | undefined, rows: Rows): Judgement {
  const crc = crcOfRows(rows, 0, rows.length)
  return cursor?.crc === crc ? { from: rows.length, crc } : { from: 0, crc: 0 }
}

/** A saved cursor; undefined when it is none. */
export function loadHistory(saved: Json | undefined): HistoryCursor | undefined {
  const { file, mtime, count, crc, facts } = savedFields(saved)
  if (typeof file !== 'string' || typeof mtime !== 'number' || typeof facts !== 'number') return undefined
  if (typeof count !== 'number' || typeof crc !== 'number' || !(count >= 0)) return undefined
  return { file, mtime, count, crc, facts }
}
