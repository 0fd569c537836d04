// What a user chose in the console (columns, order, saved views), kept in the user's state folder.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Preferences } from '../tui/app/choices.ts'

/** Preferences in a folder; a file that is damaged or not there chooses nothing, a disk that is full keeps nothing. */
export function preferencesIn(folder: string): Preferences {
  const file = join(folder, 'preferences.json')
  return {
    load() {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as unknown
      } catch {
        return undefined
      }
    },
    save(choices) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(`${file}.part`, JSON.stringify(choices, null, 1), { mode: 0o600 })
        renameSync(`${file}.part`, file)
      } catch {
        // a choice that cannot be kept is still made
      }
    },
  }
}
