// Reads a whole store for damage: SQLite's own check, then every chunk and all text output.
import { statSync } from 'node:fs'
import { openDatabase } from './database.ts'
import { decodeLines } from './lines/codec.ts'
import { CHECKED_TABLES, sound } from './row-checks.ts'
import { decodeChunk } from './series/codec.ts'

/** What a check found. */
export interface Integrity {
  /** One sentence a fault; empty for a sound store. */
  readonly faults: readonly string[]
  readonly events: number
  readonly series: number
  readonly chunks: number
  /** Lines of text output. */
  readonly lines: number
  readonly bytes: number
}

/** Most faults reported. */
const MOST_FAULTS = 20

/** Checks a store's file without changing it. Throws StoreError when it cannot be opened at all. */
export function checkIntegrity(file: string): Integrity {
  const db = openDatabase(file, { readonly: true })
  try {
    const pragma = db.pragma(`integrity_check(${MOST_FAULTS})`) as { integrity_check: string }[]
    const faults = pragma.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    for (const table of CHECKED_TABLES) {
      const damaged = db
        .prepare(`select count(*) from ${table} where not ${sound(table)}`)
        .pluck()
        .get()
      if (damaged !== 0) faults.push(`${damaged} rows of ${table} are damaged`)
    }
    const chunks = db.prepare('select id, count, body from chunks').iterate()
    let read = 0
    for (const row of chunks as Iterable<Kept>) {
      read++
      const fault = chunkFault(row)
      if (fault && faults.length < MOST_FAULTS) faults.push(fault)
    }
    let lines = 0
    for (const row of db.prepare('select id, count, body from lines').iterate() as Iterable<Kept>) {
      lines += row.count
      const fault = linesFault(row)
      if (fault && faults.length < MOST_FAULTS) faults.push(fault)
    }
    const count = (table: string) => db.prepare(`select count(*) from ${table}`).pluck().get() as number
    return {
      faults,
      events: count('events'),
      series: count('series'),
      chunks: read,
      lines,
      bytes: statSync(file).size,
    }
  } finally {
    db.close()
  }
}

interface Kept {
  readonly id: number
  readonly count: number
  readonly body: Uint8Array
}

function linesFault({ id, count, body }: Kept): string | undefined {
  try {
    const lines = decodeLines(body).length
    return lines === count ? undefined : `row ${id} of text output holds ${lines} lines, not ${count}`
  } catch (error) {
    return `row ${id} of text output: ${(error as Error).message}`
  }
}

function chunkFault({ id, count, body }: Kept): string | undefined {
  try {
    const points = decodeChunk(body).times.length
    return points === count ? undefined : `chunk ${id} holds ${points} points, not ${count}`
  } catch (error) {
    return `chunk ${id}: ${(error as Error).message}`
  }
}
