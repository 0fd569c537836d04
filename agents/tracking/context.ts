// What a process that logs a run is: its command, folder, user, environment, repository, packages, GPUs, container.
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { cleanText } from '../../src/protocol/text.ts'
import { hideSecrets } from '../sources/secrets.ts'
import type { Owner } from './capture.ts'
import { readContainer, sharesFiles } from './context-container.ts'
import { type GitContext, readGit } from './context-git.ts'
import { environmentOf, type PythonPlace, packagesOf } from './context-python.ts'
import { linkProc, type ProcessId, readProc } from './process-identity.ts'

/** The context of a run. */
export interface Context {
  /** Those of MLflow (`mlflow.*`) hold where the client has set none. */
  readonly tags: Readonly<Record<string, string>>
  /** Files by path below the run's artifacts. */
  readonly files: ReadonlyMap<string, Buffer>
}

/** What it is read with. */
export interface ContextOptions {
  readonly proc?: string
  /** Names of the GPUs of this host, by index. */
  readonly gpuNames?: () => Promise<ReadonlyMap<number, string>>
}

/** Longest tag, UTF-16 units, and most variables. */
const MAX_TAG = 8_000
const MAX_VARIABLES = 60

const ALLOWED =
  /^(CUDA_VISIBLE_DEVICES|NVIDIA_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|SLURM_\w{1,60}|(LOCAL_)?WORLD_SIZE|(LOCAL_|NODE_|GROUP_)?RANK|OMP_NUM_THREADS|CONDA_DEFAULT_ENV)$/
const SECRET = /TOKEN|KEY|SECRET|PASS|PWD|CRED|JWT|AUTH/

/** Reads the words of /proc/PID/cmdline or the entries of environ. */
const wordsOf = (text: string) => Buffer.from(text, 'latin1').toString('utf8').split('\0').slice(0, -1)

function variablesOf(text: string): Map<string, string> {
  return new Map(
    wordsOf(text).map((entry) => {
      const at = entry.indexOf('=')
      return [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}

/** Variables that say where a program runs; none whose name speaks of a secret. */
export function allowedVariables(env: ReadonlyMap<string, string>): Record<string, string> {
  const allowed = [...env].filter(([name]) => ALLOWED.test(name) && !SECRET.test(name))
  return Object.fromEntries(
    allowed.slice(0, MAX_VARIABLES).map(([name, value]) => [`mlops.env.${name}`, value]),
  )
}

/** Who a process is, by /proc/PID/status: the ids that its files are opened with. */
function ownerOf(status: string): Owner {
  const id = (name: string) => Number(new RegExp(`^${name}:(?:\\s+\\d+){3}\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { uid: id('Uid'), gid: id('Gid') }
}

function userOf(status: string): string {
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? ''
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === uid)
    return line?.split(':', 1)[0] ?? uid
  } catch {
    return uid
  }
}

/** What runs: the script of an interpreter, else the program. */
export function sourceOf(words: readonly string[]): string {
  const [program = '', ...rest] = words
  const at = rest.findIndex((word) => !word.startsWith('-') || word === '-m' || word === '-c')
  if (!/(python|pypy|node|Rscript|julia)[\d.]*$/.test(program) || at < 0 || rest[at] === '-c') return program
  return rest[at] === '-m' ? (rest[at + 1] ?? program) : rest[at]!
}

async function gpusOf(env: ReadonlyMap<string, string>, names: ContextOptions['gpuNames']): Promise<string> {
  const all = (await names?.()) ?? new Map<number, string>()
  const visible = env.get('CUDA_VISIBLE_DEVICES')
  const indices = /^\d+(,\d+)*$/.test(visible ?? '') ? visible!.split(',').map(Number) : [...all.keys()]
  return visible === '' || visible === '-1' ? '' : indices.map((index) => all.get(index) ?? '').join(', ')
}

/** What needs more than a look: read from the first look on, at once. */
async function lookFurther(
  pid: number,
  place: PythonPlace,
  git: Promise<GitContext> | undefined,
  options: ContextOptions,
) {
  const { proc = '/proc', gpuNames } = options
  const environment = environmentOf(place)
  const packages = environment === undefined ? [] : packagesOf(environment, place.root)
  const [repository, container, gpus] = await Promise.all([
    git,
    readContainer(pid, proc),
    gpusOf(place.env, gpuNames),
  ])
  const files = new Map<string, Buffer>()
  if (repository?.diff) files.set('mlops/git.diff', repository.diff)
  if (packages.length > 0) files.set('mlops/packages.txt', Buffer.from(`${packages.join('\n')}\n`))
  const tags = {
    ...repository?.tags,
    ...container,
    'mlops.venv': environment === dirname(dirname(place.executable)) ? '' : (environment ?? ''),
    'mlops.packages': packages.length > 0 ? `${packages.length}, see mlops/packages.txt` : '',
    'mlops.gpus': gpus,
  }
  return { tags, files }
}

const known = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([, text]) => text !== '')
      .map(([name, text]) => [name, cleanText(text, MAX_TAG)]),
  )

/** Context of a process; a tag `mlops.context` says what could not be read, and why. Never rejects. */
export async function readContext({ pid }: ProcessId, options: ContextOptions = {}): Promise<Context> {
  const { proc = '/proc' } = options
  const path = `${proc}/${pid}`
  const status = readProc(`${path}/status`)
  if (status === undefined)
    return { tags: { 'mlops.context': `the process ${pid} ended before it was looked at` }, files: new Map() }
  const words = wordsOf(readProc(`${path}/cmdline`) ?? '')
  const cwd = linkProc(`${path}/cwd`)
  const executable = linkProc(`${path}/exe`) ?? ''
  const env = variablesOf(readProc(`${path}/environ`) ?? '')
  const first = {
    'mlflow.user': userOf(status),
    'mlflow.source.name': hideSecrets([sourceOf(words)]).join(''),
    'mlops.command': hideSecrets(words).join(' '),
    'mlops.host': hostname(),
    'mlops.cwd': cwd ?? '',
    'mlops.executable': executable,
    ...allowedVariables(env),
  }
  if (cwd === undefined) {
    const why = `the process ${pid} is of another user: its folder, environment and repository cannot be read`
    return { tags: known({ ...first, 'mlops.context': why }), files: new Map() }
  }
  const root = sharesFiles(pid, proc) ? '' : `${path}/root`
  const [program = ''] = words
  const word = program.includes('/') ? resolve(cwd, program) : program
  const git = root === '' ? readGit(cwd, ownerOf(status)) : undefined
  const further = await lookFurther(pid, { word, executable, env, root }, git, options)
  const why = root === '' ? '' : 'the process runs in a container: its repository was not read'
  return { tags: known({ ...first, ...further.tags, 'mlops.context': why }), files: further.files }
}
