// The command for text output.
import { chosenIds } from './chosen-ids.ts'
import { type Command, findNamed, namesOf, wrong } from './command.ts'
import { openLogs } from './log-moves.ts'
import { logsView } from './logs-view.ts'
import { push } from './navigation.ts'
import { only } from './ui-state.ts'

/** Opens what a run prints. */
export const logsCommand: Command = {
  name: 'logs',
  aliases: ['log'],
  argument: '[NAME or ID]',
  doc: 'what a run prints; without a name the one in sight, or the marked ones merged by time',
  whole: true,
  run(state, argument, facts) {
    if (argument === '')
      return chosenIds(state, facts)?.length
        ? only(openLogs(state, facts))
        : wrong(state, 'of which run? :logs NAME')
    const found = findNamed(facts.world.state.runs, argument, 'run')
    return 'problem' in found ? wrong(state, found.problem) : only(push(state, logsView([found.id])))
  },
  candidates: (_, facts) => namesOf(facts.world.state.runs),
}
