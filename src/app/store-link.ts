// A store's file as a link: the world as it was when the file was opened.
import { type HubLink, Refused } from '../core/link.ts'
import { answerLines } from '../hub/line-answers.ts'
import { onlyNewest, openPast } from '../store/past.ts'
import type { Store } from '../store/store.ts'

/** A still picture of a store. */
export function linkToStore(store: Store, where: string): HubLink {
  const opened = Date.now()
  const trouble = 'reading the file; no hub runs'
  const { series, changes, lineIndex: lines } = store
  const world = { state: store.state(), series, presence: new Map(), changes, lines }
  return {
    world: () => world,
    subscribe: () => () => {},
    points: async (query) => store.points(query),
    events: async (query) => store.events(query),
    lines: async (query) => answerLines(store, query),
    worldAt: onlyNewest(openPast(store).worldAt),
    act: async () => {
      throw new Refused(
        `${where} is read without its hub, so nothing can be changed`,
        'start mlops hub on it',
      )
    },
    status: () => ({ where, connected: false, trouble, heard: opened, hub: store.id }),
    close: () => {},
  }
}
