// What the header counts.
import { type Alert, alertsOf } from '../../core/alerts.ts'
import type { World } from '../../core/world.ts'
import type { RowSource } from './rows.ts'

/** Counts of a world. */
export interface Totals {
  readonly hosts: { readonly online: number; readonly total: number }
  readonly running: number
  /** Those that nobody has acknowledged or silenced, and how many others there are. */
  readonly alerts: { readonly critical: number; readonly warning: number; readonly handled: number }
  /** Those that nobody has acknowledged or silenced, the worst first. */
  readonly firing: readonly Alert[]
  /** Unix ms when a host was last heard; null for never. */
  readonly heard: number | null
}

function count(world: World, now: number): Totals {
  const hosts = [...world.state.hosts.values()]
  const alerts = alertsOf(world, now)
  const firing = alerts.filter(({ state }) => state === 'firing')
  const critical = firing.filter(({ severity }) => severity === 'critical').length
  let running = 0
  for (const { status } of world.state.runs.values()) if (status === 'running') running++
  let heard: number | null = null
  for (const { lastSeen } of world.presence.values()) heard = Math.max(heard ?? 0, lastSeen)
  return {
    hosts: { online: hosts.filter(({ online }) => online).length, total: hosts.length },
    running,
    alerts: { critical, warning: firing.length - critical, handled: alerts.length - firing.length },
    firing,
    heard,
  }
}

/** From this many runs on, they are counted at most once in LONG_MS. */
const MANY = 2_000
const LONG_MS = 500

/** Makes the function that counts a world, once a change of the data. */
export function createTotals(): (source: RowSource) => Totals {
  let before: { readonly version: number; readonly at: number; readonly totals: Totals } | undefined
  return ({ world, version, now }) => {
    const fresh = before && now - before.at < LONG_MS && world.state.runs.size > MANY
    if (!before || (before.version !== version && !fresh))
      before = { version, at: now, totals: count(world, now) }
    return before.totals
  }
}
