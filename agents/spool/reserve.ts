// Space kept for the one file that a full disk must still take: without the header of a new segment the
// old ones could never be deleted, because the last of them holds the cursors.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** More than a header with the cursors of some hundred files. */
const RESERVE_BYTES = 64 << 10

const fileIn = (folder: string) => join(folder, 'reserve')

/** Sets the space aside where it is not yet; a disk without room is tried again later. */
export function makeReserve(folder: string): void {
  if (existsSync(fileIn(folder))) return
  try {
    writeFileSync(fileIn(folder), Buffer.alloc(RESERVE_BYTES), { mode: 0o600 })
  } catch {
    rmSync(fileIn(folder), { force: true })
  }
}

/** Gives the space free; false when there was none. */
export function spendReserve(folder: string): boolean {
  const spent = existsSync(fileIn(folder))
  rmSync(fileIn(folder), { force: true })
  return spent
}
