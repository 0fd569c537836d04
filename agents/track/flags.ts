// What `mlops track` is told on its command line.
import { parseArgs } from 'node:util'
import { AccessError } from '../../src/protocol/access.ts'

/** Help, plain text. */
export const HELP = `mlops track [flags] [-- COMMAND ARGS...]   log a program's metrics by what it prints

  mlops track -- python train.py    runs the command; the run ends as it ends, and so does mlops
  python train.py | mlops track     reads what is piped in

  --name NAME          name of the run
  --experiment NAME    experiment of the run (default $MLFLOW_EXPERIMENT_NAME, else Default)
  --param KEY=VALUE    a param of the run; repeatable
  --to URL             where to log: an agent, a hub, any MLflow server (default: the first that answers of
                       $MLFLOW_TRACKING_URI, the agent on http://127.0.0.1:7431, the hub on http://127.0.0.1:7430)

All output passes through unchanged. The program never waits for a server: what could not be delivered lies in
mlops-track-TIME.jsonl in the working directory at the end, where mlops finds it.
`

/** What was told. */
export interface TrackFlags {
  readonly help: boolean
  readonly name: string | undefined
  readonly experiment: string | undefined
  readonly to: string | undefined
  readonly params: Readonly<Record<string, string>>
  /** Empty: standard input is read. */
  readonly command: readonly string[]
}

const OPTIONS = {
  name: { type: 'string' },
  experiment: { type: 'string' },
  to: { type: 'string' },
  param: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const

const usage = (message: string, hint = 'see mlops track --help') => new AccessError(message, hint)

function readParam(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw usage(`--param ${text} names no value`, 'write --param lr=0.1')
  return [text.slice(0, at), text.slice(at + 1)]
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw usage((error as Error).message)
  }
}

/** Reads the words behind `track`; all behind `--` is the command. Throws AccessError. */
export function readTrackFlags(argv: readonly string[]): TrackFlags {
  const cut = argv.indexOf('--')
  const { values, positionals } = readOptions(cut < 0 ? argv : argv.slice(0, cut))
  if (positionals.length > 0)
    throw usage(
      `mlops track takes no word ${positionals[0]}`,
      `write -- before the command: mlops track -- ${positionals.join(' ')}`,
    )
  if (values.to !== undefined && !/^https?:\/\/[^/]/.test(values.to))
    throw usage(`--to ${values.to} is no http address`, 'write --to http://127.0.0.1:7431')
  const command = cut < 0 ? [] : argv.slice(cut + 1)
  if (cut >= 0 && command.length === 0) throw usage('there is no command behind --')
  return {
    help: values.help === true,
    name: values.name,
    experiment: values.experiment,
    to: values.to,
    params: Object.fromEntries((values.param ?? []).map(readParam)),
    command,
  }
}
