// What git says of the folder that a program works in. The repository is not changed by asking, nor locked.
import { withoutLogin } from '../sources/secrets.ts'
import { type Captured, capture, type Owner } from './capture.ts'

/** The state of a repository. */
export interface GitContext {
  readonly tags: Readonly<Record<string, string>>
  /** What differs from the commit; undefined when nothing does. */
  readonly diff?: Buffer
}

/** Most of a diff that is kept, bytes. */
export const MAX_DIFF = 1 << 20

/** Programs that a repository may name: those that git need not run, it does not. */
const CALM = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '-c', 'submodule.recurse=false']
const DIFF = ['diff', 'HEAD', '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=dirty']

/** Asks git in a folder. */
type Ask = (args: readonly string[], maxBytes?: number) => Promise<Captured>

/**
 * An agent of root asks as the owner of the process: a repository may name filters, and git trusts its owner only.
 * Root's own settings are not for him to read.
 */
function asking(folder: string, owner: Owner | undefined): Ask {
  const isOther = owner !== undefined && process.getuid?.() === 0 && owner.uid > 0 && owner.gid >= 0
  const env = {
    PATH: process.env.PATH,
    ...(isOther ? { GIT_CONFIG_GLOBAL: '/dev/null' } : { HOME: process.env.HOME }),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  }
  return (args, maxBytes) =>
    capture('git', ['-C', folder, ...CALM, ...args], {
      env,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(isOther && { as: owner }),
    })
}

const textOf = ({ code, output }: Captured) => (code === 0 ? output.toString('utf8').trim() : '')

/** The first sentence of a refusal: git adds advice. */
const reason = ({ failure, code }: Captured) =>
  (failure || `git ended with code ${code}`).split('\n', 1)[0]!.replace(/^fatal: /, '')

async function diffTags(ask: Ask): Promise<GitContext> {
  const answer = await ask(DIFF, MAX_DIFF)
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

/** Asks git about a folder, as the owner of who works there where that can be done. Outside a repository, or without git, there is nothing to say. Never rejects. */
export async function readGit(folder: string, owner?: Owner): Promise<GitContext> {
  const ask = asking(folder, owner)
  const [head, branch, remote] = await Promise.all([
    ask(['rev-parse', '--verify', 'HEAD']),
    ask(['symbolic-ref', '--short', '-q', 'HEAD']),
    ask(['config', '--get', 'remote.origin.url']),
  ])
  if (head.absent || /not a git repository/i.test(head.failure)) return { tags: {} }
  if (head.code !== 0) return { tags: { 'mlops.git': `not known: ${reason(head)}` } }
  const { tags, ...changes } = await diffTags(ask)
  const known = {
    'mlflow.source.git.commit': textOf(head),
    'mlflow.source.git.branch': textOf(branch),
    'mlflow.source.git.repoURL': withoutLogin(textOf(remote)),
    ...tags,
  }
  return { tags: Object.fromEntries(Object.entries(known).filter(([, text]) => text !== '')), ...changes }
}
