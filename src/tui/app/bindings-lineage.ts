// The keys of a lineage, and the key that opens one.
import { type Binding, keysOn } from './binding.ts'
import { openLineage } from './commands-lineage.ts'
import { pageRows } from './layout.ts'
import { hop, moveHop, step } from './lineage-moves.ts'

const onLineage = keysOn('lineage', ['lineage'])

const moving = (
  keys: readonly string[],
  label: string,
  doc: string,
  to: (at: number, page: number) => number,
) =>
  onLineage(keys, label, doc, (state, view, facts) =>
    moveHop(state, view, facts, to(view.index, pageRows(state))),
  )

/** Keys of lineages. */
export const lineageBindings: readonly Binding[] = [
  onLineage(['enter'], 'Enter', 'goes on to the row: one hop', hop, 'hop'),
  onLineage(
    ['h', 'left'],
    'h ←',
    'goes to where it comes from',
    (state, view, facts) => step(state, view, facts, 'up'),
    'from',
  ),
  onLineage(
    ['l', 'right'],
    'l →',
    'goes to what came of it',
    (state, view, facts) => step(state, view, facts, 'down'),
    'to',
  ),
  moving(['j', 'down'], 'j ↓', 'a row down', (at) => at + 1),
  moving(['k', 'up'], 'k ↑', 'a row up', (at) => at - 1),
  moving(['pagedown', 'space', 'ctrl-f'], 'PgDn Space', 'a page down', (at, page) => at + page),
  moving(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (at, page) => at - page),
  moving(['g', 'home'], 'g Home', 'to the first row', () => 0),
  moving(['G', 'end'], 'G End', 'to the last row', () => Number.MAX_SAFE_INTEGER),
  {
    keys: ['L'],
    label: 'Shift-L',
    doc: 'the lineage: where it comes from and what came of it, a hop a key',
    scopes: ['list', 'charts', 'details'],
    run: openLineage,
  },
]
