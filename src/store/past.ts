// Time travel: the world as a store had it at a moment of the past.
import { apply } from '../core/apply.ts'
import { glanceOf } from '../core/glance.ts'
import { emptyState, type State } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { PastMoment, SeriesIndex, World } from '../core/world.ts'
import { inSlices } from './slices.ts'
import type { Store } from './store.ts'

/** Runs whose summaries are computed: those updated last before the moment. */
export const MOST_RUNS = 500
/** A machine's samples are summarised over this long before the moment, ms: all of them would be days of seconds. */
export const HOST_WINDOW_MS = 600_000
/** Events folded between two looks at the clock. */
const FOLD_EVENTS = 250
/** Folded states kept, so that the next moments nearby are quick. */
const MOST_KEPT = 8

/** Why a question about the past was given up. */
export const SUPERSEDED = 'another moment was asked for'

/** Views of a store's past. */
export interface Past {
  /** See HubLink.worldAt. Rejects with the signal's reason once it is aborted. */
  worldAt(moment: PastMoment, signal?: AbortSignal): Promise<World>
}

/** A worldAt for one asker: a newer question ends the older one, which rejects. */
export function onlyNewest(worldAt: Past['worldAt']): (moment: PastMoment) => Promise<World> {
  let asked = new AbortController()
  return (moment) => {
    asked.abort(new Error(SUPERSEDED))
    asked = new AbortController()
    return worldAt(moment, asked.signal)
  }
}

/** Folds on from a state to an event. */
function* fold(store: Store, from: State, seq: number): Generator<void, State> {
  let state = from
  while (state.seq < seq) {
    const page = store.events({ since: state.seq, limit: Math.min(FOLD_EVENTS, seq - state.seq) })
    if (page.length === 0) break
    state = apply(state, page)
    yield
  }
  return state
}

/** When a run had last been heard of by `time`, as far as the summaries of now tell: a guess, for the order only. */
function updated({ series }: Store, id: string, time: number): number {
  return Math.min(glanceOf(series.get(id)).updated ?? Number.NEGATIVE_INFINITY, time)
}

function* newestRuns(store: Store, state: State, time: number): Generator<void, string[]> {
  const runs: { id: string; at: number }[] = []
  for (const id of state.runs.keys()) {
    if (store.series.has(id)) runs.push({ id, at: updated(store, id, time) })
    yield
  }
  runs.sort((a, b) => (a.at === b.at ? 0 : b.at - a.at))
  return runs.slice(0, MOST_RUNS).map(({ id }) => id)
}

function* summaries(store: Store, state: State, time: number): Generator<void, SeriesIndex> {
  const runs = yield* newestRuns(store, state, time)
  const wanted = [
    ...runs.map((owner) => ({ owner, from: Number.NEGATIVE_INFINITY })),
    ...[...state.hosts.keys()].map((owner) => ({ owner, from: time - HOST_WINDOW_MS })),
  ]
  const index = new Map<string, Map<string, Summary>>()
  for (const { owner, from } of wanted) {
    const mine = new Map<string, Summary>()
    for (const key of [...(store.series.get(owner)?.keys() ?? [])]) {
      const summary = yield* store.summaryWithin(owner, key, from, time)
      if (summary) mine.set(key, summary)
      yield
    }
    if (mine.size > 0) index.set(owner, mine)
  }
  return index
}

/** The views of an open store. */
export function openPast(store: Store): Past {
  let kept: State[] = []

  function* stateAt(seq: number): Generator<void, State> {
    const base = kept.reduce(
      (best, state) => (state.seq <= seq && state.seq > best.seq ? state : best),
      emptyState,
    )
    const state = seq === store.state().seq ? store.state() : yield* fold(store, base, seq)
    kept = [state, ...kept.filter((other) => other.seq !== state.seq)].slice(0, MOST_KEPT)
    return state
  }

  function* worldAt(moment: PastMoment): Generator<void, World> {
    const seq = typeof moment === 'number' ? store.seqAt(moment) : Math.min(moment.seq, store.state().seq)
    const time = typeof moment === 'number' ? Math.floor(moment) : (store.storedAt(seq) ?? 0)
    const state = yield* stateAt(seq)
    return { state, series: yield* summaries(store, state, time), presence: new Map(), at: time }
  }

  return { worldAt: (moment, signal) => inSlices(worldAt(moment), signal) }
}
