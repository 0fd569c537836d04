// The keys of the saved views.
import { type Binding, keysOn } from './binding.ts'
import { pageRows } from './layout.ts'
import { forgetView, moveView, openView, startRename } from './views-moves.ts'

const onViews = keysOn('views', ['views'])

const moving = (
  keys: readonly string[],
  label: string,
  doc: string,
  to: (at: number, page: number) => number,
) => onViews(keys, label, doc, (state, view) => moveView(state, view, to(view.index, pageRows(state))))

/** Keys of the saved views. */
export const viewsBindings: readonly Binding[] = [
  onViews(['enter'], 'Enter', 'opens the view', openView, 'open'),
  onViews(['r'], 'r', 'gives the view another name', startRename, 'rename'),
  onViews(['ctrl-d'], 'Ctrl-D', 'forgets the view, after a question', forgetView, 'forget'),
  moving(['j', 'down'], 'j ↓', 'a view down', (at) => at + 1),
  moving(['k', 'up'], 'k ↑', 'a view up', (at) => at - 1),
  moving(['pagedown', 'space', 'ctrl-f'], 'PgDn Space', 'a page down', (at, page) => at + page),
  moving(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (at, page) => at - page),
  moving(['g', 'home'], 'g Home', 'to the first view', () => 0),
  moving(['G', 'end'], 'G End', 'to the last view', () => Number.MAX_SAFE_INTEGER),
]
