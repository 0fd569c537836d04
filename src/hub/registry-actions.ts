// What people do to the registry. Decided by the same functions as what clients of the API ask for, in the same turn.
import { Refused } from '../core/link.ts'
import type { RegistryAction } from '../core/registry-action.ts'
import type { State } from '../core/state.ts'
import type { Mover } from '../mlflow/alias-guard.ts'
import { type Change, makeChange } from '../mlflow/change.ts'
import { type ErrorCode, MlflowError } from '../mlflow/errors.ts'
import { moveAlias } from '../mlflow/model-aliases.ts'
import { versionDecisions } from '../mlflow/model-versions.ts'
import { modelDecisions } from '../mlflow/registered-models.ts'
import type { Hub } from './hub.ts'
import { hubWriter } from './mlflow-backend.ts'
import { restoring } from './restoring.ts'
import { verifying } from './verifying.ts'

type Deciding = Exclude<RegistryAction, { action: 'registry.restore' | 'registry.verify' }>
type Decision = (state: State, now: number, mover: Mover) => Change

/** What an action comes to, as a decision on the state of its turn. */
function decisionOf(action: Deciding): Decision {
  const { about: name } = action
  switch (action.action) {
    case 'alias.move': {
      const { alias, version, expected, note: reason } = action
      const asked = { name, alias, reason, ...(expected !== undefined && { expected_version: expected }) }
      return (state, now, mover) => moveAlias(state, asked, version, now, mover)
    }
    case 'version.stage':
      return (state, now) => versionDecisions.transition(state, { ...action, name }, now)
    case 'registry.describe': {
      const { version, description } = action
      return version === undefined
        ? (state, now) => modelDecisions.describe(state, { name, description }, now)
        : (state, now) => versionDecisions.describe(state, { name, version, description }, now)
    }
    case 'registry.tag':
      return tagDecision(action)
    case 'registry.delete': {
      const { version } = action
      return version === undefined
        ? (state, now) => modelDecisions.remove(state, { name }, now)
        : (state, now) => versionDecisions.remove(state, { name, version }, now)
    }
  }
}

function tagDecision(action: Extract<Deciding, { action: 'registry.tag' }>): Decision {
  const { about: name, version, key, value } = action
  const decide = version === undefined ? modelDecisions : versionDecisions
  // A model's decisions do not look at the version.
  const target = { name, version: version ?? 0, key }
  return value === null
    ? (state, now) => decide.deleteTag(state, target, now)
    : (state, now) => decide.setTag(state, { ...target, value }, now)
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  RESOURCE_CONFLICT: 'somebody may have changed it meanwhile: mlops get models shows how it stands',
  RESOURCE_DOES_NOT_EXIST: 'mlops get models and mlops get versions list what there is',
  RESOURCE_ALREADY_EXISTS: 'rename or delete what has the name now',
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof MlflowError)) return error
  return new Refused(error.message.replace(/\.$/, ''), HINTS[error.code] ?? 'see mlops get models')
}

/** The decision on an action; what has to be read from the log or the disk is read before its turn. */
async function preparedDecision(hub: Hub, action: RegistryAction): Promise<Decision> {
  if (action.action === 'registry.restore') return restoring(hub, action)
  if (action.action === 'registry.verify') return verifying(hub, action)
  return decisionOf(action)
}

/** Does what a person asked of the registry. Resolves once it is on disk; rejects with Refused. */
export async function actOnRegistry(hub: Hub, action: RegistryAction, by: string): Promise<void> {
  const writer = hubWriter(hub, `user:${by}`, { kind: 'user', name: by })
  try {
    const decide = await preparedDecision(hub, action)
    await makeChange(writer, (state, now) => decide(state, now, writer.mover!))
  } catch (error) {
    throw refusalOf(error)
  }
}
