// What a run was given and what it made: datasets, models.
import * as z from 'zod/mini'
import type { Run } from '../core/state.ts'
import type { AgentEvent, DatasetInput } from '../protocol/events.ts'
import { plainText } from '../protocol/text.ts'
import type { Backend } from './backend.ts'
import { invalid } from './errors.ts'
import { id, maybeId, maybeText, maybeWhole, pairs, text } from './fields.ts'
import { activeRun, runIdIn } from './lookup.ts'
import { checkLength, MAX_TAG_LENGTH, stored } from './names.ts'
import { type Route, route } from './route.ts'
import { eventOf } from './run-events.ts'
import { createSerial, type Serial } from './serial.ts'

/** Longest fields of a dataset, UTF-16 units, as in MLflow. */
const DATASET_LIMITS = {
  name: 500,
  digest: 36,
  source: 65_535,
  schema: 1_048_575,
  profile: 16_777_215,
} as const
/** Longest schema or profile that is kept; more is cut, for an event has to fit into a frame. */
const MAX_KEPT = 200_000

const Dataset = z.object({
  name: text(),
  digest: text(),
  source_type: text(),
  source: text(),
  schema: maybeText(),
  profile: maybeText(),
})
const RunIds = { run_id: maybeId(), run_uuid: maybeId() }
const LogInputs = z.object({
  ...RunIds,
  datasets: z.optional(z.array(z.object({ dataset: Dataset, tags: pairs() }))),
  models: z.optional(z.array(z.object({ model_id: id() }))),
})
const Outputs = z.object({
  ...RunIds,
  models: z.optional(z.array(z.object({ model_id: id(), step: maybeWhole() }))),
})
const LogModel = z.object({ ...RunIds, model_json: text() })

type Inputs = z.infer<typeof LogInputs>

function readDataset(
  { dataset, tags }: NonNullable<Inputs['datasets']>[number],
  index: number,
): DatasetInput {
  for (const [name, limit] of Object.entries(DATASET_LIMITS))
    checkLength(
      dataset[name as keyof typeof DATASET_LIMITS] ?? '',
      `datasets[${index}].dataset.${name}`,
      limit,
    )
  for (const { key, value } of tags) {
    checkLength(key, `datasets[${index}].tags.key`, 255)
    checkLength(value, `datasets[${index}].tags.value`, 500)
  }
  const kept = (json: string | undefined) => (json === undefined ? null : stored(json, MAX_KEPT))
  return {
    name: stored(dataset.name, 500),
    digest: stored(dataset.digest, 64),
    sourceType: stored(dataset.source_type, 64),
    source: stored(dataset.source, 65_535),
    schema: kept(dataset.schema),
    profile: kept(dataset.profile),
    tags: Object.fromEntries(tags.map(({ key, value }) => [stored(key, 255), stored(value, 500)])),
  }
}

/** Datasets are one in a run where name and digest are. One event each, as each may be large. */
function inputEvents(run: Run, { datasets = [], models = [] }: Inputs, at: number): AgentEvent[] {
  const idOf = ({ name, digest }: DatasetInput) => JSON.stringify([name, digest])
  const known = new Set(run.datasets?.map(idOf))
  const fresh = datasets
    .map(readDataset)
    .filter((dataset) => !known.has(idOf(dataset)) && known.add(idOf(dataset)))
  const given = new Set(run.modelInputs)
  const newModels = [...new Set(models.map(({ model_id }) => stored(model_id, 64)))].filter(
    (model) => !given.has(model),
  )
  return [
    ...fresh.map((dataset) => eventOf('run.inputs', run.id, at, { datasets: [dataset], models: [] })),
    ...(newModels.length > 0 ? [eventOf('run.inputs', run.id, at, { datasets: [], models: newModels })] : []),
  ]
}

function outputEvents(run: Run, { models = [] }: z.infer<typeof Outputs>, at: number): AgentEvent[] {
  const known = new Set(run.modelOutputs?.map((model) => model.id))
  const fresh = models
    .map(({ model_id, step }) => ({ id: stored(model_id, 64), step: step ?? 0 }))
    .filter((model) => !known.has(model.id) && known.add(model.id))
  return fresh.length > 0 ? [eventOf('run.outputs', run.id, at, { models: fresh })] : []
}

/** Tag in which 2.x clients keep what models a run logged: a JSON list. */
const HISTORY_TAG = 'mlflow.log-model.history'
const MODEL_FIELDS = ['artifact_path', 'flavors', 'utc_time_created', 'run_id']

function readModel(json: string): object {
  let model: unknown
  try {
    model = JSON.parse(json)
  } catch {
    throw invalid(`Malformed model info for parameter 'model_json': it is not valid JSON.`)
  }
  if (typeof model !== 'object' || model === null || Array.isArray(model))
    throw invalid(`Malformed model info for parameter 'model_json': it must be an object.`)
  const lacks = MODEL_FIELDS.filter((field) => !Object.hasOwn(model, field))
  if (lacks.length > 0) throw invalid(`Model json is missing mandatory fields: ${lacks.join(', ')}`)
  return model
}

function historyOf(run: Run): object[] {
  try {
    const list: unknown = JSON.parse(plainText(run.tags[HISTORY_TAG] ?? '[]'))
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}

/** The newest models count: a tag holds 8000 characters. */
function modelEvents(run: Run, { model_json }: z.infer<typeof LogModel>, at: number): AgentEvent[] {
  const history = [...historyOf(run), readModel(model_json)]
  while (history.length > 1 && JSON.stringify(history).length > MAX_TAG_LENGTH) history.shift()
  return [
    eventOf('run.tags', run.id, at, {
      tags: { [HISTORY_TAG]: stored(JSON.stringify(history), MAX_TAG_LENGTH) },
    }),
  ]
}

interface Body {
  readonly run_id?: string | undefined
  readonly run_uuid?: string | undefined
}

/** Writes the events that a request means for a run as it is when its turn has come. */
function linking<B extends Body>(
  serially: Serial,
  eventsOf: (run: Run, body: B, at: number) => AgentEvent[],
) {
  return (backend: Backend, body: B): Promise<object> =>
    serially(runIdIn(body), async () => {
      const events = eventsOf(activeRun(backend.state(), runIdIn(body)), body, backend.now())
      if (events.length > 0) await backend.write({ events })
      return {}
    })
}

/** Routes that say what a run was given and made. */
export function createRunLinks(): Route[] {
  const serially = createSerial()
  return [
    route(['POST'], 'runs/log-inputs', LogInputs, linking(serially, inputEvents)),
    route(['POST'], 'runs/outputs', Outputs, linking(serially, outputEvents)),
    route(['POST'], 'runs/log-model', LogModel, linking(serially, modelEvents)),
  ]
}
