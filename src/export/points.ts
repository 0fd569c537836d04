// Points of many series, one after the other, in bounded memory.
import type { Columns } from '../core/columns.ts'
import type { HubLink } from '../core/link.ts'
import type { Step } from '../protocol/numbers.ts'

/** Points, and series, that are asked for before they are needed: a hub far away answers while files are written. */
const AHEAD_POINTS = 200_000
const AHEAD_SERIES = 32

/** One series and its points, in order of arrival. */
export interface Loaded {
  readonly key: string
  readonly columns: Columns
}

/** All points of the series of an owner, in the order of the keys. */
export async function* pointsOf(
  link: HubLink,
  owner: string,
  keys: readonly string[],
): AsyncGenerator<Loaded> {
  const counts = link.world().series.get(owner)
  const weight = (key: string) => counts?.get(key)?.count ?? 0
  const waiting: { key: string; answer: Promise<Columns> }[] = []
  let next = 0
  let ahead = 0
  function ask(): void {
    while (
      next < keys.length &&
      (waiting.length === 0 || (ahead < AHEAD_POINTS && waiting.length < AHEAD_SERIES))
    ) {
      const key = keys[next++]!
      ahead += weight(key)
      const answer = link.points({ owner, key, x: 'step', points: 0 })
      // Whoever reads hears of it; an answer that nobody waits for any more must not end the process.
      answer.catch(() => {})
      waiting.push({ key, answer })
    }
  }
  for (ask(); waiting.length > 0; ask()) {
    const { key, answer } = waiting.shift()!
    const columns = await answer
    ahead -= weight(key)
    yield { key, columns }
  }
}

/** Points in one piece of text. */
const PIECE_POINTS = 4096

/** Text of points, a line each, in pieces; `line` gives the line with its end. */
export function* pointLines(
  { steps, times, values }: Columns,
  line: (step: Step, time: number, value: number) => string,
): Generator<string> {
  for (let from = 0; from < times.length; from += PIECE_POINTS) {
    let piece = ''
    const to = Math.min(times.length, from + PIECE_POINTS)
    for (let i = from; i < to; i++) piece += line(steps[i]!, times[i]!, values[i]!)
    yield piece
  }
}
