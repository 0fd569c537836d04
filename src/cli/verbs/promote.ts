// `mlops promote` and `mlops rollback`: an alias of a model to another version, and back.
import { versionBefore } from '../../core/registry-lookup.ts'
import type { RegisteredModel } from '../../core/registry-state.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { CHAMPION, modelOf, readVersion, versionOf } from '../registry-target.ts'
import { type Context, defineVerb } from '../verb.ts'

const flags = {
  alias: { value: 'NAME', default: CHAMPION, doc: 'the alias to move' },
  expect: {
    value: 'N',
    doc: 'refuse unless it stands for this version now, or none (default: for what it stands for when asked)',
  },
  reason: { value: 'TEXT', doc: 'why, for the others; kept in the log' },
}

const standing = ({ aliases }: RegisteredModel, alias: string): number | null =>
  Object.hasOwn(aliases, alias) ? aliases[alias]! : null

const say = (version: number | null) => (version === null ? 'none' : String(version))

interface Move {
  readonly model: RegisteredModel
  readonly alias: string
  readonly to: number
  readonly expected: number | null | undefined
  readonly reason: string | undefined
}

async function move({ link, out }: Context, { model, alias, to, expected, reason }: Move): Promise<number> {
  const from = standing(model, alias)
  if (from === to && (expected === undefined || expected === to)) {
    await out.write(`${alias} of ${model.id} stands for version ${to} already\n`)
    return 0
  }
  await link.act({
    action: 'alias.move',
    about: model.id,
    alias,
    version: to,
    expected: expected === undefined ? from : expected,
    ...(reason !== undefined && { note: reason }),
  })
  await out.write(`${alias} of ${model.id}: ${say(from)} -> ${to}\n`)
  return 0
}

const readExpect = (text: string | undefined): number | null | undefined =>
  text === undefined ? undefined : text === 'none' ? null : readVersion(text, 'what --expect takes')

/** Moves an alias to a version. */
export const promote = defineVerb({
  name: 'promote',
  summary:
    'Moves an alias of a model (champion) to a version. Refused (4) where somebody else moved it meanwhile. Needs a running hub; the log keeps who and why.',
  positionals: [
    { name: 'model', doc: 'a registered model' },
    { name: 'version', doc: 'its version' },
  ],
  flags,
  examples: [
    "mlops promote churn 7 --reason 'better on the June holdout'",
    'mlops promote churn 7 --alias challenger',
    'mlops promote churn 7 --expect 5',
  ],
  prepare(args) {
    const to = readVersion(args.positionals[1]!)
    const expected = readExpect(args.text('expect'))
    return async (context) => {
      const { state } = context.link.world()
      const model = modelOf(state, args.positionals[0]!)
      versionOf(state, model, to)
      const [alias, reason] = [args.text('alias')!, args.text('reason')]
      return move(context, { model, alias, to, expected, reason })
    }
  },
})

/** Moves an alias back to where it stood before. */
export const rollback = defineVerb({
  name: 'rollback',
  summary:
    'Moves an alias of a model (champion) back to the version that it stood for before; twice comes back. Refused (4) where somebody else moved it meanwhile. Needs a running hub.',
  positionals: [{ name: 'model', doc: 'a registered model' }],
  flags: { ...flags, to: { value: 'N', doc: 'to this version instead of the one before' } },
  examples: ["mlops rollback churn --reason 'AUC fell in production'", 'mlops rollback churn --to 4'],
  prepare(args) {
    const to = args.text('to')
    const wanted = to === undefined ? undefined : readVersion(to, 'what --to takes')
    const expected = readExpect(args.text('expect'))
    return async (context) => {
      const { state } = context.link.world()
      const model = modelOf(state, args.positionals[0]!)
      const [alias, reason] = [args.text('alias')!, args.text('reason')]
      if (wanted !== undefined) versionOf(state, model, wanted)
      const back = wanted ?? versionBefore(state, model, alias)
      if (back !== undefined) return move(context, { model, alias, to: back, expected, reason })
      const hint = `mlops describe model ${model.id} shows where it stood; --to N names a version`
      throw new CliError(`${alias} of ${model.id} stood for no other version before`, hint, EXIT.notFound)
    }
  },
})
