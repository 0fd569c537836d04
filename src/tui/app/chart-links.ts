// From an instant of a run's chart to what else happened then: on its host, in its output, and in the log of events.
import { chartExtent, type Facts, focused, metricKeys, ownerName } from './facts.ts'
import { logsAround, logsView } from './logs-view.ts'
import { push, say } from './navigation.ts'
import { type ChartsView, chartsView, eventsAround, type UiState } from './ui-state.ts'

/** Shown before and behind the instant, ms. */
const AROUND_MS = 600_000

/** Unix ms under the cross-hair, by the first run that has points there. */
function instantOf(
  view: ChartsView,
  facts: Facts,
): { readonly owner: string; readonly time: number } | undefined {
  const { cursor } = view
  if (cursor === null) return undefined
  const keys = metricKeys(facts.world, view)
  const key = keys[focused(keys, view)] ?? ''
  for (const owner of view.ids) {
    const time = view.x === 'time' ? cursor : facts.timeAt(owner, key, view.x, cursor)
    if (time !== undefined) return { owner, time }
  }
  return undefined
}

const NO_CURSOR = 'put the cross-hair there first: h or l'

/** Opens the charts of the run's host, the cross-hair at the same instant. */
export function openHostAt(state: UiState, view: ChartsView, facts: Facts): UiState {
  const instant = instantOf(view, facts)
  if (!instant) return say(state, NO_CURSOR, 'dim')
  if (view.owner === 'host') return state
  const host = facts.world.state.runs.get(instant.owner)?.host ?? ''
  if (!facts.world.series.has(host)) return say(state, 'nothing is known of the host of this run', 'warn')
  const { time } = instant
  const charts = chartsView('host', [host])
  const range = chartExtent(facts.world, charts, metricKeys(facts.world, charts)[0] ?? '')
  const opened = push(state, { ...charts, cursor: time, zoom: [time - AROUND_MS, time + AROUND_MS] })
  const outside = range === undefined || time < range[0] || time > range[1]
  return outside ? say(opened, `${ownerName(facts.world, host)} was not measured then`, 'warn') : opened
}

/** Opens the log of events about the same instant. */
export function openEventsAt(state: UiState, view: ChartsView, facts: Facts): UiState {
  const instant = instantOf(view, facts)
  return instant ? push(state, eventsAround(instant.time)) : say(state, NO_CURSOR, 'dim')
}

/** Opens what the runs of the chart printed about the same instant; without a cross-hair what they print now. */
export function openLogsAt(state: UiState, view: ChartsView, facts: Facts): UiState {
  const instant = instantOf(view, facts)
  return push(state, instant ? logsAround(view.ids, instant.time) : logsView(view.ids))
}
