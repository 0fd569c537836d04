// Flags are declared once: parsing, errors and help come from the declaration.
import { parseArgs } from 'node:util'
import { nearHint, usageError } from './cli-error.ts'

/** One flag; without `value` it is a switch. */
export interface Flag {
  /** What its value is called in the help. */
  readonly value?: string
  /** One line for help and docs. */
  readonly doc: string
  readonly short?: string
  readonly default?: string
  /** May be given several times. */
  readonly multiple?: true
  readonly choices?: readonly string[]
}

/** Flags by name, without dashes. */
export type Flags = Readonly<Record<string, Flag>>

/** What was typed, checked against the declaration. */
export interface Args<Name extends string = string> {
  readonly positionals: readonly string[]
  /** Value of a flag, the last one when repeated; its default; undefined without either. */
  text(name: Name): string | undefined
  /** Every value of a flag that may be repeated. */
  texts(name: Name): readonly string[]
  /** Whether a switch was given. */
  on(name: Name): boolean
}

/** Every command has it. */
export const HELP_FLAG: Flags = { help: { short: 'h', doc: 'show this help' } }

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string
  readonly inlineValue?: boolean
}

function unknownFlag({ rawName }: OptionToken, flags: Flags, command: string): Error {
  const known = Object.keys(flags).map((name) => `--${name}`)
  return usageError(`unknown flag ${rawName}`, nearHint(rawName, known, `see mlops ${command} --help`))
}

/** `-x` with one dash is a value (a falling sort), unless it is a flag itself; `--x` never is. */
function isFlagLike(value: string, flags: Flags): boolean {
  return value.startsWith('--') || Object.values(flags).some(({ short }) => value === `-${short}`)
}

function checkedValue(token: OptionToken, flag: Flag, flags: Flags): string {
  const { rawName, value, inlineValue } = token
  if (flag.value === undefined) {
    if (value !== undefined) throw usageError(`${rawName} takes no value`, `write ${rawName} alone`)
    return ''
  }
  if (value === undefined || (!inlineValue && isFlagLike(value, flags)))
    throw usageError(`${rawName} needs a value`, `write ${rawName} ${flag.value}: ${flag.doc}`)
  if (flag.choices && !flag.choices.includes(value))
    throw usageError(
      `${rawName} cannot be ${value || 'empty'}`,
      nearHint(value, flag.choices, `one of ${flag.choices.join(', ')}`),
    )
  return value
}

/** Reads the words behind a command. Throws CliError with code 2. */
export function readArgs(command: string, flags: Flags, argv: readonly string[]): Args {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
    ]),
  )
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  const positionals: string[] = []
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    if (!flag) throw unknownFlag(token, flags, command)
    const value = checkedValue(token, flag, flags)
    given.set(token.name, [...(given.get(token.name) ?? []), value])
  }
  return {
    positionals,
    text: (name) => given.get(name)?.at(-1) ?? flags[name]?.default,
    texts: (name) => given.get(name) ?? [],
    on: (name) => given.has(name),
  }
}
