// Line charts of the metrics of runs or of a host: a grid in pages, or one on the whole screen.
import { Box } from 'ink'
import type { Shown } from '../app/console-store.ts'
import { focused, metricKeys, ownerName } from '../app/facts.ts'
import { chartGrid, factsWidth } from '../app/layout.ts'
import type { ChartsView } from '../app/ui-state.ts'
import { Panel } from '../components/panel.tsx'
import { type DetailSection, detailsLines } from '../panels/details.ts'
import { beside, notice } from '../panels/frame.ts'
import { exactLines, fitPainted, paintFit } from '../panels/painted.ts'
import { metricChart, ownersOf } from './chart-lines.ts'
import { hostSections } from './host-facts.ts'
import { runSections } from './run-preview.ts'

interface ScreenProps {
  readonly shown: Shown
  readonly view: ChartsView
  readonly width: number
  readonly height: number
}

/** The params in which runs differ. */
function comparison({ facts }: Shown, ids: readonly string[]): DetailSection[] {
  const { state } = facts.world
  const params = ids.map((id) => state.runs.get(id)?.params ?? {})
  const keys = [...new Set(params.flatMap((param) => Object.keys(param)))]
  const differ = keys.filter((key) => params.some((param) => param[key] !== params[0]![key]))
  return [
    {
      title: differ.length > 0 ? 'params that differ' : 'no params differ',
      rows: differ.map((key) => [key, params.map((param) => param[key] ?? '-').join(' | ')]),
    },
  ]
}

/** The runs by the colours of their lines. */
function nameLines({ facts, state, surroundings }: Shown, view: ChartsView, width: number): string[] {
  const { theme } = surroundings
  const sign = theme.unicode ? '━' : '='
  return ownersOf(view, state.pinned).map(
    ({ id, colour }) =>
      `${theme.series(colour, sign)} ${paintFit(theme, 'text', ownerName(facts.world, id), width - 2)}`,
  )
}

function factsLines(shown: Shown, view: ChartsView, width: number, height: number): string[] {
  const [id = ''] = view.ids
  const sections =
    view.owner === 'host'
      ? hostSections(shown, id)
      : view.ids.length > 1
        ? comparison(shown, view.ids)
        : runSections(shown, id)
  const names = view.ids.length > 1 ? [...nameLines(shown, view, width - 3), ''] : []
  const lines = [...names, ...detailsLines(sections, width - 3, shown.surroundings.theme)]
  return exactLines(
    lines.map((line) => ` ${line}`),
    width,
    height,
  )
}

/** One chart with the sign of the focus at its left. */
function cell(shown: Shown, view: ChartsView, key: string, width: number, height: number, focus: boolean) {
  const { theme } = shown.surroundings
  const sign = focus ? theme.paint('accent', theme.unicode ? '▌' : '>') : ' '
  return metricChart(shown, view, key, width - 2, height).map((line) => `${sign}${line} `)
}

function gridLines(shown: Shown, view: ChartsView, keys: readonly string[], width: number, height: number) {
  const grid = chartGrid(shown.state, view, keys.length)
  const size = grid.columns * grid.rows
  const at = focused(keys, view)
  const page = Math.floor(at / size) * size
  const cellWidth = Math.floor(width / grid.columns)
  const cellHeight = Math.floor(height / grid.rows)
  const rows = Array.from({ length: grid.rows }, (_, row) => {
    const start = page + row * grid.columns
    const cells = keys
      .slice(start, start + grid.columns)
      .map((key, i) => cell(shown, view, key, cellWidth, cellHeight, start + i === at))
    return cells.length > 0 ? beside(...cells) : exactLines([], width, cellHeight)
  })
  return exactLines(
    rows.flat().map((line) => fitPainted(line, width)),
    width,
    height,
  )
}

/** The charts screen. */
export function ChartsScreen({ shown, view, width, height }: ScreenProps) {
  const { facts, surroundings } = shown
  const keys = metricKeys(facts.world, view)
  if (keys.length === 0) {
    const text = view.filter ? `no metric has ${view.filter} in its name` : 'no metrics yet'
    return <Panel width={width} height={height} lines={notice(text, width, height, surroundings.theme)} />
  }
  if (view.full) {
    const lines = metricChart(shown, view, keys[focused(keys, view)]!, width, height)
    return <Panel width={width} height={height} lines={lines} />
  }
  const left = factsWidth(width)
  return (
    <Box width={width} height={height}>
      <Panel width={left} height={height} lines={left > 0 ? factsLines(shown, view, left, height) : []} />
      <Panel
        width={width - left}
        height={height}
        lines={gridLines(shown, view, keys, width - left, height)}
      />
    </Box>
  )
}
