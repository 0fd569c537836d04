// Copies of a store: taken while it is written, put back only while nobody has it.
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { openDatabase } from './database.ts'
import { checkIntegrity, type Integrity } from './integrity.ts'
import { StoreError } from './store-error.ts'

function sync(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Puts a finished file in its place so that a crash leaves the old or the new one, never half. */
function place(from: string, to: string): void {
  sync(from)
  renameSync(from, to)
  sync(dirname(to))
}

/**
 * Writes a compact, consistent copy of a store to `target`, also while a hub writes it: one read
 * transaction sees one moment. Checks the copy before it counts. Throws StoreError.
 */
export function backupStore(file: string, target: string): Integrity {
  const to = resolve(target)
  if (existsSync(to)) throw new StoreError(`${to} exists`, 'name a new file; nothing is overwritten')
  const half = `${to}.part`
  rmSync(half, { force: true })
  const db = openDatabase(file, { readonly: true })
  try {
    db.prepare('vacuum into ?').run(half)
    const checked = checkIntegrity(half)
    if (checked.faults.length > 0)
      throw new StoreError(`the store ${file} is damaged: ${checked.faults[0]}`, 'nothing was written')
    place(half, to)
    return checked
  } finally {
    db.close()
    for (const end of ['', '-wal', '-shm']) rmSync(half + end, { force: true })
  }
}

/**
 * Puts a backup in the place of a store; the caller holds the store's lock. What was there is kept
 * beside it; its path comes back, null when there was none. Throws StoreError.
 */
export function restoreStore(backup: string, file: string, now: number): string | null {
  const from = resolve(backup)
  if (!existsSync(from))
    throw new StoreError(`there is no backup ${from}`, 'name a file that mlops backup wrote')
  const checked = checkIntegrity(from)
  if (checked.faults.length > 0)
    throw new StoreError(
      `the backup ${from} is damaged: ${checked.faults[0]}`,
      'use another one; nothing was changed',
    )
  const half = `${file}.part`
  copyFileSync(from, half)
  const aside = existsSync(file) ? `${file}.before-${new Date(now).toISOString().replaceAll(':', '-')}` : null
  if (aside)
    for (const end of ['', '-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, aside + end)
  place(half, file)
  return aside
}
