// The one registry of nouns. Adding one: its file and a line here.
import { alerts } from './alerts.ts'
import { datasets } from './datasets.ts'
import type { Resource } from './define.ts'
import { experiments } from './experiments.ts'
import { hosts } from './hosts.ts'
import { models } from './models.ts'
import { problems } from './problems.ts'
import { projects } from './projects.ts'
import { runs } from './runs.ts'
import { versions } from './versions.ts'

/** All nouns, in the order in which help and docs show them. */
export const resources: readonly Resource[] = [
  runs,
  experiments,
  models,
  versions,
  datasets,
  projects,
  hosts,
  alerts,
  problems,
]

/** A noun by name or alias. */
export function findResource(word: string): Resource | undefined {
  const wanted = word.toLowerCase()
  return resources.find(({ name, aliases }) => name === wanted || aliases.includes(wanted))
}
