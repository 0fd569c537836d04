// Looks for a text in lines that are not at hand: the hub searches, a bounded piece at a time.
import type { Line, LinePage } from '../../core/lines.ts'
import type { HubLink } from '../../core/link.ts'
import type { LinePlace, LogsView } from './logs-view.ts'

/** Questions about one owner, 20,000 lines each: what a person may wait for. */
const MOST_ASKED = 100

/** Where the lines of an owner at hand end, in the direction of the search; numbers of lines. */
export type Edge = ReadonlyMap<string, number>

async function seekOne(
  link: Pick<HubLink, 'lines'>,
  owner: string,
  { find, since }: LogsView,
  by: 1 | -1,
  edge: number,
): Promise<Line | undefined> {
  const holds = { text: find, regex: false }
  const bound = since === null ? {} : { since }
  let at = edge
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const way = by > 0 ? { after: at } : { before: at }
    const page: LinePage = await link.lines({ owner, limit: 1, holds, ...bound, ...way })
    if (page.lines[0]) return page.lines[0]
    if (!page.more) return undefined
    at = page.reached
  }
  return undefined
}

/** The next line behind (by 1) or before the edges that holds what the view looks for; null for none. */
export async function seekLine(
  link: Pick<HubLink, 'lines'>,
  view: LogsView,
  by: 1 | -1,
  edges: Edge,
): Promise<LinePlace | null> {
  let best: LinePlace | null = null
  for (const owner of view.ids) {
    const line = await seekOne(link, owner, view, by, edges.get(owner) ?? (by > 0 ? 0 : 1))
    if (line && (!best || (line.at - best.at) * by < 0)) best = { owner, number: line.number, at: line.at }
  }
  return best
}
