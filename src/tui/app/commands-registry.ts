// Commands about the model registry: aliases move after a question that names model, versions and alias.
import { CHAMPION } from '../../core/lineage-nodes.ts'
import { versionBefore } from '../../core/registry-lookup.ts'
import type { RegisteredModel } from '../../core/registry-state.ts'
import { type Command, wrong } from './command.ts'
import { ask } from './dialog.ts'
import type { Facts } from './facts.ts'
import { subjectOf } from './subject.ts'
import { type Outcome, only, type UiState } from './ui-state.ts'

interface Meant {
  readonly model: RegisteredModel
  /** Of the version in sight; undefined where a model is. */
  readonly version: number | undefined
}

/** The model or version in sight. */
function meant(state: UiState, facts: Facts): Meant | undefined {
  const about = subjectOf(state, facts)
  const { models, versions } = facts.world.state
  const version = about?.resource === 'versions' ? versions.get(about.id) : undefined
  const model = models.get(version?.model ?? (about?.resource === 'models' ? about.id : ''))
  return model && { model, version: version?.version }
}

interface Move {
  readonly model: RegisteredModel
  readonly alias: string
  readonly to: number | null
  readonly reason: string
}

const say = (version: number | null) => (version === null ? 'none' : String(version))

/** Asks, and then moves the alias from where it is seen to stand: elsewhere by then, the hub refuses. */
function askMove(state: UiState, facts: Facts, { model, alias, to, reason }: Move): Outcome {
  const from = Object.hasOwn(model.aliases, alias) ? model.aliases[alias]! : null
  if (from === to)
    return wrong(
      state,
      to === null ? `${model.id} has no alias ${alias}` : `${alias} stands for ${to} already`,
    )
  const common = { action: 'alias.move', about: model.id, alias, version: to, expected: from } as const
  const action = reason === '' ? common : { ...common, note: reason }
  const why = reason === '' ? '' : ` (${reason})`
  const text = `Move ${alias} of ${model.id}: version ${say(from)} -> ${say(to)}?${why}`
  return only(ask(state, facts, { text, word: null, deed: { type: 'act', actions: [action] } }))
}

type Target = (meant: Meant, alias: string, facts: Facts) => number | null | string

/** A command that moves an alias of what is in sight to where `target` says; a text says why it cannot. */
const moving =
  (target: Target): Command['run'] =>
  (state, argument, facts) => {
    if (facts.readOnly) return wrong(state, 'this console is read-only')
    if (facts.world.at !== undefined) return wrong(state, 'the past cannot be changed; :at now comes back')
    const found = meant(state, facts)
    if (!found) return wrong(state, 'choose a model or a version first: :models')
    const [, word = '', reason = ''] = /^(\S*)\s*(.*)$/s.exec(argument) ?? []
    const alias = word === '' ? CHAMPION : word
    const to = target(found, alias, facts)
    if (typeof to === 'string') return wrong(state, to)
    return askMove(state, facts, { model: found.model, alias, to, reason })
  }

function aliasNames(state: UiState, facts: Facts): string[] {
  const found = meant(state, facts)
  return [...new Set([CHAMPION, ...Object.keys(found?.model.aliases ?? {})])]
}

const promote: Command = {
  name: 'promote',
  aliases: [],
  argument: '[ALIAS] [REASON]',
  doc: 'moves an alias (champion) to the version in sight, after a question',
  run: moving(({ version }) => version ?? 'choose a version: Enter opens those of a model'),
  candidates: aliasNames,
}

const rollback: Command = {
  name: 'rollback',
  aliases: [],
  argument: '[ALIAS] [REASON]',
  doc: 'moves an alias (champion) back to the version that it stood for before, after a question',
  run: moving(
    ({ model }, alias, { world }) =>
      versionBefore(world.state, model, alias) ?? `${alias} of ${model.id} stood for no other version before`,
  ),
  candidates: aliasNames,
}

const unalias: Command = {
  name: 'unalias',
  aliases: [],
  argument: 'ALIAS [REASON]',
  doc: 'takes an alias of the model in sight away, after a question',
  run: moving(() => null),
  candidates: aliasNames,
}

/** Asks whether the champion moves to the version in sight; what the key P does. */
export const promoteHere = (state: UiState, facts: Facts): Outcome => promote.run(state, '', facts)
/** Asks whether the champion goes back to where it was; what the key B does. */
export const rollBackHere = (state: UiState, facts: Facts): Outcome => rollback.run(state, '', facts)

/** Commands about the registry. */
export const registryCommands: readonly Command[] = [promote, rollback, unalias]
