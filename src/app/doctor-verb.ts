// `mlops doctor`: looks at everything this place needs and says what is wrong, each with what to do.
import { spawnSync } from 'node:child_process'
import { existsSync, statfsSync } from 'node:fs'
import { openLink } from '../client/dial.ts'
import type { LoadedConfig } from '../config.ts'
import { isMissed } from '../core/alerts.ts'
import { formatBytes } from '../core/format.ts'
import { FLOOR_BYTES } from '../hub/space.ts'
import { VERSION } from '../protocol/version.ts'
import { checkIntegrity } from '../store/integrity.ts'
import { readNote, settingsFor, storeFile } from './place.ts'

/** One thing looked at. */
export interface Finding {
  readonly what: string
  readonly level: 'ok' | 'note' | 'bad'
  readonly text: string
}

const ok = (what: string, text: string): Finding => ({ what, level: 'ok', text })
const note = (what: string, text: string): Finding => ({ what, level: 'note', text })
const bad = (what: string, text: string): Finding => ({ what, level: 'bad', text })

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const fine = major > 20 || (major === 20 && minor >= 19)
  return fine
    ? ok('node', process.versions.node)
    : bad('node', `${process.versions.node} is too old: install 20.19 or newer`)
}

function checkTerminal(): Finding {
  const { TERM = '(unset)', COLORTERM = '', LANG = '' } = process.env
  if (!process.stdout.isTTY)
    return note('terminal', 'stdout is no terminal: the console would print one snapshot')
  return ok(
    'terminal',
    `TERM=${TERM} ${COLORTERM} LANG=${LANG} ${process.stdout.columns}x${process.stdout.rows}`,
  )
}

function checkGpu(): Finding {
  const result = spawnSync('nvidia-smi', ['-L'], { encoding: 'utf8', timeout: 10_000 })
  if (result.error) return note('gpu', 'no nvidia-smi here: no GPUs are shown')
  const answer = (result.stdout + result.stderr).trim()
  if (result.status !== 0) return bad('gpu', `nvidia-smi fails: ${answer.split('\n')[0]}`)
  return ok('gpu', `${answer.split('\n').length} GPU(s)`)
}

/** Longest wait for the engine, ms. */
const DOCKER_MS = 2_000

async function checkDocker(): Promise<Finding> {
  const { default: Docker } = await import('dockerode')
  try {
    const { Version, ApiVersion } = await new Docker({ timeout: DOCKER_MS }).version()
    return ok('docker', `engine ${Version}, API ${ApiVersion}`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const absent = code === 'ENOENT' || code === 'ECONNREFUSED'
    return note(
      'docker',
      absent ? 'no engine here; nothing needs one' : `the engine does not answer: ${message}`,
    )
  }
}

function checkDisk({ state }: LoadedConfig): Finding {
  if (!existsSync(state)) return note('disk', `${state} does not exist yet; the first start makes it`)
  const { bavail, bsize } = statfsSync(state)
  const free = Number(bavail) * Number(bsize)
  const text = `${formatBytes(free)} free for ${state}`
  return free < 256 * 2 ** 20
    ? bad('disk', `${text}: the hub stops taking below ${formatBytes(FLOOR_BYTES)}; make room`)
    : ok('disk', text)
}

function checkStore({ state }: LoadedConfig): Finding {
  const file = storeFile(state)
  if (!existsSync(file)) return note('store', `${file} does not exist yet`)
  try {
    const { faults, events, series, bytes } = checkIntegrity(file)
    if (faults.length > 0) return bad('store', `${file}: ${faults[0]}: restore a backup`)
    return ok('store', `${file}: sound, ${formatBytes(bytes)}, ${events} events, ${series} sealed series`)
  } catch (error) {
    return bad('store', `${(error as Error).message}: ${(error as { hint?: string }).hint ?? ''}`)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function checkHub({ state }: LoadedConfig): Promise<Finding[]> {
  const found = readNote(state)
  if (!found) return [note('hub', 'none runs for this store')]
  try {
    const link = await openLink(found.url, { version: VERSION })
    const { hosts, runs } = link.world().state
    link.close()
    const offline = [...hosts.values()].filter(isMissed)
    return [
      ok('hub', `${found.url} (process ${found.pid}): ${hosts.size} host(s), ${runs.size} run(s)`),
      ...offline.map(({ name, reason }) => bad('host', `${name} is offline: ${reason}`)),
    ]
  } catch (error) {
    if (!isAlive(found.pid)) return [note('hub', 'none runs for this store; the last one was killed')]
    return [bad('hub', `${found.url} does not answer (${(error as Error).message}): start mlops hub again`)]
  }
}

async function checkConfig(config: string | undefined): Promise<[Finding, LoadedConfig | undefined]> {
  try {
    const settings = await settingsFor({ config, folders: [] })
    const text = settings.file ?? `none found: this folder is watched, state in ${settings.state}`
    return [ok('config', text), settings]
  } catch (error) {
    return [
      bad('config', `${(error as Error).message}: ${(error as { hint?: string }).hint ?? ''}`),
      undefined,
    ]
  }
}

function checkFolders({ watch }: LoadedConfig): Finding[] {
  return watch.map((folder) =>
    existsSync(folder)
      ? ok('watch', folder)
      : note('watch', `${folder} does not exist yet; it is read when it appears`),
  )
}

/** Everything that was looked at. */
export async function examine(config: string | undefined): Promise<Finding[]> {
  const [configFinding, settings] = await checkConfig(config)
  const here = settings
    ? [...checkFolders(settings), checkDisk(settings), checkStore(settings), ...(await checkHub(settings))]
    : []
  return [
    ok('mlops', VERSION),
    checkNode(),
    checkTerminal(),
    checkGpu(),
    await checkDocker(),
    configFinding,
    ...here,
  ]
}

/** Prints the findings; 1 when something is bad. */
export async function doctorVerb(config: string | undefined, json: boolean): Promise<number> {
  const findings = await examine(config)
  const lines = findings.map(
    ({ what, level, text }) => `${level === 'bad' ? 'BAD ' : level.padEnd(4)}  ${what.padEnd(8)}  ${text}`,
  )
  process.stdout.write(json ? `${JSON.stringify(findings)}\n` : `${lines.join('\n')}\n`)
  return findings.some(({ level }) => level === 'bad') ? 1 : 0
}
