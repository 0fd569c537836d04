// Datasets as runs tell of them: inputs of the same name and digest are one.
import type { DatasetInput } from '../protocol/events.ts'
import { versionsOfRun } from './registry-lookup.ts'
import type { Run, State } from './state.ts'

/** One dataset; its id is `name@digest`. */
export interface Dataset extends Omit<DatasetInput, 'tags'> {
  readonly id: string
  /** Ids of the runs that used it. */
  readonly runs: readonly string[]
  /** Ids of the model versions that come from those runs. */
  readonly versions: readonly string[]
  /** What it was used for, from the tag `mlflow.data.context` of the inputs. */
  readonly contexts: readonly string[]
  /** Start of the newest run that used it, Unix ms. */
  readonly used: number | null
}

type Tables = Pick<State, 'runs' | 'versions'>

/** Id of a dataset. */
export const datasetId = ({ name, digest }: Pick<DatasetInput, 'name' | 'digest'>): string =>
  `${name}@${digest}`

const CONTEXT = 'mlflow.data.context'

/** A dataset being gathered. */
interface Draft {
  readonly input: DatasetInput
  schema: string | null
  profile: string | null
  readonly runs: Set<string>
  readonly versions: Set<string>
  readonly contexts: Set<string>
  used: number | null
}

const draftOf = (input: DatasetInput): Draft => ({
  input,
  schema: null,
  profile: null,
  runs: new Set(),
  versions: new Set(),
  contexts: new Set(),
  used: null,
})

function use(draft: Draft, input: DatasetInput, run: Run, state: Tables): void {
  // Some runs tell the schema, others only the name.
  draft.schema ??= input.schema
  draft.profile ??= input.profile
  draft.runs.add(run.id)
  for (const { id } of versionsOfRun(state, run.id)) draft.versions.add(id)
  const context = input.tags[CONTEXT]
  if (context !== undefined) draft.contexts.add(context)
  if (run.started !== null) draft.used = Math.max(run.started, draft.used ?? run.started)
}

const byNumber = new Intl.Collator('en', { numeric: true })

function finished({ input, schema, profile, used, ...sets }: Draft): Dataset {
  const { tags: _, ...rest } = input
  const [runs, contexts] = [[...sets.runs], [...sets.contexts]]
  const versions = [...sets.versions].sort(byNumber.compare)
  return { ...rest, id: datasetId(input), schema, profile, used, runs, versions, contexts }
}

function gather(state: Tables): ReadonlyMap<string, Dataset> {
  const drafts = new Map<string, Draft>()
  for (const run of state.runs.values()) {
    if (run.deleted !== undefined) continue
    for (const input of run.datasets ?? []) {
      const id = datasetId(input)
      const draft = drafts.get(id) ?? draftOf(input)
      drafts.set(id, draft)
      use(draft, input, run, state)
    }
  }
  return new Map([...drafts].map(([id, draft]) => [id, finished(draft)]))
}

interface Found {
  readonly versions: State['versions']
  readonly datasets: ReadonlyMap<string, Dataset>
  /** Id of the dataset used last, by name. */
  readonly newest: ReadonlyMap<string, string>
}

const found = new WeakMap<State['runs'], Found>()

function newestOf(datasets: ReadonlyMap<string, Dataset>): ReadonlyMap<string, string> {
  const newest = new Map<string, string>()
  for (const dataset of datasets.values()) {
    const known = datasets.get(newest.get(dataset.name) ?? '')
    if (!known || (dataset.used ?? 0) > (known.used ?? 0)) newest.set(dataset.name, dataset.id)
  }
  return newest
}

function find(state: Tables): Found {
  const known = found.get(state.runs)
  if (known?.versions === state.versions) return known
  const datasets = gather(state)
  const all = { versions: state.versions, datasets, newest: newestOf(datasets) }
  found.set(state.runs, all)
  return all
}

/** All datasets by id. Found once while the tables stay the same. */
export const datasetsOf = (state: Tables): ReadonlyMap<string, Dataset> => find(state).datasets

/** Id of the dataset of a name that was used last. */
export const newestDataset = (state: Tables, name: string): string | undefined => find(state).newest.get(name)
