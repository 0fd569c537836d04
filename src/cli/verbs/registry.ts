// `mlops registry`: what people change of models and versions besides aliases.
import type { RegistryAction } from '../../core/registry-action.ts'
import { RESTORE_DAYS } from '../../core/registry-action.ts'
import { STAGES } from '../../protocol/registry-events.ts'
import { usageError } from '../cli-error.ts'
import { splitVersion } from '../registry-target.ts'
import { defineVerb } from '../verb.ts'

interface Asked {
  readonly about: string
  readonly version?: number
  readonly value: string | undefined
  readonly note?: string
}

function needed({ value }: Asked, what: string): string {
  if (value !== undefined) return value
  throw usageError(`${what} is missing`, 'mlops registry --help shows examples')
}

function readTag(text: string): { key: string; value: string } {
  const at = text.indexOf('=')
  if (at > 0) return { key: text.slice(0, at), value: text.slice(at + 1) }
  throw usageError(`"${text}" is no tag`, 'write KEY=VALUE')
}

function stageAction({ value: _, version, ...common }: Asked, word: string): RegistryAction {
  const stage = STAGES.find((name) => name.toLowerCase() === word.toLowerCase())
  if (!stage) throw usageError(`"${word}" is no stage`, `one of ${STAGES.join(', ')}`)
  if (version === undefined) throw usageError('only versions have a stage', 'write MODEL/VERSION')
  return { ...common, version, action: 'version.stage', stage }
}

/** By word: what is sent to the hub. Throws CliError with code 2. */
const ACTIONS: Readonly<Record<string, (asked: Asked) => RegistryAction>> = {
  describe: ({ value, ...target }) => ({
    ...target,
    action: 'registry.describe',
    description: needed({ value, ...target }, 'the description'),
  }),
  tag: ({ value, ...target }) => ({
    ...target,
    action: 'registry.tag',
    ...readTag(needed({ value, ...target }, 'the tag')),
  }),
  untag: ({ value, ...target }) => ({
    ...target,
    action: 'registry.tag',
    key: needed({ value, ...target }, "the tag's key"),
    value: null,
  }),
  stage: (asked) => stageAction(asked, needed(asked, 'the stage')),
  unalias: ({ value, version: _, ...common }) => ({
    ...common,
    action: 'alias.move',
    alias: needed({ value, ...common }, 'the alias'),
    version: null,
  }),
  delete: ({ value: _, ...target }) => ({ ...target, action: 'registry.delete' }),
  restore: ({ value: _, ...target }) => ({ ...target, action: 'registry.restore' }),
}

/** `churn` or `churn/3`. */
function readTarget(word: string): { about: string; version?: number } {
  const split = splitVersion(word)
  return split?.version === undefined ? { about: word } : { about: split.model, version: split.version }
}

const words = Object.keys(ACTIONS)

/** The verb. */
export const registry = defineVerb({
  name: 'registry',
  summary: `Changes a model or a version: describe, tag, untag, stage, unalias, delete (refused while an alias stands for it), restore (within ${RESTORE_DAYS} days). Needs a running hub; the log keeps who. Aliases are moved by promote and rollback.`,
  positionals: [
    { name: 'action', doc: `what to do: ${words.join(', ')}` },
    { name: 'target', doc: 'MODEL or MODEL/VERSION' },
    { name: 'value', doc: 'the text, KEY=VALUE, the key, the stage or the alias', optional: true },
  ],
  flags: { reason: { value: 'TEXT', doc: 'why, for the others; kept in the log where an alias moves' } },
  examples: [
    "mlops registry describe churn 'Who leaves within 30 days'",
    'mlops registry tag churn/7 approved-by=ada',
    'mlops registry stage churn/7 Archived',
    'mlops registry delete churn/3',
    'mlops registry restore churn/3',
  ],
  prepare(args) {
    const [word, target, value] = args.positionals
    const make = Object.hasOwn(ACTIONS, word!) ? ACTIONS[word!]! : undefined
    if (!make) throw usageError(`mlops registry cannot ${word}`, `one of ${words.join(', ')}`)
    const note = args.text('reason')
    const action = make({ ...readTarget(target!), value, ...(note !== undefined && { note }) })
    return async ({ link, out }) => {
      await link.act(action)
      await out.write(`${word} ${target}: done, and in the log\n`)
      return 0
    }
  },
})
