// Holds what the console shows: the state that keys change and the hub's data, as one thing to subscribe to.
import type { Action as HubAction, HubLink, LinkStatus } from '../../core/link.ts'
import type { Choices } from './choices.ts'
import type { Clock } from './clock.ts'
import { createEventTail, type EventTail } from './event-tail.ts'
import type { Facts } from './facts.ts'
import { readFacts } from './facts-reader.ts'
import { createLineWindow } from './line-window.ts'
import { followLink } from './live.ts'
import { type Action, reduce } from './reduce.ts'
import { createRows } from './rows.ts'
import { seekLine } from './seek-line.ts'
import { createSeriesCache, type SeriesCache } from './series-cache.ts'
import type { Surroundings } from './surroundings.ts'
import { createTimeline, type Timeline } from './timeline.ts'
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
  /** How long a frame took to get to the terminal, ms; 0 where that is not known. */
  readonly lagMs: number
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

/** What the store itself cannot do. */
export type OuterEffect = Exclude<Effect, { type: 'travel' | 'act' | 'seek' }>

/** What the store is made with. */
export interface StoreOptions {
  readonly link: HubLink
  readonly clock: Clock
  readonly first: UiState
  readonly surroundings: Surroundings
  /** Whether the terminal's link keeps up now. */
  readonly isSlow: () => boolean
  /** How long frames take to get there now, ms. */
  readonly lagMs?: () => number
  /** Frames written to the terminal so far. */
  readonly frames?: () => number
  /** Called for what the store itself cannot do: quitting, copying, the mouse. */
  readonly onEffect: (effect: OuterEffect) => void
  /** Called with the choices of the user after each change of them. */
  readonly onChoices?: (choices: Choices) => void
}

/** How long answers of the hub are gathered before they are shown, ms. */
const ANSWERS_MS = 15

/** Answers come in bunches: one frame shows them all. */
function gather(clock: Clock, show: () => void): { came(): void; stop(): void } {
  let bunch: (() => void) | undefined
  return {
    came() {
      bunch ??= clock.after(ANSWERS_MS, () => {
        bunch = undefined
        show()
      })
    },
    stop: () => bunch?.(),
  }
}

type Say = (text: string, tone: 'good' | 'warn') => void

/** Acts one after the other; what one is refused does not keep the others back. */
async function actAll(link: Timeline, actions: readonly HubAction[], say: Say): Promise<void> {
  const refused: string[] = []
  for (const action of actions)
    await link.act(action).catch((error: Error) => void refused.push(error.message))
  const [first] = refused
  const done = actions.length - refused.length
  if (first === undefined) say(done === 1 ? 'done, and in the log' : `${done} done, and in the log`, 'good')
  else say(actions.length === 1 ? first : `${done} done, ${refused.length} not: ${first}`, 'warn')
}

/** Does what the link is asked to do; the rest is the caller's. */
function createEffects(
  link: Timeline,
  say: Say,
  dispatch: (action: Action) => void,
  rest: StoreOptions['onEffect'],
): (effect: Effect) => void {
  const failed = (error: Error) => say(error.message, 'warn')
  return (effect) => {
    if (effect.type === 'travel') link.travel(effect.moment).catch(failed)
    else if (effect.type === 'act') void actAll(link, effect.actions, say)
    else if (effect.type === 'seek') {
      const { view, by, edges } = effect
      seekLine(link, view, by, edges).then((place) => dispatch({ type: 'found', view, place }), failed)
    } else rest(effect)
  }
}

/** Makes the store and begins to follow the link. */
export function createConsoleStore(options: StoreOptions): ConsoleStore {
  const { clock, surroundings } = options
  const listeners = new Set<() => void>()
  const rows = createRows()
  const totals = createTotals()
  let state = options.first
  let slow = false
  let shown: Shown | undefined

  const answers = gather(clock, () => publish())
  const link = createTimeline(options.link, () => live.touch())
  const series = createSeriesCache(link, clock, answers.came)
  const events = createEventTail(link, answers.came)
  const output = createLineWindow(link, clock, answers.came)
  const onData = (what: 'data' | 'time'): void => {
    if (what === 'time') slow = options.isSlow()
    dispatch({ type: 'data' })
  }
  const live = followLink(link, clock, onData, options.frames)

  const factsOf = () => readFacts(link.world(), state, live, { rows, events, output, series, surroundings })
  const publish = (): void => {
    shown = undefined
    for (const listener of listeners) listener()
  }
  const dispatch = (action: Action): void => {
    const outcome = reduce(state, action, factsOf())
    const { choices } = state
    state = outcome.state
    publish()
    // What another console has saved is saved.
    if (state.choices !== choices && action.type !== 'choices') options.onChoices?.(state.choices)
    if (outcome.effect) effect(outcome.effect)
  }
  const say: Say = (text, tone) => dispatch({ type: 'say', message: { text, tone } })
  const effect = createEffects(link, say, dispatch, options.onEffect)
  // The cursor stands on the first row before any key is pressed.
  state = reduce(state, { type: 'data' }, factsOf()).state
  return {
    dispatch,
    stop() {
      live.stop()
      answers.stop()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    snapshot() {
      shown ??= {
        state,
        facts: factsOf(),
        totals: totals({ world: link.world(), version: live.version, now: link.world().at ?? live.now }),
        status: link.status(),
        slow,
        lagMs: slow ? (options.lagMs?.() ?? 0) : 0,
        series,
        events,
        surroundings,
      }
      return shown
    },
  }
}
