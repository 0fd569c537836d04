// Chunks: the parts of a table that are judged one by one, by calendar (UTC) or by number of rows.

/** How rows are parted. */
export type ChunkRule =
  | { readonly by: 'day' | 'week' | 'month' }
  | { readonly by: 'rows'; readonly size: number }

/** One part: its rows in order of the table, and a name that sorts as the parts do. */
export interface Chunk {
  /** `2020-10`, `2020-10-05`, the Monday and Sunday of a week `2020-10-05/2020-10-11`, or rows `0:999`. */
  readonly key: string
  readonly rows: Uint32Array
}

const DAY_MS = 86_400_000

const dayText = (time: number) => new Date(time).toISOString().slice(0, 10)

/** The Monday of a day; day 0 of the epoch was a Thursday. */
const monday = (time: number) => {
  const day = Math.floor(time / DAY_MS)
  return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS
}

/** The chunk that a time (Unix ms, within what a Date holds) falls into. */
export function calendarKey(by: 'day' | 'week' | 'month', time: number): string {
  if (by === 'month') return dayText(time).slice(0, 7)
  if (by === 'day') return dayText(time)
  return `${dayText(monday(time))}/${dayText(monday(time) + 6 * DAY_MS)}`
}

function byRows(count: number, size: number): Chunk[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
    const first = part * size
    const length = Math.min(size, count - first)
    return { key: `${first}:${first + length - 1}`, rows: Uint32Array.from({ length }, (_, i) => first + i) }
  })
}

/**
 * Parts rows 0 to `count` - 1. The last part by rows may be shorter. By calendar a row goes by its time in `times` (Unix
 * ms), whatever the order of the rows; rows without a time (NaN) are in no chunk.
 */
export function chunksOf(count: number, rule: ChunkRule, times: Float64Array): Chunk[] {
  if (rule.by === 'rows') return byRows(count, rule.size)
  const parts = new Map<string, number[]>()
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(times[i]!)) continue
    const key = calendarKey(rule.by, times[i]!)
    const rows = parts.get(key)
    if (rows) rows.push(i)
    else parts.set(key, [i])
  }
  return [...parts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, rows]) => ({ key, rows: Uint32Array.from(rows) }))
}
