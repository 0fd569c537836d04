// What can be typed after `:`. Each command is declared once; completion and help read the list.
import { parseFilter } from '../../resources/filter.ts'
import { findResource, resources } from '../../resources/index.ts'
import { chosenList } from './choices.ts'
import { type Command, filterWords, findNamed, namesOf, wrong } from './command.ts'
import { alertCommands } from './commands-alerts.ts'
import { lineageCommand } from './commands-lineage.ts'
import { listCommands } from './commands-list.ts'
import { logsCommand } from './commands-logs.ts'
import { projectCommand } from './commands-project.ts'
import { registryCommands } from './commands-registry.ts'
import { timeCommands } from './commands-time.ts'
import { viewCommands } from './commands-views.ts'
import { compareMarked, compareVersions, openCompare } from './compare-moves.ts'
import type { Facts } from './facts.ts'
import { toggleMouse } from './mouse.ts'
import { goTo, push } from './navigation.ts'
import { chartsView, currentView, eventsView, type Outcome, only, type UiState } from './ui-state.ts'

function opensOwner(noun: 'run' | 'host'): Command {
  const thingsOf = ({ world }: Facts) => (noun === 'run' ? world.state.runs : world.state.hosts)
  return {
    name: noun,
    aliases: [],
    argument: 'NAME or ID',
    doc: `charts of one ${noun}`,
    whole: true,
    run(state, argument, facts) {
      const found = findNamed(thingsOf(facts), argument, noun)
      if ('problem' in found) return wrong(state, found.problem)
      return only(push(state, chartsView(noun, [found.id])))
    },
    candidates: (_, facts) => namesOf(thingsOf(facts)),
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
      return only(goTo(state, chosenList(state.choices, name, argument)))
    },
    candidates: (_, facts, word) => filterWords(name, word, facts),
  }
}

const compare: Command = {
  name: 'compare',
  aliases: ['diff'],
  argument: '[RUN RUN ...]',
  doc: 'runs, or versions such as churn/3, side by side: those named, or the marked ones',
  run(state, argument, facts) {
    const view = currentView(state)
    if (argument === '' && view.kind === 'list') return only(compareMarked(state, view, facts))
    const words = argument.split(/[\s,]+/).filter((word) => word !== '')
    if (words.length > 0 && words.every((word) => facts.world.state.versions.has(word)))
      return only(compareVersions(state, words, facts))
    const found = words.map((word) => findNamed(facts.world.state.runs, word, 'run'))
    for (const one of found) if ('problem' in one) return wrong(state, one.problem)
    return only(
      openCompare(
        state,
        found.flatMap((one) => ('id' in one ? [one.id] : [])),
      ),
    )
  },
  candidates: (_, { world }) => namesOf(world.state.runs),
}

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
  logsCommand,
  compare,
  ...listCommands,
  ...viewCommands,
  ...timeCommands,
  ...alertCommands,
  ...registryCommands,
  projectCommand,
  lineageCommand,
  {
    name: 'mouse',
    aliases: [],
    argument: '',
    doc: 'mouse on or off: wheel, click on a row, click on a heading; off lets the terminal select text',
    run: toggleMouse,
  },
  {
    name: 'dump',
    aliases: [],
    argument: 'FILE',
    doc: 'saves the screen to a new file: .svg a picture, .ansi with colours, else plain text',
    whole: true,
    run(state, file) {
      if (file === '') return wrong(state, 'into which file? :dump screen.svg')
      return { state, effect: { type: 'dump', file } }
    },
  },
  {
    name: 'reload',
    aliases: [],
    argument: '',
    doc: 'reads config and preferences again: keys, calls, saved views',
    run: (state) => ({ state, effect: { type: 'reload' } }),
  },
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
