// Runs side by side: the curves of one metric, and below them params and metrics, those that differ first.
import { Box } from 'ink'
import { compareHeadings, compareItem, compareLines } from '../app/compare-lines.ts'
import { compareKeys } from '../app/compare-moves.ts'
import type { Shown } from '../app/console-store.ts'
import { focused } from '../app/facts.ts'
import { compareChart } from '../app/layout.ts'
import type { CompareView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { exactLines } from '../panels/painted.ts'
import { tablePanel } from '../panels/table.ts'
import { metricChart } from './chart-lines.ts'

const PLAIN = {
  owner: 'run',
  x: 'step',
  log: false,
  smooth: 0,
  zoom: null,
  cursor: null,
  frozen: false,
} as const

interface ScreenProps {
  readonly shown: Shown
  readonly view: CompareView
  readonly width: number
  readonly height: number
}

function chartPart({ shown, view, width, height }: ScreenProps): string[] {
  const keys = compareKeys(view, shown.facts)
  const key = keys[focused(keys, view)]
  if (key === undefined || height < 1) return exactLines([], width, height)
  return metricChart(shown, { ...PLAIN, ids: view.ids }, key, width, height)
}

function tablePart({ shown, view, width, height }: ScreenProps): string[] {
  const { facts, surroundings } = shown
  const lines = compareLines(facts.world, view)
  const headings = compareHeadings(facts.world, view)
  // `left` runs are out of sight; name and kind always are in it.
  const columns = headings.map(({ key }) => key).filter((key) => !(Number(key) < view.left))
  const items = lines.map(compareItem)
  const data = {
    headings,
    items,
    columns,
    offset: view.offset,
    selected: items.length > 0 ? view.index : -1,
    marked: new Set(
      items.filter((_, i) => lines[i]!.differs && lines[i]!.kind !== 'fold').map(({ id }) => id),
    ),
    sort: [],
    now: facts.now,
    empty: 'no params and no metrics',
  }
  return tablePanel(data, width, height, surroundings.theme)
}

/** The comparison screen. */
export function CompareScreen(props: ScreenProps) {
  const { width, height } = props
  const above = compareChart(height)
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Panel width={width} height={above} lines={chartPart({ ...props, height: above })} />
      <Panel width={width} height={height - above} lines={tablePart({ ...props, height: height - above })} />
    </Box>
  )
}
