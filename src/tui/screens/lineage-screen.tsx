// A lineage: what a thing comes from and what came of it, as a table.
import { nodeOf } from '../../core/lineage-nodes.ts'
import type { Shown } from '../app/console-store.ts'
import { lineageHeadings, lineageItems } from '../app/lineage-moves.ts'
import type { LineageView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { tablePanel } from '../panels/table.ts'

/** The screen of a lineage. */
export function LineageScreen(props: { shown: Shown; view: LineageView; width: number; height: number }) {
  const { shown, view, width, height } = props
  const { facts, surroundings } = shown
  const items = lineageItems(view, facts)
  const { kind, stale } = nodeOf(facts.world.state, view.node)
  const data = {
    headings: lineageHeadings,
    items,
    columns: lineageHeadings.map(({ key }) => key),
    offset: view.offset,
    selected: items.length > 0 ? view.index : -1,
    marked: new Set<string>(),
    sort: [],
    now: facts.now,
    empty: `this ${kind} comes from nothing known, and nothing came of it${stale === null ? '' : `; ${stale}`}`,
  }
  return <Panel width={width} height={height} lines={tablePanel(data, width, height, surroundings.theme)} />
}
