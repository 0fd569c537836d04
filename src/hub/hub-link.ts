// The hub as the console in its own process sees it: a link without a wire.
import type { HubLink } from '../core/link.ts'
import { userName } from '../protocol/user-name.ts'
import type { Hub } from './hub.ts'
import { answerLines } from './line-answers.ts'

/** A link to a hub; `worldAt` answers its questions about the past. */
export const hubLink = (hub: Hub, worldAt: HubLink['worldAt'], where: string): HubLink => ({
  world: () => hub.world(),
  subscribe: (listener) => hub.subscribe(listener),
  points: async (query) => hub.store.points(query),
  events: async (query) => hub.store.events(query),
  lines: async (query) => answerLines(hub.store, query),
  worldAt,
  act: (action) => hub.act(action, userName()),
  status: () => ({
    where,
    connected: true,
    trouble: hub.trouble(),
    heard: hub.now(),
    hub: hub.store.id,
  }),
  close: () => {},
})
