// Conditions that need somebody, derived from the world: nothing to configure, nothing to forget.
// What people say of them (acknowledged, silenced) is in the state; see Ack.
import { formatBytes } from './format.ts'
import { glanceOf } from './glance.ts'
import { projectUse } from './project-use.ts'
import type { Ack, Host, Run } from './state.ts'
import type { Summary } from './summary.ts'
import type { World } from './world.ts'

/** How bad it is, as in Alertmanager. */
export type Severity = 'critical' | 'warning'

/** `firing` wants somebody; `acknowledged` has one; `silenced` is to be left alone for a while. */
export type AlertState = 'firing' | Exclude<Ack['state'], 'assigned'>

/** A condition that holds, before what people said of it. */
interface Condition {
  readonly id: string
  readonly rule: 'host.offline' | 'run.diverged' | 'source.unreadable' | 'agent.lost-points' | 'project.quota'
  readonly severity: Severity
  /** Unix ms since when; by the agent's clock where an agent tells it. The same for as long as the condition holds. */
  readonly opened: number
  /** Id of the host, run or project. */
  readonly about: string
  readonly text: string
}

/** A condition that holds now. */
export interface Alert extends Condition {
  readonly state: AlertState
  /** Whom it was given to, else who acknowledged or silenced it; null for nobody. */
  readonly owner: string | null
  readonly note: string | null
  /** Unix ms at which a silence ends; null otherwise. */
  readonly until: number | null
}

function diverged(run: Run, key: string, { last, nonFinite, badSince }: Summary): Condition {
  const count = nonFinite === 1 ? '1 value' : `${nonFinite} values`
  return {
    id: `run.diverged:${run.id}:${key}`,
    rule: 'run.diverged',
    severity: run.status === 'running' ? 'critical' : 'warning',
    opened: badSince ?? last.time,
    about: run.id,
    text: `${run.name}: ${key} is ${last.value} at step ${last.step} (${count} not finite)`,
  }
}

function* runAlerts({ state, series }: World): Generator<Condition> {
  for (const run of state.runs.values())
    if (run.deleted === undefined)
      for (const [key, summary] of glanceOf(series.get(run.id)).bad) yield diverged(run, key, summary)
}

/** Why a host that `mlops import` made is offline: it has done its work. */
export const IMPORTED = 'its import is complete'

/** True for a host that should be there and is not. */
export const isMissed = ({ online, reason }: Pick<Host, 'online' | 'reason'>): boolean =>
  !online && reason !== IMPORTED

function* hostAlerts({ state }: World): Generator<Condition> {
  for (const host of state.hosts.values()) {
    const { id, name, since, reason, lostPoints, lostAt } = host
    if (isMissed(host))
      yield {
        id: `host.offline:${id}`,
        rule: 'host.offline',
        severity: 'warning',
        opened: since,
        about: id,
        text: `${name} is offline: ${reason}`,
      }
    if (lostPoints > 0)
      yield {
        id: `agent.lost-points:${id}`,
        rule: 'agent.lost-points',
        severity: 'warning',
        opened: lostAt ?? since,
        about: id,
        text: `${name} lost ${lostPoints} points`,
      }
  }
}

function* sourceAlerts({ state }: World): Generator<Condition> {
  for (const { id, about, source, path, problem, since, at } of state.problems.values())
    yield {
      id: `source.unreadable:${id}`,
      rule: 'source.unreadable',
      severity: 'warning',
      opened: since ?? at,
      about,
      text: `${source}: ${path}: ${problem}`,
    }
}

function* projectAlerts({ state }: World): Generator<Condition> {
  for (const { id, quotaBytes } of state.projects.values()) {
    const use = projectUse(state, id)
    if (quotaBytes === null || use.nearlyFull === null) continue
    const share = quotaBytes === 0 ? '' : ` (${Math.floor((use.bytes / quotaBytes) * 100)} %)`
    yield {
      id: `project.quota:${id}`,
      rule: 'project.quota',
      severity: 'warning',
      opened: use.nearlyFull,
      about: id,
      text: `project ${id} uses ${formatBytes(use.bytes)} of its ${formatBytes(quotaBytes)}${share}`,
    }
  }
}

/** An acknowledgement is for one opening; a silence is for a time, however often the alert comes and goes. */
function wordThatHolds(ack: Ack, { opened }: Condition, now: number): Alert['state'] {
  if (ack.state === 'acknowledged') return ack.opened === opened ? ack.state : 'firing'
  return ack.state === 'silenced' && now < ack.until! ? ack.state : 'firing'
}

function withAck(condition: Condition, ack: Ack | undefined, now: number): Alert {
  const state = ack ? wordThatHolds(ack, condition, now) : 'firing'
  const given = ack?.opened === condition.opened ? (ack.owner ?? null) : null
  if (!ack || (state === 'firing' && given === null))
    return { ...condition, state, owner: null, note: null, until: null }
  const { by, note, until } = ack
  return { ...condition, state, owner: given ?? by, note, until: state === 'firing' ? null : until }
}

/** All alerts of a world at `now` (Unix ms, the hub's clock as far as known), the worst first, then the newest. */
export function alertsOf(world: World, now: number): Alert[] {
  const all = [...runAlerts(world), ...hostAlerts(world), ...sourceAlerts(world), ...projectAlerts(world)]
  const rank = { critical: 0, warning: 1 }
  return all
    .map((condition) => withAck(condition, world.state.acks.get(condition.id), now))
    .sort((a, b) => rank[a.severity] - rank[b.severity] || b.opened - a.opened)
}
