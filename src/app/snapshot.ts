// What a console would show, once, as plain text: for pipes, logs and TERM=dumb.
import { formatValue } from '../core/format.ts'
import type { World } from '../core/world.ts'
import type { Resource } from '../resources/define.ts'
import { findResource } from '../resources/index.ts'
import { parseSort, sortItems } from '../resources/sort.ts'

/** Runs shown; the rest is counted. */
const MOST_ROWS = 30
/** Metrics of a run shown. */
const MOST_METRICS = 6

/** Rows of text in columns as wide as their widest cell. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  )
}

function section(resource: Resource, keys: readonly string[], world: World, now: number): string[] {
  const items = sortItems(resource.items(world, now), parseSort(resource.sort))
  const titles = keys.map((key) => resource.headings.find((heading) => heading.key === key)!.title)
  const rows = items.slice(0, MOST_ROWS).map((item) => keys.map((key) => item.text(key, now)))
  const rest = items.length - rows.length
  const more = rest > 0 ? [`... and ${rest} more`] : []
  return [`${resource.name.toUpperCase()} (${items.length})`, ...alignColumns([titles, ...rows]), ...more, '']
}

function lastMetrics(world: World, id: string): string {
  const metrics = [...(world.series.get(id) ?? [])].slice(0, MOST_METRICS)
  return metrics.map(([key, { last }]) => `${key}=${formatValue(last.value)}`).join('  ')
}

function metricLines(world: World): string[] {
  const runs = sortItems(findResource('runs')!.items(world), parseSort('-updated')).slice(0, MOST_ROWS)
  const rows = runs.map((run) => [run.text('name', 0), lastMetrics(world, run.id)])
  return ['LAST METRICS', ...alignColumns(rows), '']
}

/** Hosts, runs with their last metrics, alerts. `now` in Unix ms. */
export function snapshot(world: World, now: number): string {
  const hosts = section(
    findResource('hosts')!,
    ['name', 'status', 'cpu', 'memory', 'disk', 'load', 'gpus', 'runs'],
    world,
    now,
  )
  const runs = section(
    findResource('runs')!,
    ['id', 'experiment', 'name', 'status', 'step', 'updated'],
    world,
    now,
  )
  const alerts = section(findResource('alerts')!, ['severity', 'opened', 'text'], world, now)
  return `${[...hosts, ...runs, ...metricLines(world), ...alerts].join('\n')}\n`
}
