// Where the parts of the wallboard stand.

/** A rectangle of cells, from 0 at the top left. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** What the wallboard shows. */
export type WallPart = 'header' | 'hosts' | 'losses' | 'events' | 'gauges' | 'states' | 'trend' | 'alerts'

/** A place for each part. */
export type WallLayout = Readonly<Record<WallPart, Region>>

/** Below this nothing can be read from afar anyway, cells. */
export const LEAST_WALL = { columns: 60, rows: 18 } as const

const HEADER_ROWS = 1

/** Regions one below the other: each takes its share of `rows`, the last one what is left. */
function column(left: number, width: number, rows: number, shares: readonly number[]): Region[] {
  let top = HEADER_ROWS
  return shares.map((share, i) => {
    const rest = HEADER_ROWS + rows - top
    const height = i === shares.length - 1 ? rest : Math.min(rest, Math.max(3, Math.round(rows * share)))
    const region = { left, top, width, height }
    top += height
    return region
  })
}

/** The layout for a terminal; undefined when it is too small. Every cell belongs to exactly one part. */
export function wallLayout(columns: number, rows: number): WallLayout | undefined {
  if (columns < LEAST_WALL.columns || rows < LEAST_WALL.rows) return undefined
  const body = rows - HEADER_ROWS
  const main = Math.round(columns * 0.62)
  const [hosts, losses, events] = column(0, main, body, [0.26, 0.48, 0.26])
  const [gauges, states, trend, alerts] = column(main, columns - main, body, [0.22, 0.35, 0.17, 0.26])
  const header = { left: 0, top: 0, width: columns, height: HEADER_ROWS }
  return {
    header,
    hosts: hosts!,
    losses: losses!,
    events: events!,
    gauges: gauges!,
    states: states!,
    trend: trend!,
    alerts: alerts!,
  }
}
