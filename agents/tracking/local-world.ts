// What the agent's own API has been told, in memory: the fold of its events and the summaries of its points.
import { apply } from '../../src/core/apply.ts'
import type { LogEvent } from '../../src/core/events.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { fromWireSummary, type Summary, summarise, toWireSummary } from '../../src/core/summary.ts'
import type { AgentEvent } from '../../src/protocol/events.ts'
import type { Points } from '../../src/protocol/points.ts'
import { TABLES } from '../../src/protocol/tables.ts'

/** How long a run that has ended can be read here; the hub has it for longer. */
const KEEP_MS = 7 * 24 * 3_600_000

type Metrics = Map<string, Summary>

/** State and summaries. */
export interface LocalWorld {
  state(): State
  metrics(run: string): ReadonlyMap<string, Summary>
  take(events: readonly AgentEvent[], points: Points): void
  /** Forgets runs that ended long before `now` (Unix ms); gives the rest as JSON. */
  save(now: number): string
}

/** A world as it was saved; an empty one without. Throws for a text that save() did not write. */
export function openWorld(agent: string, saved?: string): LocalWorld {
  let state = emptyState
  const series = new Map<string, Metrics>()
  if (saved !== undefined) {
    const { tables, metrics, seq } = JSON.parse(saved).checkpoint
    state = { ...emptyState, ...Object.fromEntries(TABLES.map((name) => [name, new Map(tables[name])])), seq }
    for (const [run, entries] of metrics as [string, [string, unknown][]][])
      series.set(run, new Map(entries.map(([key, summary]) => [key, fromWireSummary(summary)])))
  }

  function addPoints(points: Points): void {
    let from = 0
    for (const [i, [run, key]] of points.series.entries()) {
      const to = from + points.counts[i]!
      let mine = series.get(run)
      if (!mine) {
        mine = new Map()
        series.set(run, mine)
      }
      mine.set(key, summarise(mine.get(key), points, from, to))
      from = to
    }
  }

  return {
    state: () => state,
    metrics: (run) => series.get(run) ?? new Map(),
    take(events, points) {
      const by = `agent:${agent}`
      const logged = events.map((event, i) => ({ ...event, seq: state.seq + 1 + i, by }) as LogEvent)
      if (logged.length > 0) state = apply(state, logged)
      addPoints(points)
    },
    save(now) {
      const runs = [...state.runs].filter(([, { ended }]) => ended === null || ended > now - KEEP_MS)
      // Nor are the others kept in mind: an agent lives for months.
      state = { ...state, runs: new Map(runs) }
      for (const run of series.keys()) if (!state.runs.has(run)) series.delete(run)
      const tables = Object.fromEntries(TABLES.map((name) => [name, [...state[name]]]))
      const metrics = runs.map(([run]) => [
        run,
        [...(series.get(run) ?? [])].map(([key, summary]) => [key, toWireSummary(summary)]),
      ])
      return JSON.stringify({ checkpoint: { tables: { ...tables, runs }, metrics, seq: state.seq } })
    },
  }
}

/** True for a record that save() made. */
export const isCheckpoint = (frame: Buffer): boolean => frame.subarray(0, 14).toString() === '{"checkpoint":'
