// A whole hub in this process: lock, store, sessions, port, dialled agents, and an agent of its own.
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type StartedAgent, startAgent } from '../../agents/start.ts'
import type { LoadedConfig } from '../config.ts'
import { dialAgent } from '../hub/dialer.ts'
import { Hub } from '../hub/hub.ts'
import { openHubServer } from '../hub/server.ts'
import { AccessError, type Address, parseAddress, readToken, requiredToken } from '../protocol/access.ts'
import { memoryChannels } from '../protocol/channel.ts'
import type { Listener } from '../protocol/listener.ts'
import { VERSION } from '../protocol/version.ts'
import { lockStore, type StoreLock } from '../store/database.ts'
import { openStore, type Store } from '../store/store.ts'
import { removeNote, storeFile, writeNote } from './place.ts'

/** How the hub is started. */
export interface HubProcessOptions {
  readonly settings: LoadedConfig
  /** `fixed` fails when the port is taken, `any` takes another one, `none` opens no port. */
  readonly port: 'fixed' | 'any' | 'none'
  /** Samples of the machine, ms; 0 takes none. */
  readonly hostIntervalMs?: number
  readonly onTrouble?: (text: string) => void
}

/** A hub that runs in this process. */
export interface HubProcess {
  readonly hub: Hub
  /** The agent of this process; undefined where nothing is watched. */
  readonly agent: StartedAgent | undefined
  /** URL of its port; undefined without one. */
  readonly url: string | undefined
  /** Ends everything in order; what agents have spooled stays theirs. */
  close(): Promise<void>
}

const DEFAULT_ADDRESS = '127.0.0.1:7430'

/** Takes the store of a state folder; undefined while another process has it. */
export function takeStore(state: string): StoreLock | undefined {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return lockStore(storeFile(state))
}

async function openPort(
  hub: Hub,
  { settings, port }: HubProcessOptions,
): Promise<[Listener, Address] | undefined> {
  if (port === 'none') return undefined
  const address = parseAddress(settings.listen ?? DEFAULT_ADDRESS)
  const token = requiredToken(address.host, settings.tokenFile)
  const open = (at: Address) => openHubServer(hub, { address: at, token, version: VERSION })
  try {
    return [await open(address), address]
  } catch (error) {
    if (port === 'fixed' || settings.listen || !(error instanceof AccessError)) throw error
    return [await open({ ...address, port: 0 }), address]
  }
}

/** Connects an agent of this process to the hub, again whenever a session ends. */
function joinInProcess(hub: Hub, { agent }: StartedAgent, closing: () => boolean): void {
  const [mine, theirs] = memoryChannels()
  hub.serveAgent(theirs)
  void agent.serve(mine).then(() => {
    if (!closing()) setTimeout(() => joinInProcess(hub, { agent, stop: () => {} }, closing), 500).unref()
  })
}

function embedAgent({
  settings,
  hostIntervalMs = 1000,
  onTrouble,
}: HubProcessOptions): StartedAgent | undefined {
  if (settings.watch.length === 0 && hostIntervalMs === 0) return undefined
  return startAgent({
    state: join(settings.state, 'agent'),
    folders: settings.watch,
    name: settings.name ?? hostname(),
    role: settings.role,
    version: VERSION,
    hostIntervalMs,
    pollMs: 250,
    onTrouble,
  })
}

function dialAll(hub: Hub, { settings, onTrouble }: HubProcessOptions): (() => void)[] {
  return settings.agents.map(({ url, tokenFile }) => {
    let last: string | null = null
    const trouble = (reason: string | null) => {
      if (reason !== null && reason !== last) onTrouble?.(`agent ${url}: ${reason}`)
      last = reason
    }
    return dialAgent(hub, { url, token: tokenFile ? readToken(tokenFile) : undefined }, trouble)
  })
}

/** Starts a hub on a store whose lock the caller hands over. */
export async function startHub(lock: StoreLock, options: HubProcessOptions): Promise<HubProcess> {
  const { settings } = options
  let store: Store | undefined
  let closing = false
  try {
    store = openStore(storeFile(settings.state))
    const opened = store
    const hub = new Hub({ store })
    const port = await openPort(hub, options)
    const url =
      port && `ws://${port[1].host.includes(':') ? `[${port[1].host}]` : port[1].host}:${port[0].port}`
    if (url) writeNote(settings.state, { pid: process.pid, url })
    const agent = embedAgent(options)
    if (agent) joinInProcess(hub, agent, () => closing)
    const hangUp = dialAll(hub, options)
    return {
      hub,
      agent,
      url,
      async close() {
        closing = true
        for (const stop of hangUp) stop()
        agent?.stop()
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
        hub.close()
        await port?.[0].close()
        if (url) removeNote(settings.state)
        opened.close()
        lock.release()
      },
    }
  } catch (error) {
    store?.close()
    lock.release()
    throw error
  }
}
