// The run on a server: made, written to, closed. All of it in MLflow's own words, for any server that speaks them.
import type { Api, Reply } from './api.ts'
import type { TrackPoint } from './leftovers.ts'

/** What a run is made with. */
export interface RunSpec {
  readonly name: string | undefined
  readonly experiment: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** Unix ms. */
  readonly started: number
}

/** How a run can end, in MLflow's words. */
export type EndWord = 'FINISHED' | 'FAILED' | 'KILLED'

/** Most metrics and params in one request. Source: MLflow's REST API, log-batch. */
export const MAX_METRICS = 1_000
const MAX_PARAMS = 100

const pairs = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([key, value]) => ({ key: keyOf(key), value }))

/** A key that every MLflow server takes: `Acc@1` becomes `Acc_1`. */
export function keyOf(key: string): string {
  const plain = key.replace(/[^/\p{L}\p{N}_.\- :]/gu, '_').slice(0, 250)
  const isPath = plain.split('/').every((part) => part !== '' && part !== '.' && !part.startsWith('..'))
  return isPath ? plain : plain.replaceAll('/', '_').replace(/^\.+/, '_') || '_'
}

const numberOf = (value: number) => (Number.isFinite(value) ? value : String(value))
const stepOf = (step: TrackPoint['step']) => (typeof step === 'number' ? step : String(step))

/** The body of a log-batch of points; the same points give the same, so that a retry is seen as one. */
export const pointsBody = (run: string, points: readonly TrackPoint[]): string =>
  JSON.stringify({
    run_id: run,
    metrics: points.map(({ key, step, time, value }) => ({
      key: keyOf(key),
      value: numberOf(value),
      timestamp: Math.round(time),
      step: stepOf(step),
    })),
  })

type Path = readonly string[]

function textAt(reply: Reply, path: Path): string | undefined {
  let value: unknown = reply.kind === 'done' ? reply.body : undefined
  for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}

async function experimentOf(api: Api, name: string): Promise<Reply & { id?: string }> {
  const byName = () => api.ask(`experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`)
  const found = await byName()
  if (found.kind !== 'refused') return withId(found, ['experiment', 'experiment_id'])
  const made = await api.ask('experiments/create', JSON.stringify({ name }))
  // Somebody else made it meanwhile.
  if (made.kind === 'refused') return withId(await byName(), ['experiment', 'experiment_id'])
  return withId(made, ['experiment_id'])
}

function withId(reply: Reply, path: Path): Reply & { id?: string } {
  const id = textAt(reply, path)
  return id === undefined ? reply : { ...reply, id }
}

/** Makes the run; the reply has its id when it is done. */
export async function createRun(api: Api, spec: RunSpec): Promise<Reply & { id?: string }> {
  const experiment = spec.experiment === undefined ? undefined : await experimentOf(api, spec.experiment)
  if (experiment && experiment.id === undefined)
    return experiment.kind === 'done' ? { kind: 'away', message: 'it is no MLflow server' } : experiment
  const body = {
    experiment_id: experiment?.id ?? '0',
    ...(spec.name !== undefined && { run_name: spec.name }),
    start_time: spec.started,
    tags: pairs(spec.tags),
  }
  const made = withId(await api.ask('runs/create', JSON.stringify(body)), ['run', 'info', 'run_id'])
  return made.kind === 'done' && made.id === undefined
    ? { kind: 'away', message: 'it is no MLflow server' }
    : made
}

/** Logs params; what a server refuses is left out. Answers whether it was there. */
export async function logParams(api: Api, run: string, params: Readonly<Record<string, string>>) {
  const all = pairs(params)
  for (let at = 0; at < all.length; at += MAX_PARAMS) {
    const body = JSON.stringify({ run_id: run, params: all.slice(at, at + MAX_PARAMS) })
    if ((await api.ask('runs/log-batch', body)).kind === 'away') return false
  }
  return true
}

/** Closes the run with its last tags. */
export async function closeRun(
  api: Api,
  run: string,
  status: EndWord,
  tags: Readonly<Record<string, string>>,
  ended: number,
): Promise<Reply> {
  if (Object.keys(tags).length > 0)
    await api.ask('runs/log-batch', JSON.stringify({ run_id: run, tags: pairs(tags) }))
  return api.ask('runs/update', JSON.stringify({ run_id: run, status, end_time: ended }))
}
