// The points of one metric of a run on a tracking server: page by page, on from what was told before.
import { fromWireStep, fromWireValue, toWireStep, toWireValue } from '../../src/protocol/numbers.ts'
import { MAX_KEY } from '../../src/protocol/points.ts'
import { cleanText } from '../../src/protocol/text.ts'
import { readPoint, type ServerPoint } from './mlflow-answers.ts'
import { type Client, NoAnswer, pages } from './mlflow-client.ts'
import { remember, type Teller, toldOf } from './mlflow-told.ts'
import type { Json } from './source.ts'

/** Points asked for at once. */
const PAGE_POINTS = 10_000

/** Hands over what is to be told to the polls, in order. */
export interface Handover {
  /** Resolves once there is room for more, rejects when something before it could not be told; `points` is how many it brings. */
  give(act: (teller: Teller) => void, points?: number): Promise<void>
  /** Resolves when all of it was told. */
  taken(): Promise<void>
}

interface Place {
  /** Token of the page that was read last; none is the first page. */
  readonly token: string | undefined
  /** Points of that page that are told, and the last one. */
  readonly seen: number
  readonly last: ServerPoint | undefined
  /** Latest point by the server when it was read, as text. */
  readonly latest: string
  /** Read after the run had ended. */
  readonly final: boolean
}

const seriesKey = (run: string, key: string) => `mlflow-series:${run}/${key}`
const packed = ({ step, time, value }: ServerPoint) => [toWireStep(step), time, toWireValue(value)]
/** A point as text, for comparison. */
const shown = (point: ServerPoint) => packed(point).join(' ')

function unpacked(saved: Json | undefined): ServerPoint | undefined {
  if (!Array.isArray(saved)) return undefined
  const step = fromWireStep(saved[0])
  const value = fromWireValue(saved[2])
  const [, time] = saved
  return step === undefined || value === undefined || typeof time !== 'number'
    ? undefined
    : { step, time, value }
}

function placeOf(cursors: Teller['cursors'], key: string): Place {
  const { token, seen, last, latest, final } = toldOf({ cursors }, key)
  return {
    token: typeof token === 'string' ? token : undefined,
    seen: typeof seen === 'number' ? seen : 0,
    last: unpacked(last),
    latest: typeof latest === 'string' ? latest : '',
    final: final === true,
  }
}

/** True for a point that a server sorts behind another. */
const isBehind = (a: ServerPoint, b: ServerPoint) => a.time > b.time || (a.time === b.time && a.step > b.step)

/** The points of a page that are not told. The last one told is where it was, or is found again, or its time decides. */
function untold(
  points: readonly ServerPoint[],
  seen: number,
  last: ServerPoint | undefined,
): readonly ServerPoint[] {
  if (!last) return points
  const mark = shown(last)
  const at = points[seen - 1]
  if (at && shown(at) === mark) return points.slice(seen)
  const again = points.findLastIndex((point) => shown(point) === mark)
  return again >= 0 ? points.slice(again + 1) : points.filter((point) => isBehind(point, last))
}

/** What is asked of one metric. */
export interface SeriesQuestion {
  readonly run: string
  readonly key: string
  /** Its latest point by the server. */
  readonly latest: ServerPoint
  readonly isEnded: boolean
}

/** Tells the points of a metric that are new. Asks for nothing where the latest is known. Rejects with NoAnswer. */
export async function followSeries(
  client: Client,
  cursors: Teller['cursors'],
  { run, key, latest, isEnded }: SeriesQuestion,
  { give }: Handover,
): Promise<void> {
  const cursor = seriesKey(run, key)
  const place = placeOf(cursors, cursor)
  const isKnown = place.latest === shown(latest) && (place.final || !isEnded)
  if (isKnown) return
  const question = { run_id: run, metric_key: key, max_results: String(PAGE_POINTS) }
  let { seen, last } = place
  async function read(first: string | undefined): Promise<void> {
    const ask = (page: object) => client.get('metrics/get-history', { ...question, ...page })
    for await (const { items, token } of pages(ask, 'metrics', first)) {
      const points = items.map(readPoint).filter((point) => point !== undefined)
      const fresh = untold(points, seen, last)
      last = points.at(-1) ?? last
      const saved = { seen: points.length, last: last ? packed(last) : null, latest: '', final: false }
      await give((teller) => {
        const name = cleanText(key, MAX_KEY)
        for (const { step, time, value } of fresh) teller.emit.point(run, name, step, time, value)
        remember(teller, cursor, token === undefined ? saved : { ...saved, token })
      }, fresh.length)
      seen = 0
    }
  }
  try {
    await read(place.token)
  } catch (error) {
    // A token may have gone with a new version of the server: all is asked again, what was told is passed over.
    if (!(error instanceof NoAnswer) || error.status !== 400 || place.token === undefined) throw error
    seen = 0
    await read(undefined)
  }
  await give((teller) =>
    remember(teller, cursor, { ...toldOf(teller, cursor), latest: shown(latest), final: isEnded } as Json),
  )
}
