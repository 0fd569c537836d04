// What the wallboard tells, read from a hub: facts only, no colours and no sizes.
import { type Alert, alertsOf } from '../../core/alerts.ts'
import { type Columns, noColumns } from '../../core/columns.ts'
import type { LogEvent } from '../../core/events.ts'
import type { HubLink, LinkStatus } from '../../core/link.ts'
import type { Run } from '../../core/state.ts'
import type { World } from '../../core/world.ts'
import { mainMetric } from '../../resources/runs.ts'
import { SERIES_COLOURS } from '../terminal/style.ts'
import type { LossPoints } from './wall-losses.ts'

/** All that the wallboard shows. */
export interface WallData {
  readonly world: World
  readonly status: LinkStatus
  /** Unix ms. */
  readonly now: number
  readonly alerts: readonly Alert[]
  readonly losses: readonly LossPoints[]
  /** CPU of the busiest host over the last minutes, percent. */
  readonly busiest: { readonly host: string; readonly values: readonly number[] } | undefined
  /** Oldest first. */
  readonly events: readonly LogEvent[]
}

/** A share in percent, or null where nothing was measured. */
type Percent = number | null

/** How far back the busiest host is shown, ms. */
const TREND_MS = 600_000
const MAX_LINES = Math.min(6, SERIES_COLOURS)

const mean = (values: readonly number[]): Percent =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length

/** Last values of the hosts that are online, of all series whose name fits. */
function* currentOf({ state, series }: World, fits: (key: string) => boolean): Generator<number> {
  for (const { id, online } of state.hosts.values())
    for (const [key, { last }] of series.get(id) ?? [])
      if (online && fits(key) && Number.isFinite(last.value)) yield last.value
}

/** Mean use of the fleet: of the hosts online, and of all their GPUs. */
export function fleetLoad(world: World): { cpu: Percent; memory: Percent; gpu: Percent } {
  return {
    cpu: mean([...currentOf(world, (key) => key === 'cpu')]),
    memory: mean([...currentOf(world, (key) => key === 'memory')]),
    gpu: mean([...currentOf(world, (key) => /^gpu\.\d+\.utilization$/.test(key))]),
  }
}

/** How many runs are in each state; a state without runs is left out. */
export function runStates(world: World): Map<Run['status'], number> {
  const counts = new Map<Run['status'], number>()
  for (const { status } of world.state.runs.values()) counts.set(status, (counts.get(status) ?? 0) + 1)
  return counts
}

const newestTime = ({ series }: World, { id }: Run): number => {
  let time = 0
  for (const { last } of series.get(id)?.values() ?? []) time = Math.max(time, last.time)
  return time
}

/** Runs whose main metric is drawn: those that run, the freshest first; without any the freshest of all. */
export function shownRuns(world: World): { run: Run; key: string }[] {
  const all = [...world.state.runs.values()]
  const running = all.filter(({ status }) => status === 'running')
  return (running.length > 0 ? running : all)
    .map((run) => ({
      run,
      key: mainMetric(world.series.get(run.id) ?? new Map()),
      time: newestTime(world, run),
    }))
    .sort((a, b) => b.time - a.time)
    .flatMap(({ run, key }) => (key === undefined ? [] : [{ run, key }]))
    .slice(0, MAX_LINES)
}

/** The host online with the highest CPU use. */
export function busiestHost(world: World): { id: string; name: string } | undefined {
  let found: { id: string; name: string; cpu: number } | undefined
  for (const { id, name, online } of world.state.hosts.values()) {
    const cpu = world.series.get(id)?.get('cpu')?.last.value ?? Number.NaN
    if (online && cpu >= 0 && (!found || cpu > found.cpu)) found = { id, name, cpu }
  }
  return found
}

/** The last value of each of `count` equal parts of time; parts without points are left out. */
function thinned({ times, values }: Columns, count: number): number[] {
  const first = times[0] ?? 0
  const span = Math.max(1, (times.at(-1) ?? 0) - first)
  const parts = new Map<number, number>()
  for (let i = 0; i < values.length; i++)
    parts.set(Math.floor(((times[i]! - first) / span) * (count - 1)), values[i]!)
  return [...parts.values()]
}

/** Reads all that is shown on `columns` cells. What the hub cannot tell now is empty; never rejects. */
export async function collectWall(
  link: HubLink,
  events: readonly LogEvent[],
  columns: number,
  now: number,
): Promise<WallData> {
  const world = link.world()
  const ask = (owner: string, key: string, from?: number): Promise<Columns> =>
    link
      .points({ owner, key, x: from === undefined ? 'step' : 'time', from, points: columns })
      .catch(() => noColumns)
  const host = busiestHost(world)
  const losses = shownRuns(world).map(async ({ run, key }) => ({
    label: `${run.name} ${key}`,
    columns: await ask(run.id, key),
  }))
  const trend = host && ask(host.id, 'cpu', now - TREND_MS)
  return {
    world,
    now,
    events,
    status: link.status(),
    alerts: alertsOf(world, now),
    losses: await Promise.all(losses),
    busiest: host && { host: host.name, values: thinned((await trend) ?? noColumns, columns) },
  }
}
