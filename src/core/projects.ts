// Projects: experiments and models grouped by their names, as the config of the hub says.
import type { NewEvent } from './events.ts'
import { globTest } from './glob.ts'
import type { State } from './state.ts'

/** One project; its id is its name. */
export interface Project {
  readonly id: string
  /** Names, `*` for any text. */
  readonly experiments: readonly string[]
  readonly models: readonly string[]
  /** For the files of its model versions; null for no bound. */
  readonly quotaBytes: number | null
}

/** What belongs to projects by its name. */
export type Grouped = 'experiments' | 'models'

type Tables = Pick<State, 'projects'>
type Find = (name: string) => string | null

function finder(projects: State['projects'], kind: Grouped): Find {
  const all = Array.from(projects.values(), (project) => ({
    id: project.id,
    tests: project[kind].map(globTest),
  }))
  const known = new Map<string, string | null>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const found = all.find(({ tests }) => tests.some((test) => test(name)))?.id ?? null
    known.set(name, found)
    return found
  }
}

const finders = new WeakMap<State['projects'], Readonly<Record<Grouped, Find>>>()

/** Project of an experiment or a model, the first whose names fit; null for none. */
export function projectOf({ projects }: Tables, kind: Grouped, name: string): string | null {
  if (projects.size === 0) return null
  let found = finders.get(projects)
  if (!found) {
    found = { experiments: finder(projects, 'experiments'), models: finder(projects, 'models') }
    finders.set(projects, found)
  }
  return found[kind](name)
}

/** What makes the projects of a state those of a config; none where they are. */
export function projectEvents(
  { projects }: Tables,
  wanted: Readonly<Record<string, Omit<Project, 'id'>>>,
  at: number,
): NewEvent[] {
  const all = Object.entries(wanted).map(([id, { experiments, models, quotaBytes }]) => ({
    id,
    experiments,
    models,
    quotaBytes,
  }))
  if (JSON.stringify(all) === JSON.stringify([...projects.values()])) return []
  return [{ type: 'projects.set', at, about: 'hub', data: { projects: all } }]
}
