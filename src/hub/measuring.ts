// Versions whose files are in the hub are measured when they are registered, one after the other, and those that a
// stop left out when the hub starts.
import type { LogEvent } from '../core/events.ts'
import { type ModelVersion, versionId } from '../core/registry-state.ts'
import { type Change as Decided, makeChange } from '../mlflow/change.ts'
import { folderOf, type Measurement, measureFolder } from '../mlflow/version-files.ts'
import type { AgentEvent } from '../protocol/events.ts'
import type { Hub } from './hub.ts'
import { hubWriter } from './mlflow-backend.ts'

/** The event of a measurement. */
export function measuredEvent(
  { model: about, version }: ModelVersion,
  { measured }: Measurement,
  at: number,
): AgentEvent {
  const { flavors, inputs, outputs, ...sizes } = measured
  const columns = { inputs: inputs && [...inputs], outputs: outputs && [...outputs] }
  return {
    type: 'version.measured',
    at,
    about,
    data: { version, ...sizes, flavors: [...flavors], ...columns },
  }
}

/** Measures a version and notes it, unless it is gone or has other files by then. */
async function measureVersion(hub: Hub, id: string): Promise<void> {
  const version = hub.store.state().versions.get(id)
  const folder = version && folderOf(hub.store.state(), version)
  if (!version || folder === undefined || !hub.files) return
  const { artifacts, lists } = await hub.files()
  const found = await measureFolder(artifacts, folder)
  if (!found) return
  await lists.keep(found.list)
  const writer = hubWriter(hub, 'hub', { kind: 'client', name: 'hub' })
  await makeChange(writer, (state, now): Decided => {
    const same = state.versions.get(id)?.source === version.source
    return { events: same ? [measuredEvent(version, found, now)] : [] }
  })
}

function registered(event: LogEvent): string | undefined {
  if (event.type !== 'version.found' && event.type !== 'version.restored') return undefined
  return versionId(event.about, event.data.version)
}

/** Starts measuring; returns the way to stop. `onTrouble` is told what could not be measured. */
export function startMeasuring(hub: Hub, onTrouble: (text: string) => void): () => void {
  const waiting = new Set<string>()
  let busy = false
  let stopped = false
  async function work(): Promise<void> {
    if (busy) return
    busy = true
    // A set that grows while it is gone through is gone through to its end.
    for (const id of waiting) {
      waiting.delete(id)
      if (stopped) break
      await measureVersion(hub, id).catch((error: Error) => {
        if (!stopped) onTrouble(`cannot measure ${id}: ${error.message}`)
      })
    }
    busy = false
  }
  const stop = hub.subscribe(({ events }) => {
    for (const event of events) {
      const id = registered(event)
      if (id !== undefined) waiting.add(id)
    }
    if (waiting.size > 0) void work()
  })
  for (const version of hub.store.state().versions.values()) if (!version.measured) waiting.add(version.id)
  void work()
  return () => {
    stopped = true
    stop()
  }
}
