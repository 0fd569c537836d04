// `mlops wall`: the wallboard, on a terminal of its own.
import { usageError } from '../cli/cli-error.ts'
import { readCapabilities } from '../tui/terminal/capabilities.ts'
import { openSession, type SessionFlags } from './session.ts'

/** Shows the wallboard until somebody quits it. Rejects with CliError where there is no terminal that can show it. */
export async function wallVerb(words: readonly string[], flags: SessionFlags): Promise<number> {
  if (words.length > 0) throw usageError('mlops wall takes no words', 'name folders with --dir')
  if ([flags.hub, flags.store, flags.dir?.[0]].filter((given) => given !== undefined).length > 1)
    throw usageError('--hub, --store and --dir exclude each other', 'give one of them')
  const { stdin, stdout, env } = process
  if (!stdin.isTTY || !stdout.isTTY)
    throw usageError('mlops wall needs a terminal', 'run it in one; mlops get runs --watch prints instead')
  const { unicode, dumb } = readCapabilities(env, true)
  if (!unicode || dumb)
    throw usageError('mlops wall needs a UTF-8 terminal', 'set LANG to a UTF-8 locale, for example C.UTF-8')
  const session = await openSession(flags)
  try {
    const { runWall } = await import('../tui/wall/wall.ts')
    return await runWall({ stdin, stdout, env, link: session.link })
  } finally {
    await session.close()
  }
}
