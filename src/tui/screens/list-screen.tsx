// A table of any noun, and what there is to see of the selected row.
import { Box } from 'ink'
import type { Shown } from '../app/console-store.ts'
import { listLayout } from '../app/layout.ts'
import { tableOf } from '../app/table-data.ts'
import type { ListView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { exactLines, paintFit } from '../panels/painted.ts'
import { tablePanel } from '../panels/table.ts'
import { hostPreview } from './host-preview.ts'
import { runPreview } from './run-preview.ts'

/** What is said where nothing has been seen yet. */
function welcome({ facts, surroundings }: Shown, resource: string): string[] {
  const { loading } = facts.world
  if (loading !== undefined) return [`${loading} ...`]
  const { where } = surroundings
  if (resource === 'alerts') return ['Nothing needs you.']
  if (resource === 'problems') return ['Everything found could be read.']
  const watching = where === undefined ? 'No agent of this hub has sent a run yet.' : `Watching ${where}`
  return [
    watching,
    '',
    'Training logs below it (tfevents, CSV, JSONL) show up by themselves.',
    'Other folders: mlops DIR   Other machines: mlops agent   Keys: ?',
  ]
}

function welcomeLines(shown: Shown, resource: string, width: number, height: number): string[] {
  const { theme } = shown.surroundings
  const words = welcome(shown, resource).map((line, i) =>
    paintFit(theme, i === 0 ? 'bold' : 'dim', line, width, 'center'),
  )
  const above = Math.max(0, Math.floor((height - words.length) / 3))
  return exactLines([...Array(above).fill(''), ...words], width, height)
}

function tableLines(shown: Shown, view: ListView, width: number, height: number): string[] {
  const { facts, surroundings } = shown
  if (facts.rows(view).total === 0) return welcomeLines(shown, view.resource, width, height)
  return tablePanel(tableOf(facts, view, width), width, height, surroundings.theme)
}

/** The list screen. */
export function ListScreen(props: { shown: Shown; view: ListView; width: number; height: number }) {
  const { shown, view, width, height } = props
  const { table, preview } = listLayout(view.resource, width, height)
  const id = shown.facts.rows(view).items[view.index]?.id
  if (!preview || id === undefined)
    return <Panel width={width} height={height} lines={tableLines(shown, view, width, height)} />
  const lines =
    view.resource === 'hosts'
      ? hostPreview(shown, id, preview.width, preview.height)
      : runPreview(shown, id, preview.width, preview.height, preview.side)
  return (
    <Box width={width} height={height} flexDirection={preview.side ? 'row' : 'column'}>
      <Panel {...table} lines={tableLines(shown, view, table.width, table.height)} />
      <Panel width={preview.width} height={preview.height} lines={lines} />
    </Box>
  )
}
