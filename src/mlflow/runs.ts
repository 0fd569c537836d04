// The life of a run: made, read, ended, deleted, restored.
import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { API_SOURCE, type RunStatus } from '../core/state.ts'
import type { AgentEvent } from '../protocol/events.ts'
import type { Backend } from './backend.ts'
import { invalid } from './errors.ts'
import { DEFAULT_ID } from './experiment-ids.ts'
import { maybeId, maybeText, maybeWhole, pairs } from './fields.ts'
import { activeExperiment, activeRun, findRun, runIdIn } from './lookup.ts'
import { checkKey, MAX_TAG_LENGTH, stored, wrong } from './names.ts'
import { type Route, route } from './route.ts'
import { eventOf, madeReal, textEvents } from './run-events.ts'
import { newRunJson, runInfo, runJson } from './run-json.ts'
import { randomRunName } from './run-names.ts'

const NAME_TAG = 'mlflow.runName'
const MAX_RUN_NAME = 512

const STATUS: Readonly<Record<string, RunStatus>> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
}

const RunIds = { run_id: maybeId(), run_uuid: maybeId() }
const ById = z.object(RunIds)
const Create = z.object({
  experiment_id: maybeId(),
  user_id: maybeText(),
  run_name: maybeText(),
  start_time: maybeWhole(),
  tags: pairs(),
})
const Update = z.object({ ...RunIds, status: maybeText(), end_time: maybeWhole(), run_name: maybeText() })

/** A time of a run, Unix ms; within what a Date can hold. */
function checkTime(time: number, where: string): number {
  if (time < 0 || time > 8.64e15) throw wrong(where, time, 'it must be a time in Unix milliseconds.')
  return time
}

/** The name and the tag of it are one: either may be given, or both where they agree. */
function nameOf(asked: string | undefined, tags: Map<string, string>): string {
  const tagged = tags.get(NAME_TAG)
  const name = asked ? stored(asked, MAX_RUN_NAME) : undefined
  if (name && tagged && name !== stored(tagged, MAX_RUN_NAME))
    throw invalid(
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${name}', mlflow.runName='${stored(tagged, 128)}').`,
    )
  const chosen = name ?? (tagged ? stored(tagged, MAX_RUN_NAME) : randomRunName())
  if (!tagged) tags.set(NAME_TAG, chosen)
  return chosen
}

async function create(backend: Backend, input: z.infer<typeof Create>): Promise<object> {
  const experiment = activeExperiment(backend.state(), input.experiment_id ?? DEFAULT_ID)
  const tags = new Map(
    input.tags.map(({ key, value }, i) => [checkKey(key, `tags[${i}].key`), stored(value, MAX_TAG_LENGTH)]),
  )
  const name = nameOf(input.run_name, tags)
  const at = backend.now()
  const run = randomBytes(16).toString('hex')
  const found = {
    name,
    experiment: experiment.name,
    source: API_SOURCE,
    path: '',
    started: checkTime(input.start_time ?? at, 'start_time'),
    experimentId: experiment.id,
    user: stored(input.user_id || tags.get('mlflow.user') || '', 256),
  }
  await backend.write({
    events: [
      ...madeReal(backend.state(), experiment, at),
      eventOf('run.found', run, at, found),
      ...textEvents('run.tags', run, at, tags),
      eventOf('run.status', run, at, { status: 'running', ended: null }),
    ],
  })
  return { run: newRunJson(backend, findRun(backend.state(), run)) }
}

function statusIn(status: string | undefined): RunStatus | undefined {
  if (status === undefined) return undefined
  if (!Object.hasOwn(STATUS, status))
    throw wrong('status', status, `it must be one of ${Object.keys(STATUS).join(', ')}.`)
  return STATUS[status]
}

async function update(backend: Backend, input: z.infer<typeof Update>): Promise<object> {
  const run = activeRun(backend.state(), runIdIn(input))
  const { end_time } = input
  const status = statusIn(input.status)
  const name = input.run_name ? stored(input.run_name, MAX_RUN_NAME) : run.name
  const at = backend.now()
  const ended = end_time === undefined ? {} : { ended: checkTime(end_time, 'end_time') }
  const events: AgentEvent[] = []
  if (status !== undefined || end_time !== undefined)
    events.push(eventOf('run.status', run.id, at, { status: status ?? run.status, ...ended }))
  if (name !== run.name)
    events.push(
      eventOf('run.renamed', run.id, at, { name }),
      eventOf('run.tags', run.id, at, { tags: { [NAME_TAG]: name } }),
    )
  if (events.length > 0) await backend.write({ events })
  const state = backend.state()
  return { run_info: runInfo(state, findRun(state, run.id)) }
}

async function mark(backend: Backend, id: string, type: 'run.deleted' | 'run.restored'): Promise<object> {
  const isDeleted = findRun(backend.state(), id).deleted !== undefined
  if (isDeleted !== (type === 'run.deleted'))
    await backend.write({ events: [eventOf(type, id, backend.now(), {})] })
  return {}
}

/** Routes of runs. */
export const runRoutes: readonly Route[] = [
  route(['POST'], 'runs/create', Create, create),
  route(['GET'], 'runs/get', ById, (backend, input) => ({
    run: runJson(backend, findRun(backend.state(), runIdIn(input))),
  })),
  route(['POST'], 'runs/update', Update, update),
  route(['POST'], 'runs/delete', ById, (backend, input) => mark(backend, runIdIn(input), 'run.deleted')),
  route(['POST'], 'runs/restore', ById, (backend, input) => mark(backend, runIdIn(input), 'run.restored')),
]
