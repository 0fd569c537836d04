// What an earlier hub that died could not log any more.
import type { NewEvent } from '../core/events.ts'
import type { Store } from '../store/store.ts'

/** Hosts that were online when an earlier hub died. */
export function leftOnline(store: Store, at: number): NewEvent[] {
  return [...store.state().hosts.values()]
    .filter(({ online }) => online)
    .map(({ id }) => ({ type: 'host.disconnected', at, about: id, data: { reason: 'the hub restarted' } }))
}
