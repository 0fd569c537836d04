// A store's file as a link: the world as it was when the file was opened.
import type { HubLink } from '../core/link.ts'
import type { Store } from '../store/store.ts'

/** A still picture of a store. */
export function linkToStore(store: Store, where: string): HubLink {
  const opened = Date.now()
  const world = { state: store.state(), series: store.series, presence: new Map() }
  return {
    world: () => world,
    subscribe: () => () => {},
    points: async (query) => store.points(query),
    events: async (query) => store.events(query),
    status: () => ({ where, connected: false, trouble: 'reading the file; no hub runs', heard: opened }),
    close: () => {},
  }
}
