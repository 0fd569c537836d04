// The frame: header, crumbs, the screen in sight, candidates, footer. Always as large as the terminal.
import { Box } from 'ink'
import { useSyncExternalStore } from 'react'
import type { ConsoleStore, Shown } from '../app/console-store.ts'
import { LEAST_COLUMNS, LEAST_ROWS, layoutOf } from '../app/layout.ts'
import { currentView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { ChartsScreen } from './charts-screen.tsx'
import { candidateLines, crumbLines, footerLines, headerLines } from './chrome.ts'
import { CompareScreen } from './compare-screen.tsx'
import { dialogLines } from './dialog-lines.ts'
import { LineageScreen } from './lineage-screen.tsx'
import { ListScreen } from './list-screen.tsx'
import { LogsScreen } from './logs-screen.tsx'
import { DetailsScreen, EventsScreen, HelpScreen, JsonScreen, tooSmall } from './text-screens.tsx'
import { ViewsScreen } from './views-screen.tsx'

function Body({ shown, width, height }: { shown: Shown; width: number; height: number }) {
  const size = { shown, width, height }
  if (shown.state.help !== null) return <HelpScreen {...size} />
  const view = currentView(shown.state)
  switch (view.kind) {
    case 'list':
      return <ListScreen {...size} view={view} />
    case 'charts':
      return <ChartsScreen {...size} view={view} />
    case 'details':
      return <DetailsScreen {...size} view={view} />
    case 'compare':
      return <CompareScreen {...size} view={view} />
    case 'json':
      return <JsonScreen {...size} view={view} />
    case 'logs':
      return <LogsScreen {...size} view={view} />
    case 'events':
      return <EventsScreen {...size} view={view} />
    case 'lineage':
      return <LineageScreen {...size} view={view} />
    case 'views':
      return <ViewsScreen {...size} view={view} />
  }
}

/** The console. */
export function App({ store }: { store: ConsoleStore }) {
  const shown = useSyncExternalStore(store.subscribe, store.snapshot)
  const { state, surroundings } = shown
  const { columns, rows } = state
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS)
    return <Panel width={columns} height={rows} lines={tooSmall(columns, rows, surroundings.theme)} />
  const { header, crumbs, body, dialog, candidates, footer } = layoutOf(state)
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Panel width={columns} height={header} lines={headerLines(shown, columns, header)} />
      <Panel width={columns} height={crumbs} lines={crumbLines(shown, columns, crumbs)} />
      <Body shown={shown} width={columns} height={body} />
      <Panel width={columns} height={dialog} lines={dialogLines(shown, columns, dialog)} />
      <Panel width={columns} height={candidates} lines={candidateLines(shown, columns, candidates)} />
      <Panel width={columns} height={footer} lines={footerLines(shown, columns, footer)} />
    </Box>
  )
}
