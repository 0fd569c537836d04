// `mlops registry`: what people change of models and versions besides aliases.
import type { RegistryAction } from '../../core/registry-action.ts'
import { RESTORE_DAYS } from '../../core/registry-action.ts'
import { STAGES } from '../../protocol/registry-events.ts'
import { usageError } from '../cli-error.ts'
import { readCard } from '../model-card.ts'
import { splitVersion } from '../registry-target.ts'
import { defineVerb } from '../verb.ts'
import { verifyFiles } from '../verify-files.ts'

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

function numbered(version: number | undefined, otherwise: string): number {
  if (version !== undefined) return version
  throw usageError(otherwise, 'write MODEL/VERSION')
}

function readTag(text: string): { key: string; value: string } {
  const at = text.indexOf('=')
  if (at > 0) return { key: text.slice(0, at), value: text.slice(at + 1) }
  throw usageError(`"${text}" is no tag`, 'write KEY=VALUE')
}

function stageAction({ value: _, version, ...common }: Asked, word: string): RegistryAction {
  const stage = STAGES.find((name) => name.toLowerCase() === word.toLowerCase())
  if (!stage) throw usageError(`"${word}" is no stage`, `one of ${STAGES.join(', ')}`)
  const number = numbered(version, 'only versions have a stage')
  return { ...common, version: number, action: 'version.stage', stage }
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
  verify: ({ value: _, version, ...common }) => ({
    ...common,
    action: 'registry.verify',
    version: numbered(version, 'only the files of versions are measured'),
  }),
  delete: ({ value: _, ...target }) => ({ ...target, action: 'registry.delete' }),
  restore: ({ value: _, ...target }) => ({ ...target, action: 'registry.restore' }),
}

/** `churn` or `churn/3`. */
function readTarget(word: string): { about: string; version?: number } {
  const split = splitVersion(word)
  return split?.version === undefined ? { about: word } : { about: split.model, version: split.version }
}

/** The file that holds the text. Throws CliError with code 2 where there is a text too, or nothing to store. */
function cardFile(word: string, value: string | undefined, file: string | undefined): string | undefined {
  if (file === undefined || (word === 'describe' && value === undefined)) return file
  throw usageError('--card goes with describe alone, without a text', 'see mlops registry --help')
}

/** The action, with the text out of the file where there is one. */
const withCard = (action: RegistryAction, file: string | undefined): RegistryAction =>
  file !== undefined && action.action === 'registry.describe'
    ? { ...action, description: readCard(file) }
    : action

const words = Object.keys(ACTIONS)

/** The verb. */
export const registry = defineVerb({
  name: 'registry',
  summary: `Changes a model or a version: describe (a text or a card in Markdown), tag, untag, stage, unalias, delete (refused while an alias stands for it), restore (within ${RESTORE_DAYS} days). verify reads the files of a version again and says what is not as it was measured when it was registered (code 1). Needs a running hub; the log keeps who. Aliases are moved by promote and rollback.`,
  positionals: [
    { name: 'action', doc: `what to do: ${words.join(', ')}` },
    { name: 'target', doc: 'MODEL or MODEL/VERSION' },
    { name: 'value', doc: 'the text, KEY=VALUE, the key, the stage or the alias', optional: true },
  ],
  flags: {
    card: { value: 'FILE', doc: 'describe: take the text, Markdown, out of this file' },
    reason: { value: 'TEXT', doc: 'why, for the others; kept in the log where an alias moves' },
  },
  examples: [
    "mlops registry describe churn 'Who leaves within 30 days'",
    'mlops registry describe churn/7 --card CARD.md',
    'mlops registry verify churn/7',
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
    const file = cardFile(word!, value, args.text('card'))
    const action = make({
      ...readTarget(target!),
      value: file === undefined ? value : '',
      ...(note !== undefined && { note }),
    })
    return async (context) => {
      const { link, out } = context
      if (action.action === 'registry.verify') return verifyFiles(context, action)
      await link.act(withCard(action, file))
      await out.write(`${word} ${target}: done, and in the log\n`)
      return 0
    }
  },
})
