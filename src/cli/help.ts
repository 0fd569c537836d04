// Help of a verb, from its declaration.
import { type Flag, type Flags, HELP_FLAG } from './flags.ts'
import { placeFlags, type Verb } from './verb.ts'

/** `-o, --output FORMAT`. */
export function flagUsage(name: string, { short, value }: Flag): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
}

/** What a flag does, with its default. */
export const flagDoc = ({ doc, default: value }: Flag): string => (value ? `${doc} (default ${value})` : doc)

function section(title: string, flags: Flags): string[] {
  const lines = Object.entries(flags).map(([name, flag]) => [flagUsage(name, flag), flagDoc(flag)] as const)
  const width = Math.max(...lines.map(([usage]) => usage.length))
  return [`${title}:`, ...lines.map(([usage, doc]) => `  ${usage.padEnd(width)}  ${doc}`), '']
}

/** Help of a verb, plain text. */
export function verbHelp({ usage, summary, flags, positionals, examples }: Verb): string {
  const words = positionals.map(({ name, doc }) => `  ${name.padEnd(8)}  ${doc}`)
  return [
    `${usage}`,
    '',
    summary,
    '',
    ...words,
    '',
    ...section('Flags', { ...flags, ...HELP_FLAG }),
    ...section('Where to read from (by default the hub of this place, else its store)', placeFlags),
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}
