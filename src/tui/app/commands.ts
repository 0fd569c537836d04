// What can be typed after `:`. Each command is declared once; completion and help read the list.
import { parseFilter } from '../../resources/filter.ts'
import { findResource, resources } from '../../resources/index.ts'
import { parseSort } from '../../resources/sort.ts'
import { type Facts, resourceOf } from './facts.ts'
import { selectedId, settleList, sorted } from './list-moves.ts'
import { goTo, push, replace, say } from './navigation.ts'
import {
  chartsView,
  currentView,
  detailsView,
  eventsView,
  type ListView,
  listView,
  type Outcome,
  only,
  type UiState,
} from './ui-state.ts'

/** One command. */
export interface Command {
  readonly name: string
  readonly aliases: readonly string[]
  readonly doc: string
  /** What the help shows behind the name. */
  readonly argument: string
  run(state: UiState, argument: string, facts: Facts): Outcome
  /** What may stand behind the name. */
  candidates?(state: UiState, facts: Facts, word: string): string[]
}

const wrong = (state: UiState, text: string): Outcome => only(say(state, text, 'warn'))

const names = (things: ReadonlyMap<string, { readonly name: string }>): string[] => [
  ...new Set(Array.from(things.values(), ({ name }) => name)),
]

/** Id by id, by name where only one has it, or by the beginning of an id. In words when there is none. */
function find(
  things: ReadonlyMap<string, { readonly id: string; readonly name: string }>,
  word: string,
  noun: string,
): { id: string } | { problem: string } {
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

function opensOwner(noun: 'run' | 'host'): Command {
  const thingsOf = ({ world }: Facts) => (noun === 'run' ? world.state.runs : world.state.hosts)
  return {
    name: noun,
    aliases: [],
    argument: 'NAME or ID',
    doc: `charts of one ${noun}`,
    run(state, argument, facts) {
      const found = find(thingsOf(facts), argument, noun)
      if ('problem' in found) return wrong(state, found.problem)
      return only(push(state, chartsView(noun, [found.id])))
    },
    candidates: (_, facts) => names(thingsOf(facts)),
  }
}

function opensList(name: string, aliases: readonly string[], doc: string): Command {
  return {
    name,
    aliases,
    argument: '[FILTER]',
    doc,
    run(state, argument) {
      const filter = parseFilter(argument)
      if (!filter.ok) return wrong(state, `filter: ${filter.reason}, at character ${filter.at + 1}`)
      return only(goTo(state, listView(name, parseSort(resourceOf(name).sort), argument)))
    },
    candidates: (_, facts, word) => filterWords(name, word, facts),
  }
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

/** The columns of the list in sight, with what lies below its records: `metrics.loss`, `params.lr`. */
function columnPaths(state: UiState, facts: Facts): string[] {
  const view = currentView(state)
  if (view.kind !== 'list') return []
  const keys = resourceOf(view.resource).headings.map(({ key }) => key)
  const item = facts.rows(view).items[view.index]
  const below = ['metrics', 'params', 'tags'].flatMap((head) =>
    Object.keys((keys.includes(head) && item?.field(head)) || {}).map((key) => `${head}.${key}`),
  )
  return [...keys, ...below]
}

/** A command that needs a list in sight. */
const onList =
  (run: (state: UiState, view: ListView, argument: string, facts: Facts) => Outcome): Command['run'] =>
  (state, argument, facts) => {
    const view = currentView(state)
    return view.kind === 'list'
      ? run(state, view, argument, facts)
      : wrong(state, 'that is for lists; open one first, for example :runs')
  }

/** The first path that the noun has no column for, also not above it. */
function unknownPath({ resource }: ListView, paths: readonly string[]): string | undefined {
  const keys = resourceOf(resource).headings.map(({ key }) => key)
  return paths.find((path) => !keys.includes(path) && !keys.includes(path.split('.')[0]!))
}

const LIST_COMMANDS: readonly Command[] = [
  {
    name: 'sort',
    aliases: [],
    argument: 'COLUMN[,-COLUMN]',
    doc: 'sorts the list; - for falling, params.lr and metrics.loss work too',
    run: onList((state, view, argument, facts) => {
      const sort = parseSort(argument || resourceOf(view.resource).sort)
      const unknown = unknownPath(
        view,
        sort.map(({ path }) => path),
      )
      if (unknown !== undefined) return wrong(state, `${view.resource} have no column "${unknown}"`)
      return only(sorted(state, view, facts, sort))
    }),
    candidates: (state, facts) => columnPaths(state, facts).flatMap((path) => [path, `-${path}`]),
  },
  {
    name: 'columns',
    aliases: ['cols'],
    argument: '[A,B,...]',
    doc: 'chooses the columns; none for the usual ones, params.lr and metrics.loss work too',
    run: onList((state, view, argument) => {
      const columns = argument.split(/[\s,]+/).filter((word) => word !== '')
      const unknown = unknownPath(view, columns)
      if (unknown !== undefined) return wrong(state, `${view.resource} have no column "${unknown}"`)
      return only(replace(state, { ...view, columns: columns.length > 0 ? columns : null }))
    }),
    candidates: columnPaths,
  },
  {
    name: 'filter',
    aliases: [],
    argument: '[FILTER]',
    doc: 'filters the list, as / does',
    run: onList((state, view, argument, facts) => {
      const filter = parseFilter(argument)
      if (!filter.ok) return wrong(state, `filter: ${filter.reason}, at character ${filter.at + 1}`)
      const next = { ...view, filter: argument }
      return only(settleList(replace(state, next), next, facts))
    }),
  },
  {
    name: 'describe',
    aliases: ['d'],
    argument: '',
    doc: 'everything about the selected row',
    run: onList((state, view, _, facts) => {
      const id = selectedId(view, facts)
      return id === undefined
        ? wrong(state, 'no row is selected')
        : only(push(state, detailsView(view.resource, id)))
    }),
  },
]

/** All commands, in the order in which help shows them. */
export const commands: readonly Command[] = [
  ...resources.map(({ name, aliases, doc }) =>
    // `:run NAME` and `:host NAME` open one; without a name they mean the list.
    opensList(
      name,
      aliases.filter((alias) => alias !== 'run' && alias !== 'host'),
      doc,
    ),
  ),
  opensOwner('run'),
  opensOwner('host'),
  {
    name: 'events',
    aliases: ['ev'],
    argument: '',
    doc: 'what happened, as a log',
    run: (state) => only(goTo(state, eventsView)),
  },
  ...LIST_COMMANDS,
  {
    name: 'help',
    aliases: [],
    argument: '',
    doc: 'keys, commands and columns',
    run: (state) => only({ ...state, help: 0 }),
  },
  {
    name: 'quit',
    aliases: ['q', 'q!', 'exit'],
    argument: '',
    doc: 'ends the console',
    run: (state) => ({ state, effect: { type: 'quit' } }),
  },
]

/** The command that a word names. */
export function findCommand(word: string): Command | undefined {
  const wanted = word.toLowerCase()
  return commands.find(({ name, aliases }) => name === wanted || aliases.includes(wanted))
}

/** The one command that begins with a word; none changes anything but the screen. */
function onlyBeginning(word: string): Command | undefined {
  const found = commands.filter(({ name }) => name.startsWith(word.toLowerCase()))
  return found.length === 1 ? found[0] : undefined
}

/** Runs a line typed after `:`. What is wrong with it is said in the message line. */
export function runCommand(state: UiState, line: string, facts: Facts): Outcome {
  const [, word = '', argument = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(line) ?? []
  if (word === '') return only(state)
  const plural = argument === '' && (word === 'run' || word === 'host') ? findResource(word)?.name : undefined
  const command = findCommand(plural ?? word) ?? onlyBeginning(word)
  if (!command) return wrong(state, `no command "${word}"; ? lists them`)
  return command.run(state, argument, facts)
}
