// What git says of the folder that a program works in. Nothing in the repository is run or changed by asking.
import { withoutLogin } from '../sources/secrets.ts'
import { type Captured, capture } from './capture.ts'

/** The state of a repository. */
export interface GitContext {
  readonly tags: Readonly<Record<string, string>>
  /** What differs from the commit; undefined when nothing does. */
  readonly diff?: Buffer
}

/** Most of a diff that is kept, bytes. */
export const MAX_DIFF = 1 << 20

/** A repository may name programs that git would run for it: none of them, and no locks that its owner would meet. */
const CALM = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '-c', 'submodule.recurse=false']
const DIFF = ['diff', 'HEAD', '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=dirty']

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  LC_ALL: 'C',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
})

function ask(folder: string, args: readonly string[], maxBytes?: number): Promise<Captured> {
  const bounds = maxBytes === undefined ? {} : { maxBytes }
  return capture('git', ['-C', folder, ...CALM, ...args], { env: environment(), ...bounds })
}

const textOf = ({ code, output }: Captured) => (code === 0 ? output.toString('utf8').trim() : '')

/** The first sentence of a refusal: git adds advice. */
const reason = ({ failure, code }: Captured) =>
  (failure || `git ended with code ${code}`).split('\n', 1)[0]!.replace(/^fatal: /, '')

async function diffTags(folder: string): Promise<GitContext> {
  const answer = await ask(folder, DIFF, MAX_DIFF)
  if (answer.code !== 0 && !answer.cut) return { tags: { 'mlops.git.diff': `not known: ${reason(answer)}` } }
  const isDirty = answer.output.length > 0
  if (!isDirty) return { tags: { 'mlops.git.dirty': 'no' } }
  const note = Buffer.from(answer.cut ? `\n[cut at ${MAX_DIFF >> 20} MiB]\n` : '')
  return {
    tags: {
      'mlops.git.dirty': 'yes',
      'mlops.git.diff': answer.cut ? 'mlops/git.diff, cut at 1 MiB' : 'mlops/git.diff',
    },
    diff: Buffer.concat([answer.output, note]),
  }
}

/** Asks git about a folder. Outside a repository, or without git, there is nothing to say. Never rejects. */
export async function readGit(folder: string): Promise<GitContext> {
  const [head, branch, remote] = await Promise.all([
    ask(folder, ['rev-parse', '--verify', 'HEAD']),
    ask(folder, ['symbolic-ref', '--short', '-q', 'HEAD']),
    ask(folder, ['config', '--get', 'remote.origin.url']),
  ])
  if (head.absent || /not a git repository/i.test(head.failure)) return { tags: {} }
  if (head.code !== 0) return { tags: { 'mlops.git': `not known: ${reason(head)}` } }
  const { tags, ...changes } = await diffTags(folder)
  const known = {
    'mlflow.source.git.commit': textOf(head),
    'mlflow.source.git.branch': textOf(branch),
    'mlflow.source.git.repoURL': withoutLogin(textOf(remote)),
    ...tags,
  }
  return { tags: Object.fromEntries(Object.entries(known).filter(([, text]) => text !== '')), ...changes }
}
