// One command of the line after `:`, and what commands share.
import type { Resource } from '../../resources/define.ts'
import { type Facts, resourceOf } from './facts.ts'
import { say } from './navigation.ts'
import { currentView, type ListView, type Outcome, only, type UiState } from './ui-state.ts'

/** One command. */
export interface Command {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string
  /** What the help shows behind the name. */
  readonly argument: string
  /** The argument is one name, which may hold spaces and commas. */
  readonly whole?: boolean
  run(state: UiState, argument: string, facts: Facts): Outcome
  /** What may stand behind the name. */
  candidates?(state: UiState, facts: Facts, word: string): string[]
}

/** A word about what is wrong with a command. */
export const wrong = (state: UiState, text: string): Outcome => only(say(state, text, 'warn'))

/** A command that needs a list in sight. */
export const onList =
  (run: (state: UiState, view: ListView, argument: string, facts: Facts) => Outcome): Command['run'] =>
  (state, argument, facts) => {
    const view = currentView(state)
    return view.kind === 'list'
      ? run(state, view, argument, facts)
      : wrong(state, 'that is for lists; open one first, for example :runs')
  }

type Named = ReadonlyMap<string, { readonly id: string; readonly name: string }>

/** Names of runs or hosts, each once. */
export const namesOf = (things: Named): string[] => [
  ...new Set(Array.from(things.values(), ({ name }) => name)),
]

/** Id by id, by name where only one has it, or by the beginning of an id. In words when there is none. */
export function findNamed(things: Named, word: string, noun: string): { id: string } | { problem: string } {
  if (word === '') return { problem: `which ${noun}? :${noun} NAME or ID` }
  if (things.has(word)) return { id: word }
  const all = [...things.values()]
  const named = all.filter(({ name }) => name === word)
  const found = named.length > 0 ? named : all.filter(({ id }) => id.startsWith(word))
  if (found.length === 1) return { id: found[0]!.id }
  if (found.length === 0) return { problem: `no ${noun} "${word}"` }
  const ids = found.map(({ id }) => id).join(', ')
  return { problem: `"${word}" names ${found.length} ${noun}s: ${ids}` }
}

const MAX_VALUES = 200

/** What a word of a filter may become: a field, or behind its `=` the values that there are. */
export function filterWords(name: string, word: string, facts: Facts): string[] {
  const { headings } = resourceOf(name)
  const [key = ''] = word.split('=')
  if (key === word || !headings.some((heading) => heading.key === key))
    return headings.filter(({ table }) => table !== 'never').map((heading) => `${heading.key}=`)
  const values = new Set<string>()
  for (const item of facts.rows({ resource: name, filter: '', sort: [] }).items) {
    const value = item.field(key)
    if (typeof value === 'string') values.add(/[\s"(),]/.test(value) ? JSON.stringify(value) : value)
    if (values.size >= MAX_VALUES) break
  }
  return [...values].map((value) => `${key}=${value}`)
}

/** Rows that are looked into for what lies below their records. */
const MAX_ROWS = 200

function below({ resource }: ListView, id: string, { world }: Facts): string[] {
  if (resource !== 'runs') return []
  const run = world.state.runs.get(id)
  return [
    ...Object.keys(run?.params ?? {}).map((key) => `params.${key}`),
    ...Array.from(world.series.get(id)?.keys() ?? [], (key) => `metrics.${key}`),
    ...Object.keys(run?.tags ?? {}).map((key) => `tags.${key}`),
  ]
}

/** The columns of the list in sight, with what lies below its records: `metrics.loss`, `params.lr`. */
export function columnPaths(state: UiState, facts: Facts): string[] {
  const view = currentView(state)
  if (view.kind !== 'list') return []
  const paths = new Set(resourceOf(view.resource).headings.map(({ key }) => key))
  const { items } = facts.rows(view)
  for (const { id } of items.slice(0, MAX_ROWS)) for (const path of below(view, id, facts)) paths.add(path)
  return [...paths]
}

/** The path of a column as a person writes it: `lr` for `params.lr`, `loss` for `metrics.loss`. */
export function wholePath(
  { headings }: Resource,
  word: string,
  known: readonly string[],
): string | undefined {
  const keys = headings.map(({ key }) => key)
  if (keys.includes(word) || keys.includes(word.split('.')[0]!)) return word
  return [`metrics.${word}`, `params.${word}`, `tags.${word}`].find((path) => known.includes(path))
}
