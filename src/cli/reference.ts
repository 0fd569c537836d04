// The Markdown page of all nouns, columns, verbs and flags; a test compares it with src/resources/REFERENCE.md.
import type { Heading, Resource } from '../resources/define.ts'
import { resources } from '../resources/index.ts'
import { verbs } from './commands.ts'
import { type Flags, HELP_FLAG } from './flags.ts'
import { flagDoc, flagUsage } from './help.ts'
import { placeFlags, type Verb } from './verb.ts'

const plain = (text: string) => text.replace(/([|\\<>*_])/g, '\\$1')

const PLACES: Readonly<Record<Heading['table'], string>> = {
  always: 'yes',
  wide: 'where there is room',
  never: 'details, JSON, CSV',
}

function nounSection({ name, aliases, doc, sort, headings }: Resource): string[] {
  return [
    `### ${name}`,
    '',
    `${plain(doc)} Also: ${aliases.map((alias) => `\`${alias}\``).join(', ')}.${sort === '' ? '' : ` Sorted by \`${sort}\`.`}`,
    '',
    '| column | title | in tables | meaning |',
    '|---|---|---|---|',
    ...headings.map(
      ({ key, title, table, doc: meaning }) =>
        `| \`${key}\` | ${plain(title)} | ${PLACES[table]} | ${plain(meaning)} |`,
    ),
    '',
  ]
}

function flagTable(flags: Flags): string[] {
  const rows = Object.entries(flags).map(
    ([name, flag]) => `| \`${flagUsage(name, flag)}\` | ${plain(flagDoc(flag))} |`,
  )
  return ['| flag | meaning |', '|---|---|', ...rows, '']
}

function verbSection({ name, usage, summary, positionals, flags, examples }: Verb): string[] {
  return [
    `### mlops ${name}`,
    '',
    `\`${usage}\``,
    '',
    plain(summary),
    '',
    ...positionals.map((word) => `- \`${word.name}\`: ${plain(word.doc)}`),
    ...(positionals.length > 0 ? [''] : []),
    ...flagTable(flags),
    '```sh',
    ...examples,
    '```',
    '',
  ]
}

/** The page, as it must lie in src/resources/REFERENCE.md. */
export function referencePage(): string {
  return [
    '<!-- Made from src/resources and src/cli by `npm run docs`; do not edit. -->',
    '',
    '# Nouns, columns and commands',
    '',
    'Paths reach below a column: `metrics.loss` (its last value), `metrics.loss.min`, `params.lr`, `gpus.0.utilization`.',
    '',
    '## Nouns',
    '',
    ...resources.flatMap(nounSection),
    '## Commands that ask a hub',
    '',
    ...verbs.flatMap(verbSection),
    '### Flags of all of them',
    '',
    ...flagTable({ ...placeFlags, ...HELP_FLAG }),
    '### Exit codes',
    '',
    '0 done, 1 failed, 2 bad usage, 3 not found, 4 refused by role or gate, 5 hub unreachable.',
    '',
  ].join('\n')
}
