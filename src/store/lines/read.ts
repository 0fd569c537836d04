// Answers questions about lines. Work is bounded: a search that has looked at enough says how far it got.
import { type Line, type LineIndex, type LinePage, type LineQuery, MAX_PAGE_LINES } from '../../core/lines.ts'
import type { Database } from '../database.ts'
import { CorruptLines, decodeLines, type Said } from './codec.ts'

/** Most lines that are looked at, and rows that are passed over, for one answer. */
const MOST_LOOKED = 20_000
const MOST_ROWS = 4_000
/** Most characters of an answer. */
const MOST_CHARS = 4 << 20
/** In the place of a line that cannot be read any more. */
const UNREADABLE = '… a line that the store has lost: it is damaged'
/** Rows that are fetched at once. */
const ROWS = 32

interface Row {
  readonly id: number
  readonly first: number
  readonly count: number
  readonly streams: string
}

type Held = Pick<Row, 'id' | 'first' | 'count'>

/** Collects the lines that are asked for until there are enough. */
interface Collector {
  /** Takes a line; false when it was the last. */
  take(line: Line): boolean
  readonly lines: Line[]
  /** Rows without a line of the wanted streams. */
  passed(): boolean
}

function collector({ limit, streams }: LineQuery, test: ((text: string) => boolean) | undefined): Collector {
  const most = Math.max(1, Math.min(limit, MAX_PAGE_LINES))
  const lines: Line[] = []
  let looked = 0
  let rows = 0
  let chars = 0
  return {
    lines,
    take(line) {
      looked++
      if ((!streams || streams.includes(line.stream)) && (!test || test(line.text))) {
        lines.push(line)
        chars += line.text.length
      }
      return lines.length < most && looked < MOST_LOOKED && chars < MOST_CHARS
    },
    passed: () => ++rows < MOST_ROWS,
  }
}

/** What is read of a database, prepared. */
interface Rows {
  /** The rows that begin below a number, the newest first; those that begin at one or later. */
  down(owner: string, below: number): Row[]
  up(owner: string, from: number): Row[]
  /** Where the row that holds a line begins. */
  rowOf(owner: string, number: number): number
  lines(row: Held): Line[]
  /** Number of the first line of a time; `next` when there is none yet. */
  numberAt(owner: string, time: number, next: number): number
}

/** What is damaged is said line for line: numbers stay as they are. `mlops doctor` finds it too. */
function readable(body: Uint8Array, count: number): Said[] {
  try {
    return decodeLines(body)
  } catch (error) {
    if (!(error instanceof CorruptLines)) throw error
    return Array.from({ length: count }, () => ({ at: 0, stream: '', text: UNREADABLE }))
  }
}

function prepareRows(db: Database): Rows {
  const columns = 'id, first, count, streams'
  const down = db.prepare(
    `select ${columns} from lines where owner = ? and first < ? order by first desc limit ${ROWS}`,
  )
  const up = db.prepare(
    `select ${columns} from lines where owner = ? and first >= ? order by first limit ${ROWS}`,
  )
  const rowOf = db
    .prepare('select first from lines where owner = ? and first <= ? order by first desc limit 1')
    .pluck()
  const since = db.prepare(
    'select id, first, count from lines where owner = ? and to_at >= ? order by first limit 1',
  )
  const body = db.prepare('select body from lines where id = ?').pluck()
  const lines = ({ id, first, count }: Held): Line[] =>
    readable(body.get(id) as Uint8Array, count).map((said, i) => ({ number: first + i, ...said }))
  return {
    down: (owner, below) => down.all(owner, below) as Row[],
    up: (owner, from) => up.all(owner, from) as Row[],
    rowOf: (owner, number) => (rowOf.get(owner, number) as number | undefined) ?? 0,
    lines,
    numberAt(owner, time, next) {
      const row = since.get(owner, time) as Held | undefined
      return row ? (lines(row).find(({ at }) => at >= time)?.number ?? next) : next
    },
  }
}

const isWanted = (row: Row, { streams }: LineQuery): boolean =>
  !streams || streams.some((stream) => row.streams.includes(`\n${stream}\n`))

/** Looks back from `before` to `start`; returns the last number looked at. */
function back(db: Rows, query: LineQuery, before: number, start: number, found: Collector): number {
  let at = before
  for (;;) {
    const rows = db.down(query.owner, at)
    if (rows.length === 0) return start
    for (const row of rows) {
      const lines = isWanted(row, query) ? db.lines(row) : []
      for (let i = Math.min(lines.length, at - row.first) - 1; i >= 0; i--) {
        const line = lines[i]!
        if (line.number < start) return start
        if (!found.take(line)) return line.number
      }
      at = row.first
      if (at <= start || !found.passed()) return Math.max(at, start)
    }
  }
}

/** Looks on from behind `after`; returns the last number looked at. */
function on(db: Rows, query: LineQuery, after: number, found: Collector): number {
  let reached = after
  let from = db.rowOf(query.owner, after + 1)
  for (;;) {
    const rows = db.up(query.owner, from)
    if (rows.length === 0) return reached
    for (const row of rows) {
      const lines = isWanted(row, query) ? db.lines(row) : []
      for (const line of lines) if (line.number > after && !found.take(line)) return line.number
      from = row.first + row.count
      reached = Math.max(reached, from - 1)
      if (!found.passed()) return reached
    }
  }
}

/** Makes the reader of an open database. */
export function createRead(db: Database, index: LineIndex) {
  const rows = prepareRows(db)
  return (query: LineQuery, test?: (text: string) => boolean): LinePage => {
    const { owner, before, after } = query
    const { first, next } = index.get(owner) ?? { first: 1, next: 1 }
    const start = query.since === undefined ? first : rows.numberAt(owner, query.since, next)
    const found = collector(query, test)
    if (after !== undefined) {
      const reached = on(rows, query, Math.max(after, start - 1), found)
      return { lines: found.lines, first, next, start, reached, more: reached < next - 1 }
    }
    const reached = back(rows, query, Math.min(before ?? next, next), start, found)
    return { lines: found.lines.reverse(), first, next, start, reached, more: reached > start }
  }
}
