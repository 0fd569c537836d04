// `mlops --help`: every command, a line each.
import { verbs } from '../cli/commands.ts'
import { operations } from './operate.ts'

/** The page, plain text. */
export function overview(): string {
  const agent = ['agent', 'The daemon on a training or serving host; --listen or --hub.'] as const
  const track = [
    'track',
    "Logs a program's metrics by what it prints: mlops track -- COMMAND, or COMMAND | mlops track.",
  ] as const
  const own = operations.map(({ name, summary }) => [name, summary.split('. ', 1)[0]!] as const)
  const reading = verbs.map(({ name, summary }) => [name, summary.split('. ', 1)[0]!] as const)
  const lines = [...own, agent, track, ...reading].map(
    ([name, text]) => `  ${name.padEnd(10)}  ${text.replace(/\.?$/, '.')}`,
  )
  return [
    'mlops: operations console for machine-learning teams',
    '',
    'usage: mlops [DIR ...]          the console (one snapshot where stdout is no terminal)',
    '       mlops <command> [...]    --help after a command shows its flags',
    '',
    ...lines,
    '',
    'Exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 refused, 5 hub unreachable.',
    '',
  ].join('\n')
}
