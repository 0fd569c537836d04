// Reads text output page by page: all of it, its end, or what is new; of several owners merged by time.
import type { Line, LinePage, LineQuery } from '../core/lines.ts'
import { MAX_PAGE_LINES } from '../core/lines.ts'
import type { HubLink } from '../core/link.ts'

/** What of the output is asked for. */
export type LineChoice = Pick<LineQuery, 'streams' | 'since' | 'holds'>

/** A line and whose it is. */
export interface OwnedLine extends Line {
  readonly owner: string
}

type Asks = Pick<HubLink, 'lines'>

/** Lines that are merged before they are handed on. */
const PIECE = 1000

/** Pages of one owner behind a line, oldest first; `reached` is told the last line that was looked at. */
async function* pagesOf(
  link: Asks,
  query: LineChoice & { readonly owner: string; readonly after: number },
  reached: (number: number) => void,
): AsyncGenerator<readonly Line[]> {
  for (let { after } = query; ; ) {
    const page: LinePage = await link.lines({ ...query, after, limit: MAX_PAGE_LINES })
    if (page.lines.length > 0) yield page.lines
    reached(page.reached)
    if (!page.more) return
    after = page.reached
  }
}

/** One owner's lines on the way into the merge. */
interface Lane {
  readonly owner: string
  readonly pages: AsyncGenerator<readonly Line[]>
  lines: readonly Line[]
  at: number
}

async function fill(lane: Lane): Promise<boolean> {
  if (lane.at < lane.lines.length) return true
  const next = await lane.pages.next()
  if (next.done) return false
  lane.lines = next.value
  lane.at = 0
  return true
}

const earliest = (lanes: readonly Lane[]): Lane =>
  lanes.reduce((first, lane) => (lane.lines[lane.at]!.at < first.lines[first.at]!.at ? lane : first))

/** Lines of all owners behind what `seen` says of each, in pieces, merged by time; `seen` goes on with them. */
export async function* linesAfter(
  link: Asks,
  choice: LineChoice,
  seen: Map<string, number>,
): AsyncGenerator<readonly OwnedLine[]> {
  let lanes: Lane[] = [...seen].map(([owner, after]) => {
    const reached = (number: number) => void seen.set(owner, number)
    return { owner, pages: pagesOf(link, { ...choice, owner, after }, reached), lines: [], at: 0 }
  })
  let piece: OwnedLine[] = []
  for (;;) {
    const filled = await Promise.all(lanes.map(fill))
    lanes = lanes.filter((_, i) => filled[i])
    if (lanes.length === 0) break
    // Until one of them has to be asked for more.
    for (let lane = earliest(lanes); ; lane = earliest(lanes)) {
      piece.push({ owner: lane.owner, ...lane.lines[lane.at++]! })
      if (lane.at >= lane.lines.length) break
    }
    if (piece.length < PIECE) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

async function endOf(link: Asks, choice: LineChoice, owner: string, count: number) {
  let lines: Line[] = []
  let before: number | undefined
  let seen: number | undefined
  for (;;) {
    const limit = Math.max(1, Math.min(MAX_PAGE_LINES, count - lines.length))
    const page = await link.lines({ ...choice, owner, before, limit })
    lines = [...page.lines, ...lines]
    seen ??= page.next - 1
    before = page.reached
    if (!page.more || lines.length >= count) return { lines: count === 0 ? [] : lines, seen }
  }
}

/** The last `count` lines of all owners, merged by time; `seen` is told how far each goes. */
export async function lastLines(
  link: Asks,
  choice: LineChoice,
  seen: Map<string, number>,
  count: number,
): Promise<OwnedLine[]> {
  const all: OwnedLine[] = []
  for (const owner of seen.keys()) {
    const end = await endOf(link, choice, owner, count)
    seen.set(owner, end.seen)
    for (const line of end.lines) all.push({ owner, ...line })
  }
  const sorted = seen.size > 1 ? all.sort((a, b) => a.at - b.at) : all
  return count === 0 ? [] : sorted.slice(-count)
}
