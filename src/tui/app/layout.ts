// Where everything stands, in cells: what screens draw and what keys must know to move by a page.
import { tableRows } from '../panels/table.ts'
import { type ChartsView, currentView, type ListView, type UiState } from './ui-state.ts'

const DIALOG_ROWS = 4
/** Things that a question names one by one; of more the last line says how many. */
export const DIALOG_ITEMS = 6

/** Smallest terminal that shows the console. */
export const LEAST_COLUMNS = 40
export const LEAST_ROWS = 10

/** Rows of the parts of a frame. */
export interface Layout {
  readonly columns: number
  readonly header: number
  readonly crumbs: number
  readonly body: number
  readonly dialog: number
  readonly candidates: number
  readonly footer: number
}

/** The parts of the frame; together they are as high as the terminal. */
export function layoutOf({ columns, rows, prompt, dialog: question }: UiState): Layout {
  const candidates = prompt ? 1 : 0
  const dialog = question
    ? Math.min(DIALOG_ROWS + Math.min(question.items.length, DIALOG_ITEMS), rows - 3)
    : 0
  const body = Math.max(0, rows - 3 - candidates - dialog)
  return { columns, header: 1, crumbs: 1, body, dialog, candidates, footer: 1 }
}

/** Rows of the chart over the table of a comparison; 0 where only the table has room. */
export const compareChart = (body: number): number => (body < 14 ? 0 : Math.floor(body * 0.5))

/** Lines of the table of a comparison. */
export function compareRows(state: UiState): number {
  const { body } = layoutOf(state)
  return Math.max(1, tableRows(body - compareChart(body)))
}

/** A table and what is shown of the selected row, beside or below it. */
export interface ListLayout {
  readonly table: { readonly width: number; readonly height: number }
  /** undefined where there is no room. */
  readonly preview: { readonly width: number; readonly height: number; readonly side: boolean } | undefined
}

const SIDE_FROM = 150
const MACHINE_ROWS = { least: 14, most: 14 }
const RUN_ROWS = { least: 28, most: 14 }

/** Divides the room of a list. Only runs and hosts have a preview. */
export function listLayout(resource: string, width: number, height: number): ListLayout {
  const whole = { table: { width, height }, preview: undefined }
  if (resource === 'runs' && width >= SIDE_FROM && height >= 12) {
    const side = Math.min(84, Math.floor(width * 0.4))
    return { table: { width: width - side, height }, preview: { width: side, height, side: true } }
  }
  const rule = resource === 'runs' ? RUN_ROWS : resource === 'hosts' ? MACHINE_ROWS : undefined
  if (!rule || height < rule.least) return whole
  const below = Math.min(rule.most, Math.floor(height * 0.45))
  return {
    table: { width, height: height - below },
    preview: { width, height: below, side: false },
  }
}

/** Rows of data that a list shows at once. */
export function listRows(state: UiState, { resource }: ListView): number {
  const { columns, body } = layoutOf(state)
  return Math.max(1, tableRows(listLayout(resource, columns, body).table.height))
}

/** A grid of charts, all of one size but for what is left over at the right and below. */
export interface Grid {
  readonly columns: number
  readonly rows: number
}

const LEAST_CHART = { width: 36, height: 9 }

/** Cells of the column of facts at the left of the charts; 0 where the charts need the room. */
export const factsWidth = (width: number): number => (width >= 110 ? Math.min(40, Math.floor(width / 4)) : 0)

/** As many charts as have room at their least size, no more than there are; each `size` doubles the least size. */
export function gridOf(width: number, height: number, charts: number, size = 0): Grid {
  const most = Math.max(1, Math.floor(width / (LEAST_CHART.width * 2 ** size)))
  const high = Math.max(1, Math.floor(height / (LEAST_CHART.height * 2 ** size)))
  const count = Math.max(1, charts)
  if (count >= most * high) return { columns: most, rows: high }
  const columns = Math.min(most, Math.ceil(Math.sqrt((count * width) / (height * 4))) || 1)
  const rows = Math.min(high, Math.ceil(count / columns))
  return { columns: Math.min(most, Math.ceil(count / rows)), rows }
}

/** The grid of the charts in sight. */
export function chartGrid(state: UiState, { size }: Pick<ChartsView, 'size'>, charts: number): Grid {
  const { columns, body } = layoutOf(state)
  return gridOf(columns - factsWidth(columns), body, charts, size)
}

/** Rows that one page of the screen in sight has. */
export function pageRows(state: UiState): number {
  const view = currentView(state)
  if (state.help === null && view.kind === 'list') return listRows(state, view)
  if (state.help === null && view.kind === 'compare') return compareRows(state)
  if (state.help === null && (view.kind === 'views' || view.kind === 'lineage'))
    return Math.max(1, tableRows(layoutOf(state).body))
  return Math.max(1, layoutOf(state).body)
}
