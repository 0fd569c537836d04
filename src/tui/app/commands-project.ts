// `:project`: lists are of one project until it is cleared.
import { type Command, wrong } from './command.ts'
import { resourceOf } from './facts.ts'
import { say } from './navigation.ts'
import { type ListView, only, type UiState } from './ui-state.ts'

/** A list with the project of the session as a part of its filter; a list of what is in no project stays as it is. */
export function ofProject<T extends Pick<ListView, 'resource' | 'filter'>>({ project }: UiState, list: T): T {
  if (project === null || !resourceOf(list.resource).headings.some(({ key }) => key === 'project'))
    return list
  const own = `project="${project}"`
  if (list.filter.trim() === '') return { ...list, filter: own }
  // Behind the filter: what that begins with can save making all rows.
  const { filter } = list
  return { ...list, filter: /\bor\b/i.test(filter) ? `(${filter}) ${own}` : `${filter} ${own}` }
}

/** The command. */
export const projectCommand: Command = {
  name: 'project',
  aliases: [],
  argument: '[NAME]',
  doc: 'shows runs, experiments, models and versions of one project only; without a name of all again',
  run(state, name, { world }) {
    if (name === '') return only(say({ ...state, project: null }, 'all projects'))
    if (world.state.projects.has(name)) return only(say({ ...state, project: name }, `project ${name}`))
    return wrong(state, `no project "${name}"; :projects lists them`)
  },
  candidates: (_, { world }) => [...world.state.projects.keys()],
}
