// Finds what a person names: by id, by name when only one has it, by the beginning of an id.
import type { World } from '../core/world.ts'
import type { Resource } from '../resources/define.ts'
import { findResource, resources } from '../resources/index.ts'
import { CliError, EXIT, nearHint, usageError } from './cli-error.ts'

/** Something with an id and perhaps a name. */
export interface Named {
  readonly id: string
  readonly name: string
}

const MAX_LISTED = 5

/** The noun that a word names. Throws CliError with code 2. */
export function nounOf(word: string): Resource {
  const found = findResource(word)
  if (found) return found
  const known = resources.flatMap(({ name, aliases }) => [
    name,
    ...aliases.filter(({ length }) => length > 2),
  ])
  const names = resources.map(({ name }) => name).join(', ')
  throw usageError(`no noun "${word}"`, nearHint(word, known, `one of ${names}`))
}

/** The one that `word` names. Throws CliError: 3 when there is none, 2 when there are several. */
export function pick<T extends Named>(all: readonly T[], word: string, noun: string, list: string): T {
  const ways = [
    all.filter(({ id }) => id === word),
    all.filter(({ name }) => name === word),
    word === '' ? [] : all.filter(({ id }) => id.startsWith(word)),
  ]
  const found = ways.find(({ length }) => length > 0) ?? []
  if (found.length === 1) return found[0]!
  if (found.length === 0) {
    const known = all.flatMap(({ id, name }) => (name === id ? [id] : [id, name]))
    throw new CliError(
      `no ${noun} "${word}"`,
      nearHint(word, known, `${list} lists what there is`),
      EXIT.notFound,
    )
  }
  const ids = found.slice(0, MAX_LISTED).map(({ id }) => id)
  const more = found.length > MAX_LISTED ? `, and ${found.length - MAX_LISTED} more` : ''
  throw usageError(
    `${noun} "${word}" is not unique: ${found.length} fit`,
    `name one by its id: ${ids.join(', ')}${more}`,
  )
}

/** What owns series. */
export interface Owner extends Named {
  readonly kind: 'run' | 'host'
}

/** Runs and hosts, the owners of series. */
export function ownersOf({ state }: World): Owner[] {
  const runs = [...state.runs.values()].map(({ id, name }): Owner => ({ kind: 'run', id, name }))
  const hosts = [...state.hosts.values()].map(({ id, name }): Owner => ({ kind: 'host', id, name }))
  return [...runs, ...hosts]
}
