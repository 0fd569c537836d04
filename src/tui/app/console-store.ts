// Holds what the console shows: the state that keys change and the hub's data, as one thing to subscribe to.
import type { HubLink, LinkStatus } from '../../core/link.ts'
import type { SinkStats } from '../terminal/sink.ts'
import type { Choices } from './choices.ts'
import type { Clock } from './clock.ts'
import { createEventTail, type EventTail } from './event-tail.ts'
import type { Facts } from './facts.ts'
import { readFacts } from './facts-reader.ts'
import { followLink } from './live.ts'
import { type Action, reduce } from './reduce.ts'
import { createRows } from './rows.ts'
import { createSeriesCache, type SeriesCache } from './series-cache.ts'
import type { Surroundings } from './surroundings.ts'
import { createTotals, type Totals } from './totals.ts'
import type { Effect, UiState } from './ui-state.ts'

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
  /** Called with the choices of the user after each change of them. */
  readonly onChoices?: (choices: Choices) => void
}

/** How long answers of the hub are gathered before they are shown, ms. */
const ANSWERS_MS = 15
/** Drawing slower than this is told, ms. */
const SLOW_MS = 500

function slowness(stats: () => SinkStats): () => boolean {
  let skipped = stats().skipped
  return () => {
    const before = skipped
    const now = stats()
    skipped = now.skipped
    return now.skipped > before + 1 || now.drainMs > SLOW_MS
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

  const factsOf = () => readFacts(link.world(), state, live, { rows, events, series, surroundings })
  const publish = (): void => {
    shown = undefined
    for (const listener of listeners) listener()
  }
  const dispatch = (action: Action): void => {
    const outcome = reduce(state, action, factsOf())
    const { choices } = state
    state = outcome.state
    publish()
    if (state.choices !== choices) options.onChoices?.(state.choices)
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
