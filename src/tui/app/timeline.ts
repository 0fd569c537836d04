// A link that can stand still at a moment of the past: the whole console then shows what was, and asks for nothing later.
import type { HubLink } from '../../core/link.ts'
import type { World } from '../../core/world.ts'

/** A link that travels. */
export interface Timeline extends HubLink {
  /** Goes to a moment, Unix ms by the hub's clock; null comes back to now. Rejects when the hub cannot tell. */
  travel(moment: number | null): Promise<void>
}

/** Wraps a link; it begins at now. `changed` is called after each journey. */
export function createTimeline(link: HubLink, changed: () => void): Timeline {
  let past: World | undefined
  return {
    world: () => past ?? link.world(),
    subscribe: (listener) => link.subscribe(listener),
    points: (query) => link.points(past ? { ...query, until: past.at } : query),
    events: async (query) => {
      const last = past?.state.seq ?? Number.POSITIVE_INFINITY
      return (await link.events(query)).filter(({ seq }) => seq <= last)
    },
    lines: (query) => link.lines(query),
    worldAt: (moment) => link.worldAt(moment),
    act: (action) => link.act(action),
    status: () => link.status(),
    close: () => link.close(),
    async travel(moment) {
      past = moment === null ? undefined : await link.worldAt(moment)
      changed()
    },
  }
}
