// The command and the key that open a lineage.
import { nodeId } from '../../core/lineage-nodes.ts'
import { type Command, findNamed, wrong } from './command.ts'
import type { Facts } from './facts.ts'
import { nodeOfRow } from './lineage-moves.ts'
import { push } from './navigation.ts'
import { subjectOf } from './subject.ts'
import { lineageView, type Outcome, only, type UiState } from './ui-state.ts'

/** Opens the lineage of the row or run in sight. */
export function openLineage(state: UiState, facts: Facts): Outcome {
  const about = subjectOf(state, facts)
  const node = about && nodeOfRow(about)
  if (node === undefined)
    return wrong(state, 'choose a run, model, version or dataset first; they have a lineage')
  return only(push(state, lineageView(node)))
}

/** Opens the lineage of what is named: a version, a model, a run. */
export const lineageCommand: Command = {
  name: 'lineage',
  aliases: ['from'],
  argument: '[MODEL/VERSION | MODEL | RUN]',
  doc: 'where it comes from and what came of it; without a name, of the row in sight',
  whole: true,
  run(state, word, facts) {
    if (word === '') return openLineage(state, facts)
    const { models, versions, runs } = facts.world.state
    if (versions.has(word)) return only(push(state, lineageView(nodeId('version', word))))
    if (models.has(word)) return only(push(state, lineageView(nodeId('model', word))))
    const found = findNamed(runs, word, 'run')
    if ('problem' in found) return wrong(state, found.problem)
    return only(push(state, lineageView(nodeId('run', found.id))))
  },
  candidates: (_, { world }) => [...world.state.models.keys()],
}
