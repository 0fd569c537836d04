// Aliases of registered models: which version `champion` stands for. A move is one event, and may name what it expects.
import * as z from 'zod/mini'
import type { State } from '../core/state.ts'
import { type Mover, mayMove } from './alias-guard.ts'
import { type Change, changeRoute } from './change.ts'
import { invalid, MlflowError } from './errors.ts'
import { maybeText, text } from './fields.ts'
import { checkAlias, checkedText, version } from './registry-fields.ts'
import { findModel, findVersion, versionJson } from './registry-json.ts'
import { type Route, route } from './route.ts'
import { entryOf } from './search.ts'

/** The version that the mover believes the alias stands for, null for none; left out, it does not care. Our addition. */
const expectation = z.optional(z.nullable(version()))

/** Longest reason, UTF-16 units. */
const MAX_REASON = 1024

/** A move as it is asked for; `reason` is why, our addition too. */
export interface Move {
  readonly name: string
  readonly alias: string
  readonly expected_version?: number | null
  readonly reason?: string
}

const say = (version: number | null): string => (version === null ? 'no version' : `version ${version}`)

/** Where the alias stands now. Throws RESOURCE_CONFLICT when that is not what the mover expected. */
function standing(state: State, { name, alias, expected_version: expected }: Move): number | null {
  const current = entryOf(findModel(state, name).aliases, alias) ?? null
  if (expected === undefined || expected === current) return current
  throw new MlflowError(
    'RESOURCE_CONFLICT',
    `Alias '${alias}' of '${name}' stands for ${say(current)}, not for ${say(expected)} as expected.`,
  )
}

/**
 * Decides on a move of an alias to a version, null for none: the one place that does, for clients of the API and for
 * people. Throws MlflowError where it is refused.
 */
export function moveAlias(
  state: State,
  input: Move,
  version: number | null,
  now: number,
  mover: Mover,
): Change {
  if (version !== null) findVersion(state, input.name, version)
  const alias = checkAlias(input.alias)
  // Asked again after a lost answer: it is where it should be.
  if ((entryOf(findModel(state, input.name).aliases, alias) ?? null) === version) return { events: [] }
  const refusal = mayMove(mover, alias)
  if (refusal !== undefined) throw new MlflowError('PERMISSION_DENIED', refusal)
  standing(state, { ...input, alias })
  const { expected_version: expected } = input
  const reason = input.reason ? checkedText(input.reason, 'reason', MAX_REASON) : undefined
  const data = { alias, version, ...(expected !== undefined && { expected }), ...(reason && { reason }) }
  return { events: [{ type: 'alias.moved', at: now, about: input.name, data }] }
}

function get(state: State, { name, alias }: { name: string; alias: string }): object {
  const version = entryOf(findModel(state, name).aliases, checkAlias(alias))
  if (version === undefined) throw invalid(`Registered model alias ${alias} not found.`)
  return { model_version: versionJson(state, findVersion(state, name, version)) }
}

const aliased = { name: text(), alias: text() }
const moving = { ...aliased, expected_version: expectation, reason: maybeText() }

/** Endpoints of aliases. */
export const aliasRoutes: readonly Route[] = [
  changeRoute(
    ['POST'],
    'registered-models/alias',
    z.object({ ...moving, version: version() }),
    (state, input, now, mover) => moveAlias(state, input, input.version, now, mover),
  ),
  changeRoute(['DELETE'], 'registered-models/alias', z.object(moving), (state, input, now, mover) =>
    moveAlias(state, input, null, now, mover),
  ),
  route(['GET'], 'registered-models/alias', z.object(aliased), (backend, input) =>
    get(backend.state(), input),
  ),
]
