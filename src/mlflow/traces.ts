// Traces of calls (MLflow Tracing): accepted, so that autologging goes on, and not kept.
import { randomBytes } from 'node:crypto'
import type { Backend } from './backend.ts'
import { missing } from './errors.ts'
import { DEFAULT_ID } from './experiment-ids.ts'
import { echo } from './names.ts'
import type { Route } from './route.ts'

/** Traces that were begun and may be ended; the oldest is forgotten. */
const MAX_OPEN = 1000

interface Pair {
  readonly key: string
  readonly value: string
}
interface TraceInfo {
  readonly request_id: string
  readonly experiment_id: string
  readonly timestamp_ms: number
  readonly request_metadata: readonly Pair[]
  readonly tags: readonly Pair[]
}

const pairsOf = (raw: unknown): Pair[] =>
  Array.isArray(raw)
    ? raw.filter((item): item is Pair => typeof item?.key === 'string' && typeof item?.value === 'string')
    : []

const numberOf = (raw: unknown, otherwise: number) => (typeof raw === 'number' ? raw : otherwise)
const locationOf = (experiment: string, trace: string) => ({
  'mlflow.artifactLocation': `mlflow-artifacts:/${experiment}/traces/${trace}/artifacts`,
})

/** Clients of 2.14 to 2.22: a POST begins a trace, a PATCH ends it. */
export function createTraceRoutes(): Route[] {
  const open = new Map<string, TraceInfo>()
  async function begin(backend: Backend, input: unknown): Promise<object> {
    const body = input as Record<string, unknown>
    const request_id = randomBytes(16).toString('hex')
    const experiment_id = typeof body.experiment_id === 'string' ? body.experiment_id : DEFAULT_ID
    const [key, value] = Object.entries(locationOf(experiment_id, request_id))[0]!
    const info = {
      request_id,
      experiment_id,
      timestamp_ms: numberOf(body.timestamp_ms, backend.now()),
      request_metadata: pairsOf(body.request_metadata),
      tags: [...pairsOf(body.tags), { key, value }],
    }
    open.set(request_id, info)
    if (open.size > MAX_OPEN) open.delete(open.keys().next().value!)
    return { trace_info: { ...info, execution_time_ms: 0, status: 'IN_PROGRESS' } }
  }
  async function end(backend: Backend, input: unknown): Promise<object> {
    const body = input as Record<string, unknown>
    const info = open.get(String(body.id))
    if (!info) throw missing(`Trace with request_id=${echo(body.id)} not found`)
    open.delete(info.request_id)
    const tags = [...pairsOf(body.tags), info.tags.at(-1)!]
    const execution_time_ms = Math.max(0, numberOf(body.timestamp_ms, backend.now()) - info.timestamp_ms)
    const status = body.status === 'ERROR' ? 'ERROR' : 'OK'
    return {
      trace_info: {
        ...info,
        execution_time_ms,
        status,
        request_metadata: pairsOf(body.request_metadata),
        tags,
      },
    }
  }
  return [
    { methods: ['POST'], path: 'traces', answer: begin },
    { methods: ['PATCH'], path: 'traces/{id}', answer: end },
    { methods: ['PATCH', 'DELETE'], path: 'traces/{id}/tags', answer: async () => ({}) },
  ]
}

/** Clients of 3.x post a whole trace; with its spans said to be in the store they upload none. */
async function accept(_: Backend, input: unknown): Promise<object> {
  const { trace } = input as { trace?: { trace_info?: Record<string, unknown> } }
  const info = trace?.trace_info ?? {}
  const { mlflow_experiment } = (info.trace_location ?? {}) as {
    mlflow_experiment?: { experiment_id?: string }
  }
  const experiment = String(mlflow_experiment?.experiment_id ?? DEFAULT_ID)
  const tags = {
    ...(info.tags as Record<string, unknown> | undefined),
    ...locationOf(experiment, String(info.trace_id)),
    'mlflow.trace.spansLocation': 'TRACKING_STORE',
  }
  return { trace: { trace_info: { ...info, tags } } }
}

/** Routes under /api/3.0/mlflow. */
export const version3Routes: readonly Route[] = [
  { methods: ['POST'], path: 'traces', answer: accept },
  {
    methods: ['GET'],
    path: 'server-info',
    answer: async () => ({ store_type: 'SqlStore', workspaces_enabled: false }),
  },
]
