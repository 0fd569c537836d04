// What a page of runs shows, as a world of its own: small enough to be sent for one question.
import { glanceOf } from '../core/glance.ts'
import { emptyState } from '../core/state.ts'
import type { Summary } from '../core/summary.ts'
import type { World } from '../core/world.ts'

/** The series that a table is made of. */
function brief(metrics: ReadonlyMap<string, Summary>): ReadonlyMap<string, Summary> {
  return new Map(glanceOf(metrics).sources.map((key) => [key, metrics.get(key)!]))
}

/** As much of a world as the rows of these runs show; `whole` with all their series. */
export function worldOfRuns(
  { state, series, presence }: World,
  ids: readonly string[],
  whole: boolean,
): World {
  const runs = new Map(ids.map((id) => [id, state.runs.get(id)!]))
  const hosts = new Map(
    [...runs.values()].flatMap(({ host }) => {
      const found = state.hosts.get(host)
      return found ? [[host, found] as const] : []
    }),
  )
  const mine = new Map(
    ids.flatMap((id) => {
      const metrics = series.get(id)
      return metrics ? [[id, whole ? metrics : brief(metrics)] as const] : []
    }),
  )
  return {
    state: { ...emptyState, seq: state.seq, runs, hosts, projects: state.projects },
    series: mine,
    presence,
  }
}
