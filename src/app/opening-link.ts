// The link of a console whose store is still being opened: nothing yet, and why; then the hub's own link.
import type { HubLink } from '../core/link.ts'
import { emptyState } from '../core/state.ts'
import type { World } from '../core/world.ts'

/** A link that becomes another one. */
export interface OpeningLink {
  readonly link: HubLink
  /** From now on it is this link. */
  become(link: HubLink): void
}

/** A link with nothing behind it yet; `loading` says what is being read, `where` stays as it is. */
export function openingLink(where: string, loading: string): OpeningLink {
  const listeners = new Set<() => void>()
  const nothing: World = { state: emptyState, series: new Map(), presence: new Map(), loading }
  const started = Date.now()
  let real: HubLink | undefined
  const later = async <T>(ask: (link: HubLink) => Promise<T>): Promise<T> => {
    if (!real) throw new Error(loading)
    return ask(real)
  }
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    become(link) {
      real = link
      link.subscribe(tell)
      tell()
    },
    link: {
      world: () => real?.world() ?? nothing,
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      points: (query) => later((link) => link.points(query)),
      events: (query) => later((link) => link.events(query)),
      lines: (query) => later((link) => link.lines(query)),
      worldAt: (moment) => later((link) => link.worldAt(moment)),
      act: (action) => later((link) => link.act(action)),
      status: () => real?.status() ?? { where, connected: true, trouble: null, heard: started },
      close: () => real?.close(),
    },
  }
}
