// Brings back a model or a version that was deleted: what it was is read from the log, at the moment before.
import type { LogEvent } from '../core/events.ts'
import { RESTORE_DAYS, type RegistryAction } from '../core/registry-action.ts'
import { versionsOf } from '../core/registry-lookup.ts'
import { type ModelVersion, versionId } from '../core/registry-state.ts'
import type { State } from '../core/state.ts'
import type { Change } from '../mlflow/change.ts'
import { missing, taken } from '../mlflow/errors.ts'
import { findModel } from '../mlflow/registry-json.ts'
import type { AgentEvent } from '../protocol/events.ts'
import type { Hub } from './hub.ts'

type Restore = Extract<RegistryAction, { action: 'registry.restore' }>

const DAY_MS = 86_400_000
const PAGE = 5000

function* eventsOf(hub: Hub, about: string): Generator<LogEvent> {
  for (let since = 0; ; ) {
    const events = hub.store.events({ since, limit: PAGE, about })
    yield* events
    if (events.length < PAGE) return
    since = events.at(-1)!.seq
  }
}

/** The last deletion of what is to be restored; throws MlflowError (404) without one in the last 30 days. */
function deletionOf(hub: Hub, { about, version }: Restore): LogEvent {
  let last: LogEvent | undefined
  for (const event of eventsOf(hub, about))
    if (version === undefined ? event.type === 'model.deleted' : isOf(event, version)) last = event
  if (last && hub.now() - last.at <= RESTORE_DAYS * DAY_MS) return last
  const what = version === undefined ? `Model '${about}'` : `Version ${version} of '${about}'`
  throw missing(`${what} was not deleted in the last ${RESTORE_DAYS} days.`)
}

const isOf = (event: LogEvent, version: number): boolean =>
  event.type === 'version.deleted' && event.data.version === version

/** Its files are measured anew: they may have changed since. */
function versionEvent(version: ModelVersion, at: number): AgentEvent {
  const { id: _, model, updated: _updated, measured: _measured, verified: _verified, ...data } = version
  return { type: 'version.restored', at, about: model, data }
}

function restoreVersion(before: State, id: string): (state: State, now: number) => Change {
  const version = before.versions.get(id)!
  return (state, now) => {
    findModel(state, version.model)
    if (state.versions.has(id)) throw taken(`Version ${version.version} of '${version.model}' is there.`)
    return { events: [versionEvent(version, now)] }
  }
}

function restoreModel(before: State, name: string): (state: State, now: number) => Change {
  const { description, created, tags, lastVersion, moves = [] } = before.models.get(name)!
  const data = { description, created, tags, lastVersion, moves: [...moves] }
  return (state, now) => {
    if (state.models.has(name)) throw taken(`Registered Model (name=${name}) already exists.`)
    const versions = versionsOf(before, name).map((version) => versionEvent(version, now))
    return { events: [{ type: 'model.restored', at: now, about: name, data }, ...versions] }
  }
}

/** Finds what is to be restored; the decision refuses where something else has its place by then. */
export async function restoring(hub: Hub, action: Restore): Promise<(state: State, now: number) => Change> {
  const { seq } = deletionOf(hub, action)
  const { state } = await hub.worldAt({ seq: seq - 1 })
  const { about, version } = action
  return version === undefined ? restoreModel(state, about) : restoreVersion(state, versionId(about, version))
}
