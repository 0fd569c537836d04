// A whole hub in this process: lock, store, sessions, port, dialled agents, and an agent of its own.
import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { StartedAgent } from '../../agents/start.ts'
import type { LoadedConfig } from '../config.ts'
import { projectEvents } from '../core/projects.ts'
import { filesIn } from '../hub/files.ts'
import { Hub } from '../hub/hub.ts'
import { watchSpace } from '../hub/space.ts'
import { AccessError, type Address, parseAddress, readToken, requiredToken } from '../protocol/access.ts'
import { memoryChannels } from '../protocol/channel.ts'
import type { Listener } from '../protocol/listener.ts'
import { VERSION } from '../protocol/version.ts'
import { pageOf } from '../resources/page.ts'
import { lockStore, type StoreLock } from '../store/database.ts'
import { openStore, type Store } from '../store/store.ts'
import { removeNote, storeFile, writeNote } from './place.ts'
import { retentionOf } from './retention.ts'

/** How the hub is run. */
export interface HubProcessOptions {
  readonly settings: LoadedConfig
  /** `fixed` fails when the port is taken, `any` takes another one, `none` opens no port. */
  readonly port: 'fixed' | 'any' | 'none'
  /** Time between samples of this machine, ms; 0 takes none. */
  readonly hostIntervalMs?: number
  /** Makes the ids of host and runs the same again although the state folder is another. */
  readonly place?: string
  readonly onTrouble?: (text: string) => void
}

/** Pause before what a full disk has failed is tried again, ms. */
const RETRY_MS = 5_000

const DEFAULT_ADDRESS = '127.0.0.1:7430'

/** Takes the store of a state folder; undefined while another process has it. Throws StoreError. */
export function takeStore(state: string): StoreLock | undefined {
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return lockStore(storeFile(state))
}

const urlOf = ({ host }: Address, port: number) => `ws://${host.includes(':') ? `[${host}]` : host}:${port}`

/** A hub that runs in this process. Opened at once; agents and port follow with start(), after the first frame. */
export class HubProcess {
  readonly hub: Hub
  /** The agent of this process; undefined until started, and where nothing is watched. */
  agent: StartedAgent | undefined
  /** URL of its port; undefined without one. */
  url: string | undefined
  readonly #options: HubProcessOptions
  readonly #lock: StoreLock
  readonly #store: Store
  #listener: Listener | undefined
  readonly #hangUp: (() => void)[] = []
  #closing = false

  /** Opens the store whose lock is handed over. Throws StoreError, having released the lock. */
  constructor(lock: StoreLock, options: HubProcessOptions) {
    this.#lock = lock
    this.#options = options
    try {
      this.#store = openStore(storeFile(options.settings.state))
    } catch (error) {
      lock.release()
      throw error
    }
    const { settings, onTrouble } = options
    this.hub = new Hub({
      store: this.#store,
      page: pageOf,
      space: watchSpace(settings.state),
      files: filesIn(settings.state),
      onTrouble,
      protectedAliases: settings.registry.protected,
    })
    this.#tellProjects()
  }

  /** Opens the port, dials the agents, starts the agent of this process. Throws AccessError or StateTaken. */
  async start(): Promise<void> {
    if (this.#options.port !== 'none') await this.#openPort()
    await this.#keepHouse()
    await this.#embedAgent()
    if (this.#options.settings.agents.length > 0) await this.#dialAgents()
  }

  /** Ends everything in order; what agents have spooled stays theirs. */
  async close(): Promise<void> {
    this.#closing = true
    for (const stop of this.#hangUp) stop()
    this.agent?.stop()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    this.hub.close()
    await this.#listener?.close()
    if (this.url)
      this.#trying('take back the note of its address', () => removeNote(this.#options.settings.state))
    this.#store.close()
    this.#lock.release()
  }

  /** The config's projects become part of the state: consoles elsewhere and views of the past have them too. */
  #tellProjects(): void {
    const { settings, onTrouble } = this.#options
    const events = projectEvents(this.#store.state(), settings.projects, this.hub.now())
    if (events.length > 0)
      this.hub.write({ by: 'hub', events }).catch((error: Error) => onTrouble?.(error.message))
  }

  async #openPort(): Promise<void> {
    const { settings, port } = this.#options
    const address = parseAddress(settings.listen ?? DEFAULT_ADDRESS)
    const token = requiredToken(address.host, settings.tokenFile)
    const { openHubServer } = await import('../hub/server.ts')
    const { createApi } = await import('../hub/api.ts')
    const api = createApi(this.hub, settings.state, (text) => this.#options.onTrouble?.(text))
    const open = (at: Address) => openHubServer(this.hub, { address: at, token, version: VERSION, ...api })
    try {
      this.#listener = await open(address)
    } catch (error) {
      if (port === 'fixed' || settings.listen || !(error instanceof AccessError)) throw error
      this.#listener = await open({ ...address, port: 0 })
    }
    this.url = urlOf(address, this.#listener.port)
    this.#trying('leave a note of its address', () =>
      writeNote(settings.state, { pid: process.pid, url: this.url! }),
    )
  }

  /** What the file system may fail without ending the hub, which can still be read. */
  #trying(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error
      this.#options.onTrouble?.(`cannot ${what}: ${(error as Error).message}`)
    }
  }

  async #keepHouse(): Promise<void> {
    const { settings, onTrouble } = this.#options
    const [{ keepHouse }, { startMeasuring }] = await Promise.all([
      import('../hub/housekeeping.ts'),
      import('../hub/measuring.ts'),
    ])
    if (this.#closing) return
    const tell = (text: string) => onTrouble?.(text)
    this.#hangUp.push(keepHouse(this.#store, retentionOf(settings), tell), startMeasuring(this.hub, tell))
  }

  async #embedAgent(): Promise<void> {
    const { settings, hostIntervalMs = 1000, place, onTrouble } = this.#options
    if (settings.watch.length + settings.mirrors.length === 0 && hostIntervalMs === 0) return
    const { startAgent } = await import('../../agents/start.ts')
    if (this.#closing) return
    this.#trying('start the agent of this process', () => {
      this.agent = startAgent({
        state: join(settings.state, 'agent'),
        place,
        folders: settings.watch,
        mirrors: settings.mirrors,
        name: settings.name ?? hostname(),
        role: settings.role,
        version: VERSION,
        hostIntervalMs,
        pollMs: 250,
        onTrouble,
      })
    })
    if (this.agent) this.#joinInProcess(this.agent)
    else this.#later(() => this.#embedAgent())
  }

  #later(act: () => unknown): void {
    const timer = setTimeout(act, RETRY_MS).unref()
    this.#hangUp.push(() => clearTimeout(timer))
  }

  /** Connects the agent of this process, again whenever its session ends. */
  #joinInProcess(started: StartedAgent): void {
    const [mine, theirs] = memoryChannels()
    this.hub.serveAgent(theirs)
    void started.agent.serve(mine).then(() => {
      if (!this.#closing) setTimeout(() => this.#joinInProcess(started), 500).unref()
    })
  }

  async #dialAgents(): Promise<void> {
    const { settings, onTrouble } = this.#options
    const { dialAgent } = await import('../hub/dialer.ts')
    const dialled = settings.agents.map(({ url, tokenFile }) => {
      let last: string | null = null
      const trouble = (reason: string | null) => {
        if (reason !== null && reason !== last) onTrouble?.(`agent ${url}: ${reason}`)
        last = reason
      }
      return dialAgent(this.hub, { url, token: tokenFile ? readToken(tokenFile) : undefined }, trouble)
    })
    this.#hangUp.push(...dialled)
  }
}
