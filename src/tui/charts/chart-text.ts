// The words of a line chart: title with the last values, what went wrong, and the legend.
import { formatValue } from '../../core/format.ts'
import { fitPainted, paintedWidth } from '../panels/painted.ts'
import type { Theme } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { xText } from './axes.ts'
import { nearest, type Trace, type XAxis } from './traces.ts'

/** What the words are made of. */
export interface ChartWords {
  readonly title: string
  readonly traces: readonly Trace[]
  readonly axis: XAxis
  readonly base: bigint
  /** x of the cross-hair on the axis. */
  readonly cursor: number | undefined
  /** Said at the right: scale, smoothing. */
  readonly notes: readonly string[]
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** The letter of the `index`-th line where there are no colours. */
export const letterOf = (index: number): string => letters[index % letters.length]!

/** A value in the colour of its line, or in alarm when it is not finite. */
function valueText(value: number | undefined, colour: number, theme: Theme): string {
  if (value === undefined) return theme.paint('dim', '-')
  return Number.isFinite(value)
    ? theme.series(colour, formatValue(value))
    : theme.paint('danger', ` ${formatValue(value)} `)
}

/** The value at the cross-hair, or the last one; with the smoothed one where it differs. */
function reading({ xs, values, smooth, line }: Trace, cursor: number | undefined, theme: Theme): string {
  const at = cursor === undefined ? values.length - 1 : nearest(xs, cursor)
  const text = valueText(values[at], line.colour, theme)
  const even = smooth[at]
  if (cursor === undefined || smooth === values || even === undefined || !Number.isFinite(even)) return text
  return `${text} ${theme.paint('dim', `~${formatValue(even)}`)}`
}

/** Where the values that are not finite at the end of a trace begin; -1 when it ends well. */
function divergedAt(values: Float64Array): number {
  let at = values.length
  while (at > 0 && !Number.isFinite(values[at - 1])) at--
  return at < values.length ? at : -1
}

function trouble({ traces, axis, base }: ChartWords, theme: Theme): string {
  let count = 0
  for (const { xs, values } of traces) {
    const at = divergedAt(values)
    if (at >= 0)
      return theme.paint('danger', ` ${formatValue(values[at]!)} since ${xText(axis, xs[at]!, base)} `)
    for (const value of values) if (!Number.isFinite(value)) count++
  }
  if (count === 0) return ''
  return theme.paint('bad', `${count} ${count === 1 ? 'value' : 'values'} not finite`)
}

/** The upper line: title, value, trouble; at the right the notes and the unit of x. */
export function chartTitle(words: ChartWords, width: number, theme: Theme): string {
  const { traces, axis, base, cursor, notes } = words
  const wrong = trouble(words, theme)
  // The end of a diverged line is what `wrong` says already.
  const single = traces.length === 1 && (cursor !== undefined || divergedAt(traces[0]!.values) < 0)
  const value = single ? reading(traces[0]!, cursor, theme) : ''
  const facts = [value, wrong]
    .filter(Boolean)
    .map((text) => ` ${text}`)
    .join('')
  const where = cursor === undefined ? axis : xText(axis, cursor, base)
  const offset = base === 0n ? [] : [`+${base}`]
  const right = theme.paint('dim', [...notes, ...offset, where].join(' '))
  const factsWidth = paintedWidth(facts)
  const room = width - factsWidth
  const rightWidth = paintedWidth(right) + 2
  const titleWidth = cellWidth(words.title)
  const withRight = titleWidth + rightWidth <= room
  const shown = Math.min(titleWidth, Math.max(room, Math.min(8, width)))
  const left = theme.paint('title', fit(words.title, shown, 'left', theme.unicode ? '…' : '~')) + facts
  if (!withRight) return fitPainted(left, width)
  return left + ' '.repeat(room - titleWidth - rightWidth + 2) + right
}

/** One line that names every line of the chart with its value; how many more there are when room is short. */
export function chartLegend({ traces, cursor }: ChartWords, width: number, theme: Theme): string {
  let line = ''
  let used = 0
  for (const [i, trace] of traces.entries()) {
    const { label, colour, faint } = trace.line
    const sign = theme.depth === 0 ? letterOf(i) : theme.unicode ? '━' : '='
    const name = theme.series(colour, sign) + theme.paint(faint ? 'dim' : 'text', ` ${label} `)
    const item = name + reading(trace, cursor, theme)
    const need = paintedWidth(item) + (i > 0 ? 2 : 0)
    const more = i < traces.length - 1 ? `  +${traces.length - i}` : ''
    if (used + need > width - more.length && i > 0) {
      line += theme.paint('dim', `  +${traces.length - i}`)
      break
    }
    line += (i > 0 ? '  ' : '') + item
    used += need
  }
  return fitPainted(line, width)
}
