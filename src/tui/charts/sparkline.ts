// A row of bars as small as a table's cell: the recent course of a number.
import type { Theme, Tone } from '../terminal/style.ts'

const LEVELS = { unicode: '▁▂▃▄▅▆▇█', ascii: '_.-=^' } as const

/** How a sparkline is drawn. */
export interface SparklineOptions {
  /** Value of the lowest and of the highest bar; by default the least and greatest value. */
  readonly min?: number
  readonly max?: number
  readonly tone?: Tone
}

type Value = number | null | undefined

/** The value that stands for several in one cell: not finite if one is, else the greatest; undefined for none. */
function strongest(values: ArrayLike<Value>, from: number, to: number): number | undefined {
  let found: number | undefined
  for (let i = from; i < to; i++) {
    const value = values[i]
    if (value === null || value === undefined) continue
    if (!Number.isFinite(value)) return value
    if (found === undefined || value > found) found = value
  }
  return found
}

function toCells(values: ArrayLike<Value>, width: number): (number | undefined)[] {
  const count = values.length
  if (count <= width) {
    const lead: undefined[] = Array(width - count).fill(undefined)
    return [...lead, ...Array.from({ length: count }, (_, i) => values[i] ?? undefined)]
  }
  return Array.from({ length: width }, (_, i) =>
    strongest(values, Math.floor((i * count) / width), Math.floor(((i + 1) * count) / width)),
  )
}

/**
 * Exactly `width` cells, the newest value at the right. Missing values (null, undefined) are blank,
 * NaN and infinities a red cross. More values than cells: each cell shows the greatest of its part.
 */
export function sparkline(
  values: ArrayLike<Value>,
  width: number,
  theme: Theme,
  options: SparklineOptions = {},
): string {
  const cells = toCells(values, Math.max(0, width))
  const finite = cells.filter((value): value is number => value !== undefined && Number.isFinite(value))
  const min = options.min ?? Math.min(...finite)
  const max = options.max ?? Math.max(...finite)
  const levels = LEVELS[theme.unicode ? 'unicode' : 'ascii']
  const top = levels.length - 1
  const half = max / 2 - min / 2
  const level = (value: number): string => {
    const share = half > 0 ? (value / 2 - min / 2) / half : 0.5
    return levels[Math.max(0, Math.min(top, Math.round(share * top)))]!
  }
  const bad = theme.paint('bad', theme.unicode ? '×' : 'x')
  let line = ''
  let run = ''
  for (const value of cells) {
    if (value === undefined || Number.isFinite(value)) run += value === undefined ? ' ' : level(value)
    else {
      line += theme.paint(options.tone ?? 'text', run) + bad
      run = ''
    }
  }
  return line + theme.paint(options.tone ?? 'text', run)
}
