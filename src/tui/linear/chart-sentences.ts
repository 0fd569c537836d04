// Charts in words: the last value of a metric, its range, and where it is going.
import { formatTime, formatValue } from '../../core/format.ts'
import type { Summary } from '../../core/summary.ts'
import type { Shown } from '../app/console-store.ts'
import { ownerName } from '../app/facts.ts'
import type { ChartsView } from '../app/ui-state.ts'
import { nearest } from '../charts/traces.ts'

/** Share of the whole range below which two values count as the same. */
const LEVEL = 0.05
/** Buckets in which points are asked for, to find the one under the cross-hair. */
const POINTS = 400

/** Where a metric went between its first and its last value. */
function trend({ first, last, min, max }: Summary): string {
  const from = `from ${formatValue(first.value)}`
  if (!Number.isFinite(last.value)) return `${from}, it went wrong`
  const change = last.value - first.value
  const range = (max ?? 0) - (min ?? 0)
  if (!Number.isFinite(change) || Math.abs(change) <= LEVEL * range) return 'about level'
  return `${change < 0 ? 'falling' : 'rising'} ${from}`
}

/** `last 0.49 at step 3990, least 0.48, greatest 2.3, falling from 2.2, 400 points`. */
function summaryWords(summary: Summary): string {
  const { last, min, max, count, nonFinite } = summary
  return [
    `last ${formatValue(last.value)} at step ${last.step}`,
    ...(min === null ? [] : [`least ${formatValue(min)}`]),
    ...(max === null ? [] : [`greatest ${formatValue(max)}`]),
    trend(summary),
    `${count} ${count === 1 ? 'point' : 'points'}`,
    ...(nonFinite > 0 ? [`${nonFinite} not finite`] : []),
  ].join(', ')
}

/** The value under the cross-hair; '' while its points are not known. */
function valueAt({ series, facts }: Shown, view: ChartsView, owner: string, key: string): string {
  const summary = facts.world.series.get(owner)?.get(key)
  const { cursor, x } = view
  if (cursor === null || !summary) return ''
  const { columns } = series.read({ owner, key, x, points: POINTS }, summary.count, true)
  const { steps, times, values } = columns
  if (times.length === 0) return ''
  const origin = summary.first.time
  const xs =
    x === 'step'
      ? Float64Array.from(steps, Number)
      : x === 'time'
        ? times
        : times.map((time) => time - origin)
  const at = nearest(xs, cursor)
  return `${formatValue(values[at]!)} at step ${steps[at]}, ${formatTime(times[at]!)} UTC`
}

/** A metric of all owners of a view, in a sentence; with a cross-hair the values under it. */
export function metricSentence(shown: Shown, view: ChartsView, key: string): string {
  const { world } = shown.facts
  const ids =
    shown.state.pinned === null || view.owner === 'host'
      ? view.ids
      : [...new Set([...view.ids, shown.state.pinned])]
  const parts = ids.flatMap((id) => {
    const summary = world.series.get(id)?.get(key)
    if (!summary) return []
    const words = view.cursor === null ? summaryWords(summary) : valueAt(shown, view, id, key)
    return words === '' ? [] : [ids.length > 1 ? `${ownerName(world, id)} ${words}` : words]
  })
  return parts.length === 0 ? `${key}: reading.` : `${key}: ${parts.join('; ')}.`
}
