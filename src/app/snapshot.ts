// What a console would show, once, as plain text: for pipes, logs and TERM=dumb.
import { formatValue } from '../core/format.ts'
import type { World } from '../core/world.ts'
import { findResource } from '../resources/index.ts'
import { parseSort, sortItems } from '../resources/sort.ts'
import { printTable } from '../tui/panels/print-table.tsx'

/** Rows of a noun shown; the rest is counted. */
const MOST_ROWS = 20
/** Metrics of a run shown. */
const MOST_METRICS = 4

/** What a snapshot needs besides the world. */
export interface SnapshotOptions {
  /** Unix ms. */
  readonly now: number
  /** Cells in a line. */
  readonly width: number
  /** Box characters may be used. */
  readonly unicode: boolean
}

function lastMetrics(world: World, id: string): string {
  const metrics = [...(world.series.get(id) ?? [])].slice(0, MOST_METRICS)
  return metrics.map(([key, { last }]) => `${key}=${formatValue(last.value)}`).join(' ')
}

type Extra = Readonly<Record<string, (world: World, id: string) => string>>

function section(
  world: World,
  noun: string,
  keys: readonly string[],
  options: SnapshotOptions,
  extra: Extra = {},
): string {
  const resource = findResource(noun)!
  const items = sortItems(resource.items(world, options.now), parseSort(resource.sort))
  const titleOf = (key: string) => resource.headings.find((heading) => heading.key === key)!.title
  const rows = items.slice(0, MOST_ROWS).map((item) => ({
    ...Object.fromEntries(keys.map((key) => [titleOf(key), item.text(key, options.now)])),
    ...Object.fromEntries(Object.entries(extra).map(([title, text]) => [title, text(world, item.id)])),
  }))
  const heading = `${noun.toUpperCase()} (${items.length})`
  if (rows.length === 0) return heading
  const table = printTable(rows, [...keys.map(titleOf), ...Object.keys(extra)], options.width, options)
  const rest = items.length - rows.length
  return [heading, table, ...(rest > 0 ? [`... and ${rest} more`] : [])].join('\n')
}

/** Hosts, runs with their last metrics, alerts: small tables, drawn by ink-table. */
export function snapshot(world: World, options: SnapshotOptions): string {
  const hosts = ['name', 'status', 'cpu', 'memory', 'disk', 'load', 'gpus', 'runs']
  const runs = ['experiment', 'name', 'status', 'step']
  const sections = [
    section(world, 'hosts', hosts, options),
    section(world, 'runs', runs, options, { 'LAST METRICS': lastMetrics }),
    section(world, 'alerts', ['severity', 'opened', 'text'], options),
  ]
  return `${sections.join('\n\n')}\n`
}
