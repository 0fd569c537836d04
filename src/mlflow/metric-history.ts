// All points of a metric: in pages, of many runs, or sampled for a chart.
import * as z from 'zod/mini'
import type { Step } from '../protocol/numbers.ts'
import type { Backend, History } from './backend.ts'
import { invalid } from './errors.ts'
import { count, maybeId, maybeText, maybeWhole, text, words } from './fields.ts'
import { float64, int64 } from './json.ts'
import { findRun, runIdIn } from './lookup.ts'
import { type Route, route } from './route.ts'
import { pageOffset, pageToken } from './search-page.ts'

/** Most points of one answer, and most runs of one request. */
const MAX_POINTS = 25_000
const MAX_RUNS = 100
/** Most steps of a sample, of each run. */
const MAX_SAMPLE = 2500

/** NaN is its own place, before all numbers, so that the order is total. */
const compareNumbers = (a: Step, b: Step): number =>
  a < b ? -1 : a > b ? 1 : Number(Number.isNaN(b)) - Number(Number.isNaN(a))

/** By time, step, value: the order of MLflow's answers. */
const comparison =
  ({ steps, times, values }: History) =>
  (a: number, b: number): number =>
    times[a]! - times[b]! || compareNumbers(steps[a]!, steps[b]!) || compareNumbers(values[a]!, values[b]!)

/** Places of the points in the order of `compare`, each point once: a retry may have stored it twice. */
function sorted(history: History, compare: (a: number, b: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: history.times.length }, (_, i) => i)
  // Most metrics arrive in order: then there is nothing to sort.
  const isSorted = order.every((i) => i === 0 || compare(i - 1, i) <= 0)
  if (!isSorted) order.sort(compare)
  const isSame = comparison(history)
  return order.filter((place, i) => i === 0 || isSame(order[i - 1]!, place) !== 0)
}

const pointJson = (key: string, { steps, times, values }: History, i: number): object => ({
  key,
  value: float64(values[i]!),
  timestamp: times[i]!,
  step: int64(steps[i]!),
})

const filled = (metrics: readonly object[]): object => (metrics.length > 0 ? { metrics } : {})

const GetHistory = z.object({
  run_id: maybeId(),
  run_uuid: maybeId(),
  metric_key: text(),
  page_token: maybeText(),
  max_results: count(MAX_POINTS, MAX_POINTS),
})

async function getHistory(backend: Backend, input: z.infer<typeof GetHistory>): Promise<object> {
  const { metric_key: key, max_results: limit } = input
  const run = findRun(backend.state(), runIdIn(input))
  const check = `${run.id}/${key}`
  const from = pageOffset(input.page_token, check)
  const history = await backend.history(run.id, key)
  const order = sorted(history, comparison(history))
  const metrics = Array.from(order.subarray(from, from + limit), (i) => pointJson(key, history, i))
  return {
    ...filled(metrics),
    ...(order.length > from + limit && { next_page_token: pageToken(from + limit, check) }),
  }
}

function checkRuns(backend: Backend, ids: readonly string[], where: string): void {
  if (ids.length === 0) throw invalid(`Missing value for required parameter '${where}'.`)
  if (ids.length > MAX_RUNS)
    throw invalid(
      `Invalid value for parameter '${where}': ${ids.length} runs, at most ${MAX_RUNS} in one request.`,
    )
  for (const id of ids) findRun(backend.state(), id)
}

const Bulk = z.object({
  run_id: words(),
  metric_key: text(),
  max_results: count(MAX_POINTS, MAX_POINTS),
})

async function bulk(
  backend: Backend,
  { run_id, metric_key: key, max_results }: z.infer<typeof Bulk>,
): Promise<object> {
  checkRuns(backend, run_id, 'run_id')
  const metrics: object[] = []
  for (const run of [...run_id].sort()) {
    const room = max_results - metrics.length
    if (room <= 0) break
    const history = await backend.history(run, key)
    const order = sorted(history, comparison(history)).subarray(0, room)
    for (const i of order) metrics.push({ ...pointJson(key, history, i), run_id: run })
  }
  return filled(metrics)
}

const Interval = z.object({
  run_ids: words(),
  metric_key: text(),
  start_step: maybeWhole(),
  end_step: maybeWhole(),
  max_results: count(MAX_SAMPLE, MAX_SAMPLE),
})

/** Of ascending steps `limit`, evenly spread, the first and the last among them. */
function sample(steps: readonly Step[], limit: number): readonly Step[] {
  if (steps.length <= limit) return steps
  if (limit === 1) return [steps[0]!]
  return Array.from({ length: limit }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (limit - 1))]!)
}

/** Points of a run in a range of steps, by step, then time. */
function within(history: History, from: Step, to: Step): Uint32Array {
  const { steps, times } = history
  const byStep = (a: number, b: number) => compareNumbers(steps[a]!, steps[b]!) || times[a]! - times[b]!
  return sorted(history, byStep).filter((i) => steps[i]! >= from && steps[i]! <= to)
}

async function bulkInterval(backend: Backend, input: z.infer<typeof Interval>): Promise<object> {
  const { run_ids, metric_key: key, start_step: start, end_step: end, max_results } = input
  checkRuns(backend, run_ids, 'run_ids')
  if ((start === undefined) !== (end === undefined))
    throw invalid('If either start_step or end_step are specified, both must be specified.')
  if (start !== undefined && start > end!)
    throw invalid(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`)
  const parts: { run: string; history: History; order: Uint32Array }[] = []
  for (const run of new Set(run_ids)) {
    const history = await backend.history(run, key)
    parts.push({ run, history, order: within(history, start ?? -Infinity, end ?? Infinity) })
  }
  const stepsOf = ({ history, order }: (typeof parts)[number]) => Array.from(order, (i) => history.steps[i]!)
  const all = [...new Set(parts.flatMap(stepsOf))].sort(compareNumbers)
  const ends = parts.flatMap((part) => [stepsOf(part)[0], stepsOf(part).at(-1)])
  const chosen = new Set([...sample(all, max_results), ...ends])
  return filled(
    parts.flatMap(({ run, history, order }) =>
      Array.from(
        order.filter((i) => chosen.has(history.steps[i]!)),
        (i) => ({
          ...pointJson(key, history, i),
          run_id: run,
        }),
      ),
    ),
  )
}

/** Routes that read metrics. */
export const metricHistoryRoutes: readonly Route[] = [
  route(['GET'], 'metrics/get-history', GetHistory, getHistory),
  route(['GET'], 'metrics/get-history-bulk', Bulk, bulk),
  route(['GET'], 'metrics/get-history-bulk-interval', Interval, bulkInterval),
]
