// What training code sends while it runs: metrics, params, tags. `log-batch` is the hot path.
import type { Run } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend, MetricPoint } from './backend.ts'
import { invalid, missing } from './errors.ts'
import { activeRun, runIdIn } from './lookup.ts'
import { readMetric, readMetrics } from './metric-input.ts'
import { checkKey, echo, lacking, MAX_PARAM_LENGTH, MAX_TAG_LENGTH, stored, wrong } from './names.ts'
import { createOnce, type Once } from './repeats.ts'
import type { Route } from './route.ts'
import { changed, eventOf, textEvents } from './run-events.ts'
import { createSerial, type Serial } from './serial.ts'

/** Most items of each kind, and of all, in one log-batch. */
const BATCH_LIMITS = { metrics: 1000, params: 100, tags: 100, all: 1000 } as const

/** Tag that is also the run's name. */
const NAME_TAG = 'mlflow.runName'

type Body = Readonly<Record<string, unknown>>
interface Batch {
  readonly points: readonly MetricPoint[]
  readonly params: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
}

function readText(raw: unknown, where: string, limit: number): string {
  if (raw === undefined || raw === null) return ''
  if (typeof raw !== 'string') throw wrong(where, raw, 'it must be a string.')
  return stored(raw, limit)
}

function listOf(body: Body, name: 'metrics' | 'params' | 'tags'): readonly unknown[] {
  const list = body[name] ?? []
  if (!Array.isArray(list)) throw wrong(name, list, 'it must be a list.')
  if (list.length > BATCH_LIMITS[name])
    throw invalid(
      `A batch logging request can contain at most ${BATCH_LIMITS[name]} ${name}. Got ${list.length} ${name}. Please split up ${name} across multiple requests and try again.`,
    )
  return list
}

function readTexts(list: readonly unknown[], name: 'params' | 'tags'): Map<string, string> {
  const texts = new Map<string, string>()
  const limit = name === 'params' ? MAX_PARAM_LENGTH : MAX_TAG_LENGTH
  list.forEach((item, index) => {
    const { key, value } = (item ?? {}) as Body
    const checked = checkKey(key, `${name}[${index}].key`)
    if (name === 'params' && texts.has(checked))
      throw invalid(
        `Duplicate parameter keys have been submitted: ['${echo(checked)}']. Please ensure the request contains only one param value per param key.`,
      )
    texts.set(checked, readText(value, `${name}[${index}].value`, limit))
  })
  return texts
}

function readBatch(run: string, body: Body): Batch {
  const [metrics, params, tags] = [listOf(body, 'metrics'), listOf(body, 'params'), listOf(body, 'tags')]
  const all = metrics.length + params.length + tags.length
  if (all > BATCH_LIMITS.all)
    throw invalid(
      `A batch logging request can contain at most ${BATCH_LIMITS.all} metrics, params, and tags. Got ${all}. Please split up the request and try again.`,
    )
  return {
    points: readMetrics(run, metrics),
    params: readTexts(params, 'params'),
    tags: readTexts(tags, 'tags'),
  }
}

/** Refuses another value for a param that the run has; gives those that are new. */
function newParams(run: Run, params: Batch['params']): Map<string, string> {
  const fresh = changed(run.params, params)
  for (const [key, value] of fresh)
    if (Object.hasOwn(run.params, key))
      throw invalid(
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${echo(run.params[key])}' for run ID='${run.id}'. Attempted logging new value '${echo(value)}'.`,
      )
  return fresh
}

function textsWritten(run: Run, { params, tags }: Batch, at: number): AgentEvent[] {
  const name = tags.get(NAME_TAG)
  return [
    ...textEvents('run.params', run.id, at, newParams(run, params)),
    ...textEvents('run.tags', run.id, at, changed(run.tags, tags)),
    ...(name !== undefined && name !== run.name
      ? [eventOf('run.renamed', run.id, at, { name: name.slice(0, 512) })]
      : []),
  ]
}

async function writeBatch(backend: Backend, once: Once, id: string, batch: Batch): Promise<object> {
  const events = textsWritten(activeRun(backend.state(), id), batch, backend.now())
  await once(batch.points, async (points, digest) => {
    if (points.length > 0 || events.length > 0)
      await backend.write({ events, points, ...(digest !== undefined && { once: digest }) })
  })
  return {}
}

type Read = (run: string, body: Body) => Batch
const none = new Map<string, string>()

const READ: Readonly<Record<string, Read>> = {
  'runs/log-batch': readBatch,
  'runs/log-metric': (run, body) => ({ points: [readMetric(run, body)], params: none, tags: none }),
  'runs/log-parameter': (_, { key, value }) => ({
    points: [],
    params: new Map([[checkKey(key, 'key'), readText(value, 'value', MAX_PARAM_LENGTH)]]),
    tags: none,
  }),
  'runs/set-tag': (_, { key, value }) => ({
    points: [],
    params: none,
    tags: new Map([[checkKey(key, 'key'), readText(value, 'value', MAX_TAG_LENGTH)]]),
  }),
}

function writes(path: string, read: Read, once: Once, serially: Serial): Route {
  return {
    methods: ['POST'],
    path,
    answer: async (backend, input) => {
      const body = input as Body
      const { id } = activeRun(backend.state(), runIdIn(body))
      const batch = read(id, body)
      // Two requests that both set a param must see each other; points alone may go side by side.
      const isAlone = batch.params.size === 0
      return isAlone
        ? writeBatch(backend, once, id, batch)
        : serially(id, () => writeBatch(backend, once, id, batch))
    },
  }
}

async function deleteTag(backend: Backend, input: unknown): Promise<object> {
  const body = input as Body
  const run = activeRun(backend.state(), runIdIn(body))
  if (typeof body.key !== 'string') throw lacking('key')
  if (!Object.hasOwn(run.tags, body.key))
    throw missing(`No tag with name: ${echo(body.key)} in run with id ${plainText(run.id)}`)
  await backend.write({ events: [eventOf('run.untagged', run.id, backend.now(), { key: body.key })] })
  return {}
}

/** Routes that write metrics, params and tags; each call makes a memory of recent requests of its own. */
export function createRunLogging(written: Iterable<string>): Route[] {
  const once = createOnce(undefined, written)
  const serially = createSerial()
  return [
    ...Object.entries(READ).map(([path, read]) => writes(path, read, once, serially)),
    { methods: ['POST'], path: 'runs/delete-tag', answer: deleteTag },
  ]
}
