// Opens the SQLite file: pragmas, schema, the lock that makes one process its writer.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { addRowChecks } from './row-checks.ts'
import { migrate } from './schema.ts'
import { StoreError } from './store-error.ts'

export type { Database } from 'better-sqlite3'

/** SQLite before this corrupts a WAL that two connections reset at once. */
const OLDEST_SQLITE = [3, 51, 3]

function assertVersion(db: Database.Database): void {
  const version = db.prepare('select sqlite_version()').pluck().get() as string
  const parts = version.split('.').map(Number)
  const at = OLDEST_SQLITE.findIndex((least, i) => parts[i] !== least)
  if (at >= 0 && parts[at]! < OLDEST_SQLITE[at]!)
    throw new StoreError(
      `SQLite ${version} is too old`,
      `install better-sqlite3 with SQLite ${OLDEST_SQLITE.join('.')} or newer`,
    )
}

/** An error of the store's file in words. */
export function explain(file: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const { code = '', message } = error as { code?: string; message: string }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new StoreError(
      `the store ${file} is damaged (${message})`,
      'move it away and start again, or restore a backup',
    )
  if (code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_READONLY')
    return new StoreError(
      `the store ${file} cannot be opened (${message})`,
      'check the path and its permissions, or pass --store FILE',
    )
  return new StoreError(`the store ${file}: ${message}`, 'run mlops doctor')
}

/** Pages of 16 KiB waste less behind chunks of one to three kilobytes; takes effect in a new file only. */
function prepare(db: Database.Database): void {
  db.pragma('page_size = 16384')
  db.pragma('journal_mode = WAL')
}

/**
 * Opens the store's file, making it where it is missing. With `readonly` it must exist.
 * Commits are synchronous (`synchronous=FULL`): better-sqlite3 would otherwise run WAL with NORMAL,
 * where an acked commit may vanish with the power. Throws StoreError.
 */
export function openDatabase(file: string, options: { readonly?: boolean } = {}): Database.Database {
  try {
    if (!options.readonly) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const readonly = options.readonly ?? false
    const db = new Database(file, { readonly, fileMustExist: readonly })
    assertVersion(db)
    addRowChecks(db)
    if (!options.readonly) prepare(db)
    db.pragma('synchronous = FULL')
    db.pragma('busy_timeout = 2000')
    db.pragma('cache_size = -16384')
    migrate(db, file, options.readonly ?? false)
    return db
  } catch (error) {
    throw explain(file, error)
  }
}

/** Holds the right to write a store; the system releases it when the process dies, however it dies. */
export interface StoreLock {
  release(): void
}

/** Takes the writer's lock of a store, or returns undefined while another process has it. */
export function lockStore(file: string): StoreLock | undefined {
  const path = `${file}.lock`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const db = new Database(path, { timeout: 0 })
    try {
      db.exec('begin exclusive')
      return { release: () => db.close() }
    } catch (error) {
      db.close()
      if ((error as { code?: string }).code === 'SQLITE_BUSY') return undefined
      throw error
    }
  } catch (error) {
    throw explain(path, error)
  }
}
