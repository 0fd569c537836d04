// A verb is declared once: its words, flags and help, and what it does. One file a verb in verbs/.
import type { HubLink } from '../core/link.ts'
import { usageError } from './cli-error.ts'
import { type Args, type Flag, type Flags, HELP_FLAG, readArgs } from './flags.ts'
import type { Output } from './output.ts'

/** What a verb works with. */
export interface Context {
  readonly link: HubLink
  readonly out: Output
  /** Unix ms. */
  now(): number
  /** Says something beside the output, on stderr. */
  note(text: string): void
  /** Ends --watch and --follow. */
  readonly signal: AbortSignal
}

/** Work that is ready to be done; resolves with the exit code, rejects with CliError or what the link throws. */
export type Job = (context: Context) => Promise<number>

/** One word behind the verb. */
export interface Positional {
  readonly name: string
  readonly doc: string
  readonly optional?: true
  /** Fewest, where any number may follow. */
  readonly many?: number
}

/** A verb as its file declares it. `prepare` checks all that needs no hub, so that bad usage opens none. */
export interface VerbSpec<F extends Flags> {
  readonly name: string
  readonly summary: string
  readonly positionals: readonly Positional[]
  readonly flags: F
  /** Lines below the help: an example each. */
  readonly examples: readonly string[]
  /** Throws CliError with code 2. */
  prepare(args: Args<keyof F & string>): Job
  /** True where it asks for pages only, so that no world has to be sent. */
  pages?(args: Args<keyof F & string>): boolean
}

/** A verb, ready for use. */
export interface Verb extends VerbSpec<Flags> {
  readonly usage: string
}

/** Where to read from; every verb here has these flags. */
export const placeFlags = {
  hub: { value: 'URL', doc: 'read from the running hub at this address, for example ws://127.0.0.1:7430' },
  store: { value: 'FILE', doc: "read a hub's store file" },
  dir: { value: 'DIR', multiple: true, doc: 'read the logs below this folder, then end; repeatable' },
  'token-file': { value: 'FILE', doc: 'token for --hub, one line' },
  config: { value: 'FILE', doc: 'the config to use instead of the nearest one' },
} satisfies Record<string, Flag>

/** What the place flags say. */
export interface Place {
  readonly hub: string | undefined
  readonly store: string | undefined
  readonly dir: readonly string[]
  readonly tokenFile: string | undefined
  readonly config: string | undefined
}

function word({ name, optional, many }: Positional): string {
  if (many !== undefined) return many === 2 ? `<${name}> <${name}> ...` : `<${name}> ...`
  return optional ? `[${name}]` : `<${name}>`
}

/** Makes a verb of its declaration. */
export function defineVerb<F extends Flags>(spec: VerbSpec<F>): Verb {
  const usage = ['mlops', spec.name, ...spec.positionals.map(word), '[flags]'].join(' ')
  return { ...spec, usage }
}

function checkPositionals({ name, positionals, usage }: Verb, { length }: readonly string[]): void {
  const fewest = positionals.reduce((sum, { optional, many }) => sum + (optional ? 0 : (many ?? 1)), 0)
  const hint = `usage: ${usage}`
  if (length < fewest) {
    const missing = positionals[Math.min(length, positionals.length - 1)]!
    throw usageError(`mlops ${name} needs ${missing.doc}`, hint)
  }
  const open = positionals.some(({ many }) => many !== undefined)
  if (!open && length > positionals.length)
    throw usageError(`mlops ${name} takes ${positionals.length} words, not ${length}`, hint)
}

/** Reads the flags of placeFlags. Throws CliError with code 2 when they exclude each other. */
export function readPlace(args: Pick<Args, 'text' | 'texts'>): Place {
  const dir = args.texts('dir')
  const [hub, store] = [args.text('hub'), args.text('store')]
  if ([hub, store, dir[0]].filter((given) => given !== undefined).length > 1)
    throw usageError('--hub, --store and --dir exclude each other', 'give one of them')
  return { hub, store, dir, tokenFile: args.text('token-file'), config: args.text('config') }
}

/** A command line that was read: help to print, or work and where it reads from. */
export type Command =
  | { readonly kind: 'help'; readonly verb: Verb }
  | { readonly kind: 'work'; readonly place: Place; readonly pages: boolean; readonly run: Job }

/** Reads the words behind a verb. Throws CliError with code 2. */
export function prepareVerb(verb: Verb, argv: readonly string[]): Command {
  const args = readArgs(verb.name, { ...verb.flags, ...placeFlags, ...HELP_FLAG }, argv)
  if (args.on('help')) return { kind: 'help', verb }
  checkPositionals(verb, args.positionals)
  return { kind: 'work', place: readPlace(args), pages: verb.pages?.(args) ?? false, run: verb.prepare(args) }
}
