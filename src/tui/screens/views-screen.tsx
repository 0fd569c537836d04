// The saved views as a table.
import type { Shown } from '../app/console-store.ts'
import type { ViewsView } from '../app/ui-state.ts'
import { viewHeadings, viewIndex, viewItems } from '../app/views-moves.ts'
import { Panel } from '../components/panel.tsx'
import { tablePanel } from '../panels/table.ts'

/** The screen of saved views. */
export function ViewsScreen(props: { shown: Shown; view: ViewsView; width: number; height: number }) {
  const { shown, view, width, height } = props
  const { state, facts, surroundings } = shown
  const data = {
    headings: viewHeadings,
    items: viewItems(state),
    columns: viewHeadings.map(({ key }) => key),
    offset: view.offset,
    selected: viewIndex(state, view),
    marked: new Set<string>(),
    sort: [],
    now: facts.now,
    empty: 'no views yet: open a list, then :save NAME',
  }
  return <Panel width={width} height={height} lines={tablePanel(data, width, height, surroundings.theme)} />
}
