// Runs side by side, line by line: those that differ first, params before metrics.
import { formatValue } from '../../core/format.ts'
import type { Run } from '../../core/state.ts'
import type { Summary } from '../../core/summary.ts'
import type { World } from '../../core/world.ts'
import type { CellTone, Heading, Item, Raw } from '../../resources/define.ts'
import { ownerName } from './facts.ts'
import type { CompareView } from './ui-state.ts'

/** One line; `values` in the order of the runs, null where a run has none. */
export interface CompareLine {
  readonly kind: 'param' | 'metric'
  readonly name: string
  readonly values: readonly (string | number | null)[]
  readonly differs: boolean
}

const none: ReadonlyMap<string, Summary> = new Map()

function lineOf(
  kind: CompareLine['kind'],
  name: string,
  values: readonly (string | number | null)[],
): CompareLine {
  return { kind, name, values, differs: values.some((value) => !Object.is(value, values[0])) }
}

/** Params and last values of the metrics of these runs; runs that are gone count as empty. */
export function compareLines(
  { state, series }: World,
  { ids, differing }: Pick<CompareView, 'ids' | 'differing'>,
): CompareLine[] {
  const params = ids.map((id): Run['params'] => state.runs.get(id)?.params ?? {})
  const metrics = ids.map((id) => series.get(id) ?? none)
  const names = new Set(params.flatMap((own) => Object.keys(own)))
  const keys = new Set(metrics.flatMap((own) => [...own.keys()]))
  const paramOf = (own: Run['params'], name: string) => (Object.hasOwn(own, name) ? own[name]! : null)
  const lines = [
    ...Array.from(names, (name) =>
      lineOf(
        'param',
        name,
        params.map((own) => paramOf(own, name)),
      ),
    ),
    ...Array.from(keys, (key) =>
      lineOf(
        'metric',
        key,
        metrics.map((own) => own.get(key)?.last.value ?? null),
      ),
    ),
  ]
  const different = lines.filter(({ differs }) => differs)
  return differing ? different : [...different, ...lines.filter(({ differs }) => !differs)]
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
export function compareHeadings(world: World, ids: readonly string[]): Heading[] {
  const runs = titles(world, ids).map((title, i) => heading(String(i), title, 'right', 24))
  return [heading('name', 'NAME', 'left', 32), heading('kind', 'KIND', 'left', 8), ...runs]
}

const textOf = (value: string | number | null | undefined): string =>
  value === null || value === undefined ? '-' : typeof value === 'number' ? formatValue(value) : value

/** A line as a row of a table. */
export function compareItem(line: CompareLine): Item {
  const { kind, name, values, differs } = line
  const words: Readonly<Record<string, string>> = { name, kind }
  const field = (key: string): Raw => words[key] ?? values[Number(key)] ?? null
  const tone = (key: string): CellTone => {
    if (key in words) return key === 'kind' ? 'dim' : 'text'
    const value = values[Number(key)]
    if (typeof value === 'number' && !Number.isFinite(value)) return 'bad'
    return value === null ? 'dim' : differs ? 'accent' : 'text'
  }
  return {
    id: `${kind}:${name}`,
    text: (key) => words[key] ?? textOf(values[Number(key)]),
    tone,
    field,
    record: () =>
      Object.fromEntries([...Object.entries(words), ...values.map((value, i) => [String(i), value])]),
    openFilter: () => '',
  }
}
