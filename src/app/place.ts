// Where things lie: the config that holds here, the store's folder, the note that a running hub leaves.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { checkConfig, findConfig, type LoadedConfig, loadConfig } from '../config.ts'

/** Folder for state that belongs to no project, by the XDG rules. */
export function userState(): string {
  const base = process.env.XDG_STATE_HOME || join(process.env.HOME ?? '/tmp', '.local', 'state')
  return join(base, 'mlops')
}

/** State folder of a set of watched folders without a config: outside of them, found again by their path. */
function stateFor(folders: readonly string[]): string {
  const hash = createHash('sha256').update(folders.join('\0')).digest('hex').slice(0, 8)
  return join(userState(), `${basename(folders[0]!) || 'root'}-${hash}`)
}

/** The settings that hold: an explicit config, the nearest one, or none (then `folders`, or this folder, are watched). */
export async function settingsFor(options: {
  config?: string
  folders: readonly string[]
}): Promise<LoadedConfig> {
  const cwd = process.cwd()
  const file = options.config
    ? resolve(options.config)
    : options.folders.length > 0
      ? undefined
      : findConfig(cwd)
  if (file) return loadConfig(file)
  const watch = (options.folders.length > 0 ? options.folders : [cwd]).map((folder) => resolve(folder))
  return checkConfig({ watch, state: stateFor(watch) }, null, cwd)
}

/** The store's file in a state folder. */
export const storeFile = (state: string): string => join(state, 'store.db')

/** What a running hub tells those who come later. */
export interface HubNote {
  readonly pid: number
  readonly url: string
}

const noteFile = (state: string) => join(state, 'hub.json')

export function writeNote(state: string, note: HubNote): void {
  writeFileSync(noteFile(state), JSON.stringify(note), { mode: 0o600 })
}

/** The note of the hub that has the store now; undefined when there is none to read. */
export function readNote(state: string): HubNote | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(state), 'utf8')) as HubNote
  } catch {
    return undefined
  }
}

export function removeNote(state: string): void {
  rmSync(noteFile(state), { force: true })
}
