// Opening a spool that an earlier process left, however it ended. Damage never stops it.
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseName, type Recovered, recoverSegment } from './segment.ts'

/** Keeps bytes that are no use to the program, for the operator. */
export function quarantine(folder: string, name: string, bytes: Buffer): void {
  const aside = join(folder, 'quarantine')
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  writeFileSync(join(aside, `${name}.${Date.now()}`), bytes, { mode: 0o600 })
}

/** Reads all segments of the newest life, sets damaged parts aside, deletes earlier lives. */
export function recover(folder: string): { segments: Recovered[]; damagedBytes: number } {
  const files = readdirSync(folder).filter(parseName).sort()
  const found: Recovered[] = []
  let damagedBytes = 0
  for (const file of files) {
    const path = join(folder, file)
    const recovered = recoverSegment(path)
    if (!recovered) {
      mkdirSync(join(folder, 'quarantine'), { recursive: true, mode: 0o700 })
      renameSync(path, join(folder, 'quarantine', `${file}.${Date.now()}`))
      continue
    }
    recovered.segment.seal()
    if (recovered.cut.length > 0) quarantine(folder, file, recovered.cut)
    damagedBytes += recovered.cut.length
    found.push(recovered)
  }
  const newest = found.at(-1)?.segment.identity.epoch
  for (const { segment } of found) if (segment.identity.epoch !== newest) segment.remove()
  return { segments: found.filter(({ segment }) => segment.identity.epoch === newest), damagedBytes }
}
