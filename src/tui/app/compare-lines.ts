// Runs side by side, line by line: params and tags that differ first, then metrics, then where the runs came
// from (commit, environment, host), then what is equal, folded.
import { formatValue } from '../../core/format.ts'
import type { Run } from '../../core/state.ts'
import type { Summary } from '../../core/summary.ts'
import { dataOf, versionFacts } from '../../core/version-facts.ts'
import type { World } from '../../core/world.ts'
import type { CellTone, Heading, Item, Raw } from '../../resources/define.ts'
import { ownerName } from './facts.ts'
import type { CompareView } from './ui-state.ts'

/** One line; `values` in the order of the runs, null where a run has none. */
export interface CompareLine {
  /** `fold` is a heading over lines, or stands for lines that are folded. */
  readonly kind: 'version' | 'data' | 'param' | 'tag' | 'metric' | 'env' | 'fold'
  readonly name: string
  readonly values: readonly (string | number | null)[]
  readonly differs: boolean
}

type Value = CompareLine['values'][number]
type Named = Readonly<Record<string, Value>>

/**
 * Tags and params that say where a run came from: `mlflow.source.git.commit` (MLflow's tags), `git.commit`,
 * `env.*`, `host.*`, versions of Python, CUDA and packages.
 */
const ENVIRONMENT =
  /^(mlflow\.(source|user|docker|project|databricks|gitRepo)|git|env|environment|host|hostname|python|cuda|cudnn|torch|package|docker|image|slurm|mlops)([._/]|$)/i

/** True for what says where a run came from rather than what it is. */
export const isEnvironment = (name: string): boolean => ENVIRONMENT.test(name)

const none: ReadonlyMap<string, Summary> = new Map()

function lineOf(kind: CompareLine['kind'], name: string, values: readonly Value[]): CompareLine {
  return { kind, name, values, differs: values.some((value) => !Object.is(value, values[0])) }
}

/** A line for each name that any run has. */
function linesOf(kind: CompareLine['kind'], runs: readonly Named[]): CompareLine[] {
  const names = new Set(runs.flatMap((own) => Object.keys(own)))
  const ownValue = (own: Named, name: string) => (Object.hasOwn(own, name) ? own[name]! : null)
  return Array.from(names, (name) =>
    lineOf(
      kind,
      name,
      runs.map((own) => ownValue(own, name)),
    ),
  )
}

const pick = (all: Named, wanted: (name: string) => boolean): Named =>
  Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name)))

const isPlain = (name: string): boolean => !isEnvironment(name)

/** Where a run came from: its host as its agent described it, and what its params and tags say. */
function environmentOf({ state }: World, run: Run | undefined): Named {
  const host = state.hosts.get(run?.host ?? '')
  const gpus = host && [...new Set(host.gpus.map(({ name }) => name))].join(', ')
  const machine = host && {
    host: host.name,
    'host.os': host.os,
    'host.kernel': host.kernel,
    'host.gpu': gpus || null,
  }
  return { ...machine, ...pick(run?.params ?? {}, isEnvironment), ...pick(run?.tags ?? {}, isEnvironment) }
}

const fold = (name: string, differs: boolean): CompareLine => ({ kind: 'fold', name, values: [], differs })

/** The names of the first lines, for the line that stands for all of them. */
function foldedText(lines: readonly CompareLine[]): string {
  return `${lines.length} equal: ${lines.map(({ name }) => name).join(', ')}`
}

/**
 * Params, tags, last values of the metrics and the environment of these runs; runs that are gone count as empty.
 * With `differing` what is equal is one line.
 */
export function compareLines(
  world: World,
  { ids, versions = [], differing }: Pick<CompareView, 'ids' | 'differing'> & Partial<CompareView>,
): CompareLine[] {
  const runs = ids.map((id) => world.state.runs.get(id))
  const series = ids.map((id) => world.series.get(id) ?? none)
  const metrics = series.map(
    (own): Named => Object.fromEntries(Array.from(own, ([key, { last }]) => [key, last.value])),
  )
  const plain = [
    ...linesOf(
      'version',
      versions.map((id) => versionFacts(world.state, world.state.versions.get(id))),
    ),
    ...linesOf('data', runs.map(dataOf)),
    ...linesOf(
      'param',
      runs.map((run) => pick(run?.params ?? {}, isPlain)),
    ),
    ...linesOf(
      'tag',
      runs.map((run) => pick(run?.tags ?? {}, isPlain)),
    ),
    ...linesOf('metric', metrics),
  ]
  const environment = linesOf(
    'env',
    runs.map((run) => environmentOf(world, run)),
  )
  const other = environment.filter(({ differs }) => differs)
  const heading = `environment: ${other.length === 0 ? 'the same' : `${other.length} of ${environment.length} differ`}`
  const equal = [...plain, ...environment].filter(({ differs }) => !differs)
  return [
    ...plain.filter(({ differs }) => differs),
    ...(environment.length > 0 ? [fold(heading, other.length > 0), ...other] : []),
    ...(equal.length === 0
      ? []
      : differing
        ? [fold(foldedText(equal), false)]
        : [fold(`${equal.length} equal`, false), ...equal]),
  ]
}

/** Names of the runs, with the id where two have the same. */
function titles(world: World, ids: readonly string[]): string[] {
  const names = ids.map((id) => ownerName(world, id))
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} ${ids[i]}`,
  )
}

const heading = (key: string, title: string, align: 'left' | 'right', max: number): Heading => ({
  key,
  title,
  align,
  max,
  doc: '',
  table: 'always',
})

/** The columns of the table: what is compared, then a run each. */
export function compareHeadings(
  world: World,
  { ids, versions }: Pick<CompareView, 'ids' | 'versions'>,
): Heading[] {
  const names = versions.length > 0 ? versions : titles(world, ids)
  const runs = names.map((title, i) => heading(String(i), title, 'right', 24))
  return [heading('name', 'NAME', 'left', 32), heading('kind', 'KIND', 'left', 8), ...runs]
}

const textOf = (value: Value | undefined): string =>
  value === null || value === undefined ? '-' : typeof value === 'number' ? formatValue(value) : value

function toneOf({ kind, values, differs }: CompareLine, key: string): CellTone {
  if (kind === 'fold') return differs ? 'bold' : 'dim'
  if (key === 'kind') return 'dim'
  if (key === 'name') return 'text'
  const value = values[Number(key)]
  if (typeof value === 'number' && !Number.isFinite(value)) return 'bad'
  return value === null ? 'dim' : differs ? 'accent' : 'text'
}

/** A line as a row of a table. */
export function compareItem(line: CompareLine): Item {
  const { kind, name, values } = line
  const words: Readonly<Record<string, string>> = { name, kind: kind === 'fold' ? '' : kind }
  const field = (key: string): Raw => words[key] ?? values[Number(key)] ?? null
  return {
    id: `${kind}:${name}`,
    text: (key) => words[key] ?? (kind === 'fold' ? '' : textOf(values[Number(key)])),
    tone: (key) => toneOf(line, key),
    field,
    record: () =>
      Object.fromEntries([...Object.entries(words), ...values.map((value, i) => [String(i), value])]),
    openFilter: () => '',
  }
}
