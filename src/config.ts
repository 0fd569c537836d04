// mlops.config.ts: its schema, defineConfig for completion, loadConfig for everybody who reads it.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'

const Companion = z.strictObject({
  /** Shown in messages. */
  name: z.string(),
  /** Program and arguments; no shell reads them. `node` is the Node that runs the console. */
  command: z.array(z.string()).check(z.minLength(1)),
})

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}
const SIZES: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

function amount(units: Readonly<Record<string, number>>, what: string) {
  const names = Object.keys(units).join('')
  const pattern = new RegExp(`^\\d+(\\.\\d+)?[${names}]$`)
  return z.pipe(
    z.string().check(z.regex(pattern, `must be ${what}`)),
    z.transform((text) => Number.parseFloat(text) * units[text.at(-1)!]!),
  )
}
const duration = amount(UNITS, 'a duration such as 36h, 30d or 2y')
const size = amount(SIZES, 'a size such as 500M or 20G')

const HostRetention = z.strictObject({
  /** Every sample. */
  raw: z._default(duration, 86_400_000),
  /** First, least, greatest and last of each minute. */
  minutes: z._default(duration, 30 * 86_400_000),
  /** The same of each hour; null keeps them for ever. */
  hours: z._default(z.nullable(duration), 730 * 86_400_000),
  size: z._default(z.nullable(size), null),
})
const RunRetention = z.strictObject({
  /** Metrics of runs without a new point for so long are dropped; null keeps them for ever. */
  keep: z._default(z.nullable(duration), null),
  size: z._default(z.nullable(size), null),
})

const LogRetention = z.strictObject({
  /** Text output older than this is dropped; null keeps it for ever. */
  keep: z._default(z.nullable(duration), null),
  /** The oldest goes until what is left fits, compressed; null keeps all. */
  size: z._default(z.nullable(size), 512 * 2 ** 20),
})

const httpUrl = z
  .string()
  .check(z.regex(/^https?:\/\/[^\s@]+$/, 'must be http://HOST:PORT; name and password go into authFile'))

const Schema = z.strictObject({
  /** Folder of the store and the embedded agent's spool, relative to the config file. */
  state: z._default(z.string(), '.mlops'),
  /** Address of the hub's port. Without it: 127.0.0.1:7430, or any free port where that is taken. */
  listen: z.optional(z.string()),
  /** File with the token that others need; required for any address but loopback. */
  tokenFile: z.optional(z.string()),
  /** Folders that the embedded agent watches, relative to the config file. */
  watch: z._default(z.array(z.string()), ['.']),
  /** Name of this machine; by default its host name. */
  name: z.optional(z.string()),
  role: z._default(z.enum(['training', 'serving']), 'training'),
  /** Agents that the hub dials. */
  agents: z._default(z.array(z.strictObject({ url: z.string(), tokenFile: z.optional(z.string()) })), []),
  /** MLflow tracking servers that the embedded agent mirrors; `authFile` holds a token, or user:password. */
  mirrors: z._default(z.array(z.strictObject({ url: httpUrl, authFile: z.optional(z.string()) })), []),
  /** How long points are kept: samples of machines in tiers, metrics of runs for ever by default; and text output. */
  retention: z._default(
    z.strictObject({
      hosts: z.optional(HostRetention),
      runs: z.optional(RunRetention),
      logs: z.optional(LogRetention),
    }),
    {},
  ),
  /** The model registry. */
  registry: z._default(
    z.strictObject({
      /** Aliases that people move, from the console or with `mlops promote`, and clients of the API do not. */
      protected: z._default(z.array(z.string()), []),
    }),
    { protected: [] },
  ),
  /**
   * Groups of experiments and models by their names, `*` for any text; the first that fits counts. A quota is for the
   * files of their model versions, bytes.
   */
  projects: z._default(
    z.record(
      z.string().check(z.regex(/^[\w.-]{1,64}$/, 'names of projects are letters, digits, -, _ and .')),
      z.strictObject({
        experiments: z._default(z.array(z.string()), []),
        models: z._default(z.array(z.string()), []),
        quotaBytes: z._default(z.nullable(z.number().check(z.minimum(0))), null),
      }),
    ),
    {},
  ),
  /** Keys of your own: `{ 'ctrl+r': 'runs status=running' }`. Any command of the console, as after `:`. */
  keys: z._default(z.record(z.string(), z.string()), {}),
  /** How an alert that opens while the terminal has not the focus calls you: OSC 9, the bell, or not at all. */
  notify: z._default(z.enum(['osc9', 'bell', 'off']), 'osc9'),
  /** The console as text for a screen reader: sentences, a line for each change, nothing drawn. */
  screenReader: z._default(z.boolean(), false),
  /** Programs that live as long as the console that embeds the hub, for demos and tests. */
  companions: z._default(z.array(Companion), []),
})

/** A config as it is written. */
export type Config = z.input<typeof Schema>

/** A config as it is used: complete, with absolute paths. */
export type LoadedConfig = z.output<typeof Schema> & {
  /** The file it came from; null when there was none. */
  readonly file: string | null
  /** Folder that relative paths start from. */
  readonly root: string
}

/** Gives completion and checking to mlops.config.ts. */
export const defineConfig = (config: Config): Config => config

/** A config that cannot be used; names the file and the key. */
export class ConfigError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const NAMES = ['mlops.config.ts', 'mlops.config.mjs', 'mlops.config.js', 'mlops.config.json']

/** The nearest config file in `folder` or above it, not past a repository's root. */
export function findConfig(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = NAMES.map((name) => join(at, name)).find((file) => existsSync(file))
    if (found) return found
    if (existsSync(join(at, '.git')) || dirname(at) === at) return undefined
  }
}

function explain(file: string, error: z.core.$ZodError): ConfigError {
  const issue = error.issues[0]!
  const at = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return new ConfigError(
      `${file}: unknown key "${[...issue.path, issue.keys[0]].join('.')}"`,
      `known keys: ${Object.keys(Schema.def.shape).join(', ')}`,
    )
  return new ConfigError(
    `${file}: ${at || 'the config'}: ${issue.message}`,
    'see the comments of defineConfig, or mlops init',
  )
}

function absolute(config: z.output<typeof Schema>, file: string | null, root: string): LoadedConfig {
  const here = (path: string) => resolve(root, path)
  return {
    ...config,
    file,
    root,
    state: here(config.state),
    watch: config.watch.map(here),
    tokenFile: config.tokenFile && here(config.tokenFile),
    mirrors: config.mirrors.map((mirror) => ({
      ...mirror,
      authFile: mirror.authFile && here(mirror.authFile),
    })),
    agents: config.agents.map((agent) => ({ ...agent, tokenFile: agent.tokenFile && here(agent.tokenFile) })),
  }
}

/** Checks a config and completes it. Throws ConfigError. */
export function checkConfig(raw: unknown, file: string | null, root: string): LoadedConfig {
  const result = z.safeParse(Schema, raw ?? {})
  if (!result.success) throw explain(file ?? 'the config', result.error)
  return absolute(result.data, file, root)
}

/** What a config file may import by the package's name, wherever it lies. */
const SELF = fileURLToPath(
  new URL(import.meta.url.includes('/chunks/') ? '../config.js' : './config.js', import.meta.url),
)

async function evaluate(file: string): Promise<unknown> {
  if (!statSync(file).isFile()) throw new ConfigError(`${file} is not a file`, 'name a config file')
  if (file.endsWith('.json')) return JSON.parse(readFileSync(file, 'utf8'))
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, {
    alias: { 'mlops-console': SELF },
    fsCache: true,
    // A file that has changed is read again.
    moduleCache: false,
    interopDefault: true,
  })
  if (file.endsWith('.ts')) return jiti.import(file, { default: true })
  // Node itself would import these, once for good: read as what they say now.
  const source = readFileSync(file, 'utf8')
  const module: unknown = await jiti.evalModule(source, { filename: file, id: file, ext: '.ts', async: true })
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : module
}

/** Loads and checks a config file. Throws ConfigError. */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  let raw: unknown
  try {
    raw = await evaluate(file)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(
      `${file} cannot be read: ${(error as Error).message}`,
      'run it through tsc, or start from mlops init',
    )
  }
  if (typeof raw !== 'object' || raw === null)
    throw new ConfigError(`${file} exports no config`, 'write: export default defineConfig({ ... })')
  return checkConfig(raw, file, dirname(file))
}
