// The one registry of verbs that ask a hub, and how a command line becomes work.
import { nearHint, usageError } from './cli-error.ts'
import { isBrokenPipe } from './output.ts'
import { type Command, type Job, prepareVerb, type Verb } from './verb.ts'
import { alert } from './verbs/alert.ts'
import { compare } from './verbs/compare.ts'
import { describe } from './verbs/describe.ts'
import { events } from './verbs/events.ts'
import { get } from './verbs/get.ts'
import { lineage } from './verbs/lineage.ts'
import { logs } from './verbs/logs.ts'
import { promote, rollback } from './verbs/promote.ts'
import { registry } from './verbs/registry.ts'
import { series } from './verbs/series.ts'
import { since } from './verbs/since.ts'

/** All verbs that ask a hub, in the order of help and docs. */
export const verbs: readonly Verb[] = [
  get,
  describe,
  series,
  events,
  logs,
  since,
  compare,
  lineage,
  promote,
  rollback,
  registry,
  alert,
]

/** A verb by name. */
export const findVerb = (word: string): Verb | undefined => verbs.find(({ name }) => name === word)

/** The error for a first word that is no command; `others` are the commands that are no reading verbs. */
export function unknownCommand(word: string, others: readonly string[]): Error {
  const known = [...verbs.map(({ name }) => name), ...others]
  return usageError(`no command "${word}"`, nearHint(word, known, 'mlops --help lists the commands'))
}

/** A reader that has gone (`| head`) is no failure. */
const untilRead =
  (job: Job): Job =>
  async (context) => {
    try {
      return await job(context)
    } catch (error) {
      if (isBrokenPipe(error)) return 0
      throw error
    }
  }

/** Reads the words behind a verb, before any hub is opened. Throws CliError with code 2. */
export function readCommand(verb: Verb, argv: readonly string[]): Command {
  const command = prepareVerb(verb, argv)
  return command.kind === 'help' ? command : { ...command, run: untilRead(command.run) }
}
