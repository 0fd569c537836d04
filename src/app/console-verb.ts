// `mlops [DIR ...]`: the console; where stdout is no terminal, one snapshot.
import { ConfigError, type LoadedConfig } from '../config.ts'
import type { HubLink } from '../core/link.ts'
import { readToken } from '../protocol/access.ts'
import { VERSION } from '../protocol/version.ts'
import type { StoreLock } from '../store/database.ts'
import { readCapabilities } from '../tui/terminal/capabilities.ts'
import { takeOrFollow } from './attach.ts'
import { startCompanions } from './companions.ts'
import { settingsSource } from './console-settings.ts'
import { HubProcess } from './hub-process.ts'
import { openingLink } from './opening-link.ts'
import { settingsFor, userState } from './place.ts'
import { preferencesIn } from './preferences.ts'
import { rememberSeen, tellSinceYouLeft } from './since-you-left.ts'

/** What the command line says. */
export interface ConsoleFlags {
  readonly folders: readonly string[]
  readonly hub?: string
  readonly config?: string
  readonly tokenFile?: string
  readonly readOnly?: boolean
  readonly screenReader?: boolean
}

/** How long a snapshot collects, ms. */
const COLLECT_MS = 4_000
/** Cells in a line of a snapshot that goes into a pipe. */
const SNAPSHOT_COLUMNS = 140
/** How long it waits for logs that take longer to read, ms. */
const PATIENCE_MS = 30_000

interface Opened {
  readonly link: HubLink
  /** The hub of this process, once its store is open. */
  own: HubProcess | undefined
  /** Opens the store of a hub of this process. Throws StoreError. */
  openStore(): void
  close(): Promise<void>
  readonly settings: LoadedConfig | undefined
  /** What to say at the start. */
  readonly trouble?: string
}

/**
 * The config of this place, of which a console that is attached elsewhere takes its keys. It is not that
 * console's own: one that cannot be read is told and left alone, unless it was named.
 */
async function ownSettings({ config }: ConsoleFlags): Promise<Pick<Opened, 'settings' | 'trouble'>> {
  try {
    const settings = await settingsFor({ config, folders: [] })
    return { settings: settings.file === null ? undefined : settings }
  } catch (error) {
    if (config !== undefined || !(error instanceof ConfigError)) throw error
    return { settings: undefined, trouble: error.message }
  }
}

/** Whether to speak in sentences: the flag, else MLOPS_SCREEN_READER; undefined leaves it to the config. */
function saidForReader({ screenReader }: ConsoleFlags): boolean | undefined {
  const said = process.env.MLOPS_SCREEN_READER
  if (screenReader) return true
  return said === undefined ? undefined : !/^(0|off|false|no|)$/i.test(said)
}

/** A link to a hub elsewhere. */
const followed = (link: HubLink, settings: LoadedConfig | undefined): Opened => ({
  link,
  own: undefined,
  settings,
  openStore: () => {},
  close: async () => link.close(),
})

/** A hub of this process; its store is opened later, when the first frame is on the screen. */
function embedded(lock: StoreLock, settings: LoadedConfig): Opened {
  const opening = openingLink('this process', 'opening the store')
  const opened: Opened = {
    link: opening.link,
    own: undefined,
    settings,
    openStore() {
      opened.own = new HubProcess(lock, { settings, port: 'any' })
      opening.become(opened.own.hub.link())
    },
    async close() {
      if (opened.own) await opened.own.close()
      else lock.release()
    },
  }
  return opened
}

async function open(flags: ConsoleFlags): Promise<Opened> {
  if (flags.hub) {
    const token = flags.tokenFile ? readToken(flags.tokenFile) : undefined
    const { openLink } = await import('../client/dial.ts')
    const { settings, trouble } = await ownSettings(flags)
    return { ...followed(await openLink(flags.hub, { token, version: VERSION }), settings), trouble }
  }
  const settings = await settingsFor({ config: flags.config, folders: flags.folders })
  const taken = await takeOrFollow(settings)
  return taken.lock ? embedded(taken.lock, settings) : followed(taken.link, settings)
}

/** Starts what belongs to a hub of this process; returns the way to end it. */
async function startOwn(opened: Opened, trouble: (text: string) => void): Promise<() => void> {
  opened.openStore()
  const { own, settings } = opened
  if (!own || !settings) return () => {}
  await own.start()
  return startCompanions(settings, trouble)
}

async function printSnapshot(opened: Opened): Promise<number> {
  const complain = (text: string) => process.stderr.write(`mlops: ${text}\n`)
  const stop = await startOwn(opened, complain)
  const settled = opened.own?.agent?.agent.caughtUp() ?? Promise.resolve()
  const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  await Promise.all([Promise.race([settled, after(PATIENCE_MS)]), after(COLLECT_MS)])
  const { snapshot } = await import('./snapshot.ts')
  const width = process.stdout.columns ?? SNAPSHOT_COLUMNS
  const { unicode } = readCapabilities(process.env, true)
  process.stdout.write(snapshot(opened.link.world(), { now: Date.now(), width, unicode }))
  stop()
  return 0
}

/**
 * Loads the console. Ink's layout engine would unpack its WebAssembly through `fetch`, and the first
 * touch of `fetch` loads Node's whole HTTP client: 20 to 40 ms of the first frame for nothing.
 */
async function loadConsole(): Promise<typeof import('../tui/console.tsx')> {
  const fetching = Object.getOwnPropertyDescriptor(globalThis, 'fetch')
  Object.defineProperty(globalThis, 'fetch', { value: undefined, configurable: true, writable: true })
  try {
    return await import('../tui/console.tsx')
  } finally {
    if (fetching) Object.defineProperty(globalThis, 'fetch', fetching)
  }
}

async function showConsole(
  opened: Opened,
  flags: ConsoleFlags,
  loading: ReturnType<typeof loadConsole>,
): Promise<number> {
  const { runConsole } = await loading
  let stop = () => {}
  let failure: unknown
  const quit = new AbortController()
  const code = await runConsole({
    stdin: process.stdin,
    stdout: process.stdout,
    env: process.env,
    link: opened.link,
    version: VERSION,
    where: flags.hub ? undefined : opened.settings?.watch.join(', '),
    readOnly: flags.readOnly,
    screenReader: saidForReader(flags) ?? opened.settings?.screenReader,
    settings: settingsSource(opened.settings),
    signal: quit.signal,
    preferences: preferencesIn(userState()),
    // The frame leaves before the store is opened, which keeps this thread busy.
    onStart: (tell) =>
      void setImmediate(() => {
        if (opened.trouble !== undefined) tell(opened.trouble)
        startOwn(opened, tell).then(
          (end) => {
            stop = end
          },
          (error) => {
            failure = error
            quit.abort()
          },
        )
        void tellSinceYouLeft(opened.link, tell)
      }),
  })
  rememberSeen(opened.link)
  stop()
  if (failure) throw failure
  return code
}

/** Runs the console, or prints a snapshot; resolves with the exit code. */
export async function consoleVerb(flags: ConsoleFlags): Promise<number> {
  // Sentences need no terminal that can draw.
  const canShow = process.env.TERM !== 'dumb' || saidForReader(flags) === true
  const onTerminal = process.stdout.isTTY && process.stdin.isTTY && canShow
  // Loaded while the store is opened: the first frame waits for both.
  const loading = onTerminal ? loadConsole() : undefined
  loading?.catch(() => {})
  const opened = await open(flags)
  try {
    return loading ? await showConsole(opened, flags, loading) : await printSnapshot(opened)
  } finally {
    await opened.close()
  }
}
