// Runs a command line of the reading verbs against a link, as the composition root does.
import { CliError, errorText, toCliError } from '../../src/cli/cli-error.ts'
import { findVerb, readCommand } from '../../src/cli/commands.ts'
import { verbHelp } from '../../src/cli/help.ts'
import type { Output } from '../../src/cli/output.ts'
import type { HubLink } from '../../src/core/link.ts'
import { fleet, linkTo, NOW } from './world.ts'

export interface Result {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** An output that keeps what it was given. */
export function kept(over: Partial<Output> = {}): Output & { readonly writes: string[] } {
  const writes: string[] = []
  return { writes, write: (text) => void writes.push(text), isTTY: false, columns: undefined, ...over }
}

/** Runs `mlops ...argv`; never rejects for a CliError. */
export async function mlops(
  argv: readonly string[],
  options: { link?: HubLink; out?: Partial<Output>; signal?: AbortSignal } = {},
): Promise<Result> {
  const out = kept(options.out)
  const { link = linkTo(fleet), signal = new AbortController().signal } = options
  const text = () => out.writes.join('')
  const notes: string[] = []
  const note = (line: string) => void notes.push(`mlops: ${line}\n`)
  try {
    const command = readCommand(findVerb(argv[0]!)!, argv.slice(1))
    if (command.kind === 'help') return { code: 0, out: verbHelp(command.verb), err: '' }
    const code = await command.run({ link, out, now: () => NOW, note, signal })
    return { code, out: text(), err: notes.join('') }
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return { code: error.code, out: text(), err: errorText(toCliError(error)) }
  }
}

/** Runs and parses JSON output; bigints are not kept. */
export async function json<T>(...argv: string[]): Promise<T> {
  const { code, out, err } = await mlops([...argv, '-o', 'json'])
  if (code !== 0) throw new Error(`exit ${code}: ${err}`)
  return JSON.parse(out) as T
}
