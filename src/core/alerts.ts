// Conditions that need somebody, derived from the world: nothing to configure, nothing to forget.
import type { Run } from './state.ts'
import type { Summary } from './summary.ts'
import type { World } from './world.ts'

/** How bad it is, as in Alertmanager. */
export type Severity = 'critical' | 'warning'

/** A condition that holds now. */
export interface Alert {
  readonly id: string
  readonly rule: 'host.offline' | 'run.diverged' | 'source.unreadable' | 'agent.lost-points'
  readonly severity: Severity
  readonly state: 'firing'
  /** Unix ms since when. */
  readonly opened: number
  /** Id of the host or run. */
  readonly about: string
  readonly text: string
}

function diverged(run: Run, key: string, { last, nonFinite }: Summary): Alert {
  const count = nonFinite === 1 ? '1 value' : `${nonFinite} values`
  return {
    id: `run.diverged:${run.id}:${key}`,
    rule: 'run.diverged',
    severity: run.status === 'running' ? 'critical' : 'warning',
    state: 'firing',
    opened: last.time,
    about: run.id,
    text: `${run.name}: ${key} is ${last.value} at step ${last.step} (${count} not finite)`,
  }
}

function* runAlerts({ state, series }: World): Generator<Alert> {
  for (const run of state.runs.values())
    for (const [key, summary] of series.get(run.id) ?? [])
      if (!Number.isFinite(summary.last.value)) yield diverged(run, key, summary)
}

function* hostAlerts({ state }: World): Generator<Alert> {
  for (const { id, name, online, since, reason, lostPoints } of state.hosts.values()) {
    const common = { about: id, state: 'firing', opened: since } as const
    if (!online)
      yield {
        ...common,
        id: `host.offline:${id}`,
        rule: 'host.offline',
        severity: 'warning',
        text: `${name} is offline: ${reason}`,
      }
    if (lostPoints > 0)
      yield {
        ...common,
        id: `agent.lost-points:${id}`,
        rule: 'agent.lost-points',
        severity: 'warning',
        text: `${name} lost ${lostPoints} points`,
      }
  }
}

function* sourceAlerts({ state }: World): Generator<Alert> {
  for (const { id, about, source, path, problem, at } of state.problems.values())
    yield {
      id: `source.unreadable:${id}`,
      rule: 'source.unreadable',
      severity: 'warning',
      state: 'firing',
      opened: at,
      about,
      text: `${source}: ${path}: ${problem}`,
    }
}

/** All alerts of a world, the worst first, then the newest. */
export function alertsOf(world: World): Alert[] {
  const all = [...runAlerts(world), ...hostAlerts(world), ...sourceAlerts(world)]
  const rank = { critical: 0, warning: 1 }
  return all.sort((a, b) => rank[a.severity] - rank[b.severity] || b.opened - a.opened)
}
