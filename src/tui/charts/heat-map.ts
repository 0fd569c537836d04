// A grid of values, feature by window: colour says how large. Colours go from dark blue to bright yellow,
// rising in brightness, which the usual kinds of colour blindness and grey screens keep (the idea of
// cividis: Nunez, Anderton and Renslow 2018). With few or no colours, characters say it.
import { formatValue } from '../../core/format.ts'
import { exactLines, fitPainted, paintedWidth, paintFit } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'

/** What a heat map shows. */
export interface HeatMapData {
  readonly title: string
  /** Labels of the rows, in order. */
  readonly rows: readonly string[]
  /** Labels of the columns, the newest last. */
  readonly columns: readonly string[]
  /** `values[row][column]`; null is missing. */
  readonly values: readonly (readonly (number | null)[])[]
  /** Value of the darkest and of the brightest colour; by default the least and greatest finite value. */
  readonly min?: number
  readonly max?: number
}

interface Stop {
  readonly rgb: string
  readonly palette: number
}

const RAMP: readonly Stop[] = [
  { rgb: '0;34;78', palette: 17 },
  { rgb: '26;58;111', palette: 24 },
  { rgb: '66;78;108', palette: 60 },
  { rgb: '98;103;112', palette: 66 },
  { rgb: '130;128;121', palette: 102 },
  { rgb: '168;158;115', palette: 144 },
  { rgb: '211;193;97', palette: 186 },
  { rgb: '254;232;56', palette: 227 },
]
const CHARACTERS = ' .:-=+*#%@'
const MISSING = '?'
const NOT_FINITE = '!'
const WIDEST_CELL = 10

/** Ends of the scale; without any finite value 0 and 1. */
interface Range {
  readonly min: number
  readonly max: number
}

function rangeOf({ values, min, max }: HeatMapData): Range {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const row of values)
    for (const value of row)
      if (value !== null && Number.isFinite(value)) {
        least = Math.min(least, value)
        most = Math.max(most, value)
      }
  const known = most >= least
  return { min: min ?? (known ? least : 0), max: max ?? (known ? most : 1) }
}

/** 0 to 1; in halves, so that the distance between the greatest numbers stays finite. */
function shareOf(value: number, { min, max }: Range): number {
  const half = max / 2 - min / 2
  if (!(half > 0)) return 0.5
  return Math.max(0, Math.min(1, (value / 2 - min / 2) / half))
}

/** `width` cells that say how large a share is. */
function swatch(share: number, width: number, theme: Theme): string {
  if (theme.depth < 8) {
    return CHARACTERS[Math.round(share * (CHARACTERS.length - 1))]!.repeat(width)
  }
  const { rgb, palette } = RAMP[Math.round(share * (RAMP.length - 1))]!
  return `\u001b[48;${theme.depth === 24 ? `2;${rgb}` : `5;${palette}`}m${' '.repeat(width)}\u001b[0m`
}

function valueCell(value: number | null | undefined, width: number, range: Range, theme: Theme): string {
  if (value === null || value === undefined) return theme.paint('dim', fit(MISSING, width, 'center', ''))
  if (!Number.isFinite(value)) return theme.paint('bad', fit(NOT_FINITE, width, 'center', ''))
  return swatch(shareOf(value, range), width, theme)
}

/** The scale, with its ends and the two signs. */
function legend(range: Range, width: number, theme: Theme): string {
  const steps = theme.depth < 8 ? CHARACTERS.length : RAMP.length
  const scale = Array.from({ length: steps }, (_, i) => swatch(i / (steps - 1), 1, theme)).join('')
  const ends = [theme.paint('dim', formatValue(range.min)), theme.paint('dim', formatValue(range.max))]
  const signs = theme.paint('dim', `  ${MISSING} missing  ${NOT_FINITE} not finite`)
  const line = `${ends[0]} ${scale} ${ends[1]}`
  return fitPainted(paintedWidth(line + signs) <= width ? line + signs : line, width)
}

/** Labels below the columns, as many as do not touch. */
function columnLabels(labels: readonly string[], cell: number, width: number): string {
  let line = ''
  let used = 0
  for (const [i, label] of labels.entries()) {
    const at = i * cell
    const room = Math.min(cellWidth(label), width - at)
    if (at < used || room < cellWidth(label)) continue
    line += ' '.repeat(at - cellWidth(line)) + label
    used = at + room + 1
  }
  return fit(line, width, 'left', '')
}

/** How many rows of the panel each part has. */
function partsOf(height: number) {
  const scale = height >= 4 ? 1 : 0
  const labels = height >= 5 ? 1 : 0
  return { scale, labels, rows: Math.max(0, height - 1 - scale - labels) }
}

/** The title, with what did not fit at its right. */
function heading(data: HeatMapData, rows: number, columns: number, width: number, theme: Theme): string {
  const hidden = [
    rows < data.rows.length ? `${data.rows.length - rows} more rows` : '',
    columns < data.columns.length ? `newest ${columns} of ${data.columns.length}` : '',
  ].filter(Boolean)
  const note = hidden.join(', ')
  const room = width - cellWidth(note) - 2
  if (note === '' || room < cellWidth(data.title)) return paintFit(theme, 'title', data.title, width)
  return `${paintFit(theme, 'title', data.title, room)}  ${theme.paint('dim', note)}`
}

/** Paints the map: exactly `height` lines of `width` cells. Too many rows: the first; too many columns: the last. */
export function heatMap(data: HeatMapData, width: number, height: number, theme: Theme): string[] {
  if (width < 1 || height < 1) return exactLines([], width, height)
  const range = rangeOf(data)
  const { scale, labels, rows } = partsOf(height)
  const widest = data.rows.reduce((most, label) => Math.max(most, cellWidth(label)), 0)
  const names = width < 12 ? 0 : Math.min(widest, Math.floor(width / 3))
  const gap = names > 0 ? 1 : 0
  const room = width - names - gap
  const cell = Math.max(1, Math.min(WIDEST_CELL, Math.floor(room / Math.max(1, data.columns.length))))
  const first = Math.max(0, data.columns.length - Math.floor(room / cell))
  const shown = data.columns.slice(first)
  const lines = data.rows.slice(0, rows).map((label, row) => {
    const cells = shown.map((_, i) => valueCell(data.values[row]?.[first + i], cell, range, theme))
    return `${paintFit(theme, 'text', label, names)}${' '.repeat(gap)}${cells.join('')}`
  })
  if (labels > 0) lines.push(' '.repeat(names + gap) + theme.paint('dim', columnLabels(shown, cell, room)))
  if (scale > 0) lines.push(legend(range, width, theme))
  return exactLines([heading(data, rows, shown.length, width, theme), ...lines], width, height)
}
