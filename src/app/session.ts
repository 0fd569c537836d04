// How a reading verb gets to a hub: a URL, a store's file, folders read on the spot, or what runs here.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { usageError } from '../cli/cli-error.ts'
import { openLink } from '../client/dial.ts'
import { checkConfig } from '../config.ts'
import type { HubLink } from '../core/link.ts'
import { AccessError, readToken, socketUrl } from '../protocol/access.ts'
import { VERSION } from '../protocol/version.ts'
import { readNote, settingsFor, storeFile } from './place.ts'

/** Where to read from, as flags say. */
export interface SessionFlags {
  readonly hub?: string
  readonly store?: string
  readonly dir?: readonly string[]
  readonly tokenFile?: string
  readonly config?: string
  /** Nothing but pages, points and events will be asked for. */
  readonly pages?: boolean
}

/** A link, and what must end with it. */
export interface Session {
  readonly link: HubLink
  close(): Promise<void>
}

const ended = (link: HubLink): Session => ({ link, close: async () => link.close() })

/** Reads a store without being its hub; a running hub is not disturbed. */
async function openFile(file: string): Promise<Session> {
  const { openStore } = await import('../store/store.ts')
  const { linkToStore } = await import('./store-link.ts')
  const store = openStore(file, { readonly: true })
  return { link: linkToStore(store, file), close: async () => store.close() }
}

/** Starts agent and hub on a private store and waits until everything below the folders has been read. */
async function readFolders(folders: readonly string[]): Promise<Session> {
  const { HubProcess, takeStore } = await import('./hub-process.ts')
  const state = mkdtempSync(join(tmpdir(), 'mlops-dir-'))
  const forget = () => rmSync(state, { recursive: true, force: true })
  try {
    const settings = checkConfig({ state, watch: folders.map((folder) => resolve(folder)) }, null, state)
    const running = new HubProcess(takeStore(state)!, { settings, port: 'none', place: 'folders' })
    await running.start()
    await running.agent?.agent.caughtUp()
    const close = async () => {
      await running.close()
      forget()
    }
    return { link: running.hub.link(folders.join(', ')), close }
  } catch (error) {
    forget()
    throw error
  }
}

/** The hub that has the store of this place, or the store's file when none runs. */
async function openHere(flags: SessionFlags): Promise<Session> {
  const settings = await settingsFor({ config: flags.config, folders: [] })
  const note = readNote(settings.state)
  const tokenFile = flags.tokenFile ?? settings.tokenFile
  if (note) {
    try {
      const token = tokenFile ? readToken(tokenFile) : undefined
      return ended(await openLink(note.url, { token, version: VERSION, world: !flags.pages }))
    } catch {
      // left behind by a hub that was killed: its file is there all the same
    }
  }
  return openFile(storeFile(settings.state))
}

/** A wrong address is bad usage, not a hub that is away. */
function checkUrl(url: string): void {
  try {
    socketUrl(url)
  } catch (error) {
    if (error instanceof AccessError) throw usageError(error.message, error.hint)
    throw error
  }
}

/** Opens what the flags name. Rejects with Unreachable, StoreError, AccessError or ConfigError. */
export async function openSession(flags: SessionFlags): Promise<Session> {
  if (flags.hub) {
    checkUrl(flags.hub)
    const token = flags.tokenFile ? readToken(flags.tokenFile) : undefined
    return ended(await openLink(flags.hub, { token, version: VERSION, world: !flags.pages }))
  }
  if (flags.store) return openFile(resolve(flags.store))
  if (flags.dir && flags.dir.length > 0) return readFolders(flags.dir)
  return openHere(flags)
}
