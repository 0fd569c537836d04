// `mlops [DIR ...]`: the console; where stdout is no terminal, one snapshot.
import type { LoadedConfig } from '../config.ts'
import type { HubLink } from '../core/link.ts'
import { readToken } from '../protocol/access.ts'
import { VERSION } from '../protocol/version.ts'
import { readCapabilities } from '../tui/terminal/capabilities.ts'
import { attach } from './attach.ts'
import { startCompanions } from './companions.ts'
import type { HubProcess } from './hub-process.ts'
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
}

/** How long a snapshot collects, ms. */
const COLLECT_MS = 4_000
/** Cells in a line of a snapshot that goes into a pipe. */
const SNAPSHOT_COLUMNS = 140
/** How long it waits for logs that take longer to read, ms. */
const PATIENCE_MS = 30_000

interface Opened {
  readonly link: HubLink
  readonly own: HubProcess | undefined
  readonly settings: LoadedConfig | undefined
}

async function open(flags: ConsoleFlags): Promise<Opened> {
  if (flags.hub) {
    const token = flags.tokenFile ? readToken(flags.tokenFile) : undefined
    const { openLink } = await import('../client/dial.ts')
    return {
      link: await openLink(flags.hub, { token, version: VERSION }),
      own: undefined,
      settings: undefined,
    }
  }
  const settings = await settingsFor({ config: flags.config, folders: flags.folders })
  return { ...(await attach({ settings, port: 'any' })), settings }
}

/** Starts what belongs to a hub of this process; returns the way to end it. */
async function startOwn({ own, settings }: Opened, trouble: (text: string) => void): Promise<() => void> {
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
    where: opened.settings?.watch.join(', '),
    readOnly: flags.readOnly,
    signal: quit.signal,
    preferences: preferencesIn(userState()),
    onStart: (tell) => {
      void tellSinceYouLeft(opened.link, tell)
      startOwn(opened, tell).then(
        (end) => {
          stop = end
        },
        (error) => {
          failure = error
          quit.abort()
        },
      )
    },
  })
  rememberSeen(opened.link)
  stop()
  if (failure) throw failure
  return code
}

/** Runs the console, or prints a snapshot; resolves with the exit code. */
export async function consoleVerb(flags: ConsoleFlags): Promise<number> {
  const onTerminal = process.stdout.isTTY && process.stdin.isTTY && process.env.TERM !== 'dumb'
  // Loaded while the store is opened: the first frame waits for both.
  const loading = onTerminal ? loadConsole() : undefined
  loading?.catch(() => {})
  const opened = await open(flags)
  try {
    return loading ? await showConsole(opened, flags, loading) : await printSnapshot(opened)
  } finally {
    opened.link.close()
    await opened.own?.close()
  }
}
