// `mlops agent`: the daemon on a training or serving host. Also the whole of dist/agent.js.
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { AccessError, parseAddress, readToken, requiredToken } from '../src/protocol/access.ts'
import { VERSION } from '../src/protocol/version.ts'
import { dialHub, openAgentPort } from './connect.ts'
import { isDiskTrouble } from './disk-trouble.ts'
import { StateTaken } from './lock.ts'
import type { MirroredServer } from './sources/mlflow.ts'
import { mlflowUrl, readAuthorization } from './sources/mlflow-access.ts'
import { type StartedAgent, startAgent } from './start.ts'

const HELP = `mlops agent [DIR ...]   watch this machine and the logs below the folders, for a hub

  --listen HOST:PORT   wait here for the hub and for training code (default 127.0.0.1:7431; other addresses need
                       --token-file). Training code: MLFLOW_TRACKING_URI=http://127.0.0.1:7431
  --hub URL            dial this hub instead of waiting for it, for example ws://hub:7430
  --token-file FILE    the shared token, one line, mode 0600
  --state DIR          folder of the spool (default $XDG_STATE_HOME/mlops/agent)
  --name NAME          name of this host (default: its host name)
  --role ROLE          training or serving (default training)
  --interval SECONDS   time between two samples of the machine (default 1; 0 takes none)
  --mlflow URL         mirror this MLflow tracking server, for example http://mlflow:5000; may come again
  --mlflow-auth FILE   token, or user:password, for those servers: one line, mode 0600
  --no-process-metrics do not measure the processes of runs that log through the port

What a source hands over is on disk before it is sent, and kept until the hub has it on its own disk.
`

const DEFAULT_ADDRESS = '127.0.0.1:7431'
/** Pause between two tries to start on a disk that is full, ms. */
const RETRY_MS = 2_000

const OPTIONS = {
  listen: { type: 'string' },
  hub: { type: 'string' },
  'token-file': { type: 'string' },
  state: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  interval: { type: 'string' },
  mlflow: { type: 'string', multiple: true },
  'mlflow-auth': { type: 'string' },
  'no-process-metrics': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Flags = ReturnType<typeof readFlags>

function usage(message: string): AccessError {
  return new AccessError(message, 'see mlops agent --help')
}

function readFlags(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
    return { ...values, folders: positionals }
  } catch (error) {
    throw usage((error as Error).message)
  }
}

function stateFolder(): string {
  const base = process.env.XDG_STATE_HOME || join(process.env.HOME ?? '/var/lib', '.local', 'state')
  return join(base, 'mlops', 'agent')
}

function readInterval(text: string): number {
  const seconds = Number(text)
  if (!(seconds >= 0 && seconds <= 3600))
    throw usage(`--interval ${text} is no number of seconds from 0 to 3600`)
  return Math.round(seconds * 1000)
}

function readRole(text: string): 'training' | 'serving' {
  if (text === 'training' || text === 'serving') return text
  throw usage(`--role ${text} is neither training nor serving`)
}

const say = (text: string) => process.stderr.write(`mlops agent: ${text}\n`)

/** Says something only when it changes: a hub that is away for a day is one line, not thousands. */
function sayOnce(): (text: string) => void {
  let last = ''
  return (text) => {
    if (text !== last) say(text)
    last = text
  }
}

async function openPort(started: StartedAgent, flags: Flags): Promise<() => void> {
  const address = parseAddress(flags.listen ?? DEFAULT_ADDRESS)
  const listener = await openAgentPort(started, address, requiredToken(address.host, flags['token-file']))
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  say(
    `listening on ${host}:${listener.port}; training code: MLFLOW_TRACKING_URI=http://${host}:${listener.port}`,
  )
  return () => void listener.close()
}

/** The port is not what an agent that dials is for: where nobody asked for one, a taken one is only said. */
async function openPortBeside(started: StartedAgent, flags: Flags): Promise<() => void> {
  try {
    return await openPort(started, flags)
  } catch (error) {
    if (flags.listen || !(error instanceof AccessError)) throw error
    say(`no port for training code: ${error.message}`)
    return () => {}
  }
}

async function connect(started: StartedAgent, flags: Flags): Promise<() => void> {
  if (!flags.hub) return openPort(started, flags)
  const token = flags['token-file'] ? readToken(flags['token-file']) : undefined
  const close = await openPortBeside(started, flags)
  say(`dialling ${flags.hub}`)
  const hangUp = dialHub(started.agent, flags.hub, token, sayOnce())
  return () => {
    hangUp()
    close()
  }
}

function readMirrors({ mlflow = [], 'mlflow-auth': authFile }: Flags): MirroredServer[] {
  if (authFile) readAuthorization(authFile)
  return mlflow.map((url) => ({ url: mlflowUrl(url), authFile }))
}

function start(flags: Flags): StartedAgent {
  return startAgent({
    state: flags.state ?? stateFolder(),
    folders: flags.folders,
    name: flags.name ?? hostname(),
    role: readRole(flags.role ?? 'training'),
    version: VERSION,
    hostIntervalMs: readInterval(flags.interval ?? '1'),
    pollMs: 500,
    mirrors: readMirrors(flags),
    processMetrics: !flags['no-process-metrics'],
    onTrouble: sayOnce(),
  })
}

/** Waits for a disk that is full or read-only: ending would only make a supervisor start it again and again. */
async function startPatiently(flags: Flags): Promise<StartedAgent> {
  const trouble = sayOnce()
  for (;;) {
    try {
      return start(flags)
    } catch (error) {
      if (!isDiskTrouble(error)) throw error
      trouble(`cannot start yet: ${(error as Error).message}`)
      await setTimeout(RETRY_MS)
    }
  }
}

/** Runs the daemon until a signal ends it; resolves with the exit code. */
export async function runAgent(argv: readonly string[]): Promise<number> {
  try {
    const flags = readFlags(argv)
    if (flags.help) {
      process.stdout.write(HELP)
      return 0
    }
    const started = await startPatiently(flags)
    const disconnect = await connect(started, flags).catch((error) => {
      started.stop()
      throw error
    })
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
    })
    disconnect()
    started.stop()
    return 0
  } catch (error) {
    if (!(error instanceof AccessError || error instanceof StateTaken)) throw error
    process.stderr.write(`mlops: ${error.message}\n  hint: ${error.hint}\n`)
    return error.message.startsWith('--') || error.hint.startsWith('see ') ? 2 : 1
  }
}
