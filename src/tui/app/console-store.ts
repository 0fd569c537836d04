// Holds what the console shows: the state that keys change and the hub's data, as one thing to subscribe to.
import type { HubLink, LinkStatus } from '../../core/link.ts'
import type { World } from '../../core/world.ts'
import { type DetailSection, detailsLines } from '../panels/details.ts'
import type { SinkStats } from '../terminal/sink.ts'
import type { Theme } from '../terminal/style.ts'
import type { Clock } from './clock.ts'
import { describeItem } from './describe.ts'
import { createEventTail, type EventTail } from './event-tail.ts'
import { type Facts, resourceOf } from './facts.ts'
import { helpSections } from './help.ts'
import { followLink, type Live } from './live.ts'
import { type Action, reduce } from './reduce.ts'
import { createRows } from './rows.ts'
import { createSeriesCache, type SeriesCache } from './series-cache.ts'
import { createTotals, type Totals } from './totals.ts'
import { currentView, type DetailsView, type Effect, type UiState } from './ui-state.ts'

/** What never changes while the console runs. */
export interface Surroundings {
  readonly theme: Theme
  readonly version: string
  /** What is watched, in words; undefined when the hub is elsewhere. */
  readonly where: string | undefined
  readonly readOnly: boolean
}

/** Everything that a frame is made of. Another object for each change. */
export interface Shown {
  readonly state: UiState
  readonly facts: Facts
  readonly totals: Totals
  readonly status: LinkStatus
  /** The terminal's link does not keep up. */
  readonly slow: boolean
  readonly series: SeriesCache
  readonly events: EventTail
  readonly surroundings: Surroundings
}

/** The store of the console, as useSyncExternalStore wants it. */
export interface ConsoleStore {
  subscribe(listener: () => void): () => void
  snapshot(): Shown
  dispatch(action: Action): void
  stop(): void
}

/** What the store is made with. */
export interface StoreOptions {
  readonly link: HubLink
  readonly clock: Clock
  readonly first: UiState
  readonly surroundings: Surroundings
  readonly stats: () => SinkStats
  readonly onEffect: (effect: Effect) => void
}

/** How long answers of the hub are gathered before they are shown, ms. */
const ANSWERS_MS = 15
/** Drawing slower than this is told, ms. */
const SLOW_MS = 500

/** The sections of the row that details are about; undefined when it is gone. */
export function detailSections(view: DetailsView, world: World, now: number): DetailSection[] | undefined {
  const resource = resourceOf(view.resource)
  const item = resource.items(world).find(({ id }) => id === view.id)
  return item && describeItem(resource, item, now)
}

function slowness(stats: () => SinkStats): () => boolean {
  let skipped = stats().skipped
  return () => {
    const before = skipped
    const now = stats()
    skipped = now.skipped
    return now.skipped > before + 1 || now.drainMs > SLOW_MS
  }
}

/** Rows, lengths and names for a key or a frame; nothing is computed before it is asked for. */
function readFacts(
  world: World,
  state: UiState,
  { version, now }: Live,
  { rows, events, theme }: { rows: ReturnType<typeof createRows>; events: EventTail; theme: Theme },
): Facts {
  const top = currentView(state)
  const count = (sections: readonly DetailSection[] | undefined) =>
    detailsLines(sections ?? [], state.columns, theme).length
  return {
    world,
    now,
    rows: (list) => rows({ world, version, now }, list),
    lengths: {
      get help() {
        return count(helpSections(state))
      },
      get details() {
        return count(top.kind === 'details' ? detailSections(top, world, now) : undefined)
      },
      get events() {
        return events.read(world.state.seq).events.length
      },
    },
  }
}

/** Makes the store and begins to follow the link. */
export function createConsoleStore(options: StoreOptions): ConsoleStore {
  const { link, clock, surroundings, onEffect } = options
  const listeners = new Set<() => void>()
  const rows = createRows()
  const totals = createTotals()
  const isSlow = slowness(options.stats)
  let state = options.first
  let slow = false
  let shown: Shown | undefined

  // Answers come in bunches: one frame shows them all.
  let bunch: (() => void) | undefined
  const answered = (): void => {
    bunch ??= clock.after(ANSWERS_MS, () => {
      bunch = undefined
      publish()
    })
  }
  const series = createSeriesCache(link, clock, answered)
  const events = createEventTail(link, answered)
  const live = followLink(link, clock, (what) => {
    if (what === 'time') slow = isSlow()
    dispatch({ type: 'data' })
  })

  const factsOf = () => readFacts(link.world(), state, live, { rows, events, theme: surroundings.theme })
  const publish = (): void => {
    shown = undefined
    for (const listener of listeners) listener()
  }
  const dispatch = (action: Action): void => {
    const outcome = reduce(state, action, factsOf())
    state = outcome.state
    publish()
    if (outcome.effect) onEffect(outcome.effect)
  }
  // The cursor stands on the first row before any key is pressed.
  state = reduce(state, { type: 'data' }, factsOf()).state
  return {
    dispatch,
    stop() {
      live.stop()
      bunch?.()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    snapshot() {
      shown ??= {
        state,
        facts: factsOf(),
        totals: totals({ world: link.world(), version: live.version, now: live.now }),
        status: link.status(),
        slow,
        series,
        events,
        surroundings,
      }
      return shown
    },
  }
}
