// What a user chose in the console (columns, order, saved views), kept in the user's state folder.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Preferences, wrongField } from '../tui/app/choices.ts'
import { watchFile } from './file-watch.ts'

const NAME = 'preferences.json'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${NAME} is no JSON: ${(error as Error).message}`)
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Preferences in a folder; a file that is damaged or not there chooses nothing, a disk that is full keeps nothing. */
export function preferencesIn(folder: string): Preferences {
  const file = join(folder, NAME)
  return {
    load() {
      try {
        return parse(readText(file) ?? '')
      } catch {
        return undefined
      }
    },
    read() {
      const text = readText(file)
      if (text === undefined) return undefined
      const raw = parse(text)
      const wrong = wrongField(raw)
      if (wrong !== undefined) throw new Error(`${NAME}: ${wrong} cannot be understood`)
      return raw
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
    watch: (changed) => watchFile(file, changed),
  }
}
