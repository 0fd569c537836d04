// Where an import goes: the store of this place, taken for as long as it lasts, or a hub that runs.
import { dialHub, openLink } from '../client/dial.ts'
import type { LoadedConfig } from '../config.ts'
import type { World } from '../core/world.ts'
import { readToken } from '../protocol/access.ts'
import { type Channel, memoryChannels } from '../protocol/channel.ts'
import { VERSION } from '../protocol/version.ts'
import { HubBusy } from './attach.ts'
import { HubProcess, takeStore } from './hub-process.ts'
import { readNote } from './place.ts'

/** A hub that takes an agent. */
export interface ImportTarget {
  /** In words. */
  readonly where: string
  /** Opens a channel for an agent; rejects with Unreachable. */
  connect(): Promise<Channel>
  /** The world as the hub has it on disk now. */
  world(): Promise<World>
  close(): Promise<void>
}

/** A hub at an address. */
export function hubAt(url: string, tokenFile: string | undefined): ImportTarget {
  const token = tokenFile ? readToken(tokenFile) : undefined
  return {
    where: url,
    connect: dialHub(url, token),
    async world() {
      const link = await openLink(url, { token, version: VERSION })
      link.close()
      return link.world()
    },
    close: async () => {},
  }
}

/** The hub that has the store of a place, or one in this process that watches nothing. Rejects with HubBusy, StoreError. */
export async function hubOf(settings: LoadedConfig): Promise<ImportTarget> {
  const lock = takeStore(settings.state)
  const note = lock ? undefined : readNote(settings.state)
  if (note) return hubAt(note.url, settings.tokenFile)
  if (!lock) throw new HubBusy(`another process has the store in ${settings.state} but no hub answers`)
  const still = { ...settings, watch: [], agents: [], mirrors: [] }
  const running = new HubProcess(lock, { settings: still, port: 'none', hostIntervalMs: 0 })
  await running.start()
  return {
    where: settings.state,
    async connect() {
      const [mine, theirs] = memoryChannels()
      running.hub.serveAgent(theirs)
      return mine
    },
    world: async () => running.hub.world(),
    close: () => running.close(),
  }
}
