// Two histograms over the same bins, reference and current, a line a bin: facing each other, or the
// current one with the reference marked in it. Shares in percent, so that samples of any size compare.
import { formatPercent, formatValue } from '../../core/format.ts'
import { exactLines, fitPainted, paintedWidth, paintFit } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth } from '../terminal/width.ts'

/** One bin; counts that are negative or not finite count as 0. */
export interface HistogramBin {
  readonly label: string
  readonly reference: number
  readonly current: number
}

/** What a pair of histograms shows. */
export interface HistogramPairData {
  readonly title: string
  readonly bins: readonly HistogramBin[]
  readonly drawn: 'facing' | 'overlaid'
}

/** Bins of `edges` (one more than counts, rising), each named by its lower edge. */
export const binsOf = (
  edges: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): HistogramBin[] =>
  edges.slice(0, -1).map((edge, i) => ({
    label: formatValue(edge),
    reference: reference[i] ?? 0,
    current: current[i] ?? 0,
  }))

/** A bin's shares of its sample, 0 to 100. */
interface Share {
  readonly label: string
  readonly reference: number
  readonly current: number
}

const REFERENCE = 0
const CURRENT = 1
const PERCENT = 5

const counted = (count: number): number => (Number.isFinite(count) && count > 0 ? count : 0)

/** Shares of `counts`; divided by the greatest first, so that the sum stays finite. */
function sharesOf(counts: readonly number[]): number[] {
  const whole = counts.map(counted)
  const most = whole.reduce((greatest, count) => Math.max(greatest, count), 0)
  if (most === 0) return whole
  const parts = whole.map((count) => count / most)
  const sum = parts.reduce((total, part) => total + part, 0)
  return parts.map((part) => (part / sum) * 100)
}

/** Neighbouring bins joined until at most `rows` are left; each is named by its first one. */
function joined(bins: readonly HistogramBin[], rows: number): Share[] {
  const reference = sharesOf(bins.map((bin) => bin.reference))
  const current = sharesOf(bins.map((bin) => bin.current))
  const each = Math.max(1, Math.ceil(bins.length / Math.max(1, rows)))
  const sum = (shares: readonly number[], from: number): number =>
    shares.slice(from, from + each).reduce((total, share) => total + share, 0)
  return bins
    .filter((_, i) => i % each === 0)
    .map(({ label }, i) => ({ label, reference: sum(reference, i * each), current: sum(current, i * each) }))
}

/** Cells of a bar; a share above 0 has at least one. */
const cellsOf = (share: number, most: number, room: number): number =>
  share <= 0 || most <= 0 ? 0 : Math.max(Math.min(1, room), Math.round((share / most) * room))

const percent = (theme: Theme, share: number): string =>
  paintFit(theme, 'dim', formatPercent(share), PERCENT, 'right')

function facingLine(share: Share, most: number, room: number, theme: Theme): string {
  const [fill, axis] = theme.unicode ? ['█', '│'] : ['#', '|']
  const numbers = room >= 2 * PERCENT + 5
  const bars = numbers ? room - 2 * PERCENT - 1 : room - 1
  const left = Math.max(0, bars >> 1)
  const right = Math.max(0, bars - left)
  const back = cellsOf(share.reference, most, left)
  const front = cellsOf(share.current, most, Math.min(left, right))
  const line = [
    ' '.repeat(left - back),
    theme.series(REFERENCE, fill.repeat(back)),
    theme.paint('border', axis),
    theme.series(CURRENT, fill.repeat(front)),
    ' '.repeat(right - front),
  ].join('')
  return numbers ? `${percent(theme, share.reference)}${line}${percent(theme, share.current)}` : line
}

function overlaidLine(share: Share, most: number, room: number, theme: Theme): string {
  const [fill, mark] = theme.unicode ? ['█', '┃'] : ['#', '|']
  const numbers = room >= 2 * PERCENT + 5
  const bars = Math.max(0, numbers ? room - 2 * PERCENT : room)
  const front = cellsOf(share.current, most, bars)
  const at = cellsOf(share.reference, most, bars) - 1
  const cells = Array.from({ length: bars }, (_, i) => (i < front ? fill : ' '))
  const piece = (from: number, to: number): string => {
    const text = cells.slice(from, to).join('')
    return text.trim() === '' ? text : theme.series(CURRENT, text)
  }
  const line = at < 0 ? piece(0, bars) : piece(0, at) + theme.series(REFERENCE, mark) + piece(at + 1, bars)
  return numbers ? `${line}${percent(theme, share.reference)}${percent(theme, share.current)}` : line
}

/** What the two colours and, without colours, the two places mean. */
function legend(drawn: HistogramPairData['drawn'], width: number, theme: Theme): string {
  const [fill, mark] = theme.unicode ? ['█', '┃'] : ['#', '|']
  const facing = drawn === 'facing'
  const left = theme.series(REFERENCE, facing ? fill : mark)
  const right = theme.series(CURRENT, fill)
  const words = facing
    ? [`${left} reference, left`, `${right} current, right`]
    : [`${right} current`, `${left} reference`]
  const line = words.join('  ')
  return fitPainted(paintedWidth(line) <= width ? line : `${left} ref ${right} cur`, width)
}

/** Paints the pair: exactly `height` lines of `width` cells. More bins than lines: neighbours are joined. */
export function histogramPair(
  data: HistogramPairData,
  width: number,
  height: number,
  theme: Theme,
): string[] {
  if (width < 1 || height < 1) return exactLines([], width, height)
  const named = height >= 4 ? 1 : 0
  const rows = Math.max(0, height - 1 - named)
  const shares = rows > 0 ? joined(data.bins, rows) : []
  const most = shares.reduce((top, { reference, current }) => Math.max(top, reference, current), 0)
  const widest = shares.reduce((cells, { label }) => Math.max(cells, cellWidth(label)), 0)
  const names = width < 12 ? 0 : Math.min(widest, Math.floor(width / 3))
  const gap = names > 0 ? 1 : 0
  const draw = data.drawn === 'facing' ? facingLine : overlaidLine
  const room = width - names - gap
  const lines = shares.map(
    (share) =>
      `${paintFit(theme, 'text', share.label, names, 'right')}${' '.repeat(gap)}${draw(share, most, room, theme)}`,
  )
  const head = [paintFit(theme, 'title', data.title, width)]
  if (named > 0) head.push(legend(data.drawn, width, theme))
  return exactLines([...head, ...lines], width, height)
}
