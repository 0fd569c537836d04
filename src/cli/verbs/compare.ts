// `mlops compare`: runs side by side.
import { formatValue } from '../../core/format.ts'
import type { Run } from '../../core/state.ts'
import type { World } from '../../core/world.ts'
import type { Raw } from '../../resources/define.ts'
import { usageError } from '../cli-error.ts'
import { formatChoice, formatFlags, recordPieces, tableText } from '../formats.ts'
import { pick } from '../lookup.ts'
import { writeAll } from '../output.ts'
import type { Cell } from '../table.ts'
import { defineVerb } from '../verb.ts'

const flags = {
  all: { doc: 'also the params that are equal, behind the metrics' },
  ...formatFlags,
}

const STATS = ['last', 'min', 'max'] as const

/** One line of a comparison; `values` in the order of the runs, null where a run has none. */
interface Line {
  readonly kind: 'param' | 'metric'
  readonly name: string
  readonly stat: (typeof STATS)[number] | null
  readonly values: readonly (string | number | null)[]
}

const differs = ({ values }: Line): boolean => values.some((value) => !Object.is(value, values[0]))

const union = (lists: readonly Iterable<string>[]): string[] =>
  [...new Set(lists.flatMap((list) => [...list]))].sort()

function paramLines(runs: readonly Run[]): Line[] {
  const own = ({ params }: Run, name: string) => (Object.hasOwn(params, name) ? params[name]! : null)
  return union(runs.map(({ params }) => Object.keys(params))).map((name) => ({
    kind: 'param',
    name,
    stat: null,
    values: runs.map((run) => own(run, name)),
  }))
}

function metricLines(runs: readonly Run[], { series }: World): Line[] {
  const all = runs.map(({ id }) => series.get(id))
  const names = union(all.map((metrics) => metrics?.keys() ?? []))
  return names.flatMap((name) =>
    STATS.map((stat) => ({
      kind: 'metric' as const,
      name,
      stat,
      values: all.map((metrics) => {
        const summary = metrics?.get(name)
        return summary === undefined ? null : stat === 'last' ? summary.last.value : summary[stat]
      }),
    })),
  )
}

/** Params that differ, metrics, and with `all` the params that do not. */
function compareLines(runs: readonly Run[], world: World, all: boolean): Line[] {
  const params = paramLines(runs)
  const equal = all ? params.filter((line) => !differs(line)) : []
  return [...params.filter(differs), ...metricLines(runs, world), ...equal]
}

function recordOf(line: Line, runs: readonly Run[]): { readonly [key: string]: Raw } {
  const { kind, name, stat, values } = line
  const byRun = Object.fromEntries(runs.map(({ id }, i) => [id, values[i] ?? null]))
  return { kind, name, stat, differs: differs(line), values: byRun }
}

function cellOf(value: string | number | null, differing: boolean): Cell {
  if (value === null) return { text: '-', tone: 'dim' }
  if (typeof value === 'string') return { text: value, tone: differing ? 'accent' : 'text' }
  return { text: formatValue(value), tone: Number.isFinite(value) ? 'text' : 'bad' }
}

/** Names of the runs, with the id where two have the same. */
function titles(runs: readonly Run[]): string[] {
  return runs.map(({ id, name }) =>
    runs.filter((other) => other.name === name).length > 1 ? `${name} (${id})` : name,
  )
}

function tableRow(line: Line): Cell[] {
  const name = line.stat === null ? line.name : `${line.name} ${line.stat}`
  const differing = differs(line)
  return [
    { text: line.kind, tone: 'dim' },
    { text: name },
    ...line.values.map((value) => cellOf(value, differing)),
  ]
}

function runsOf(words: readonly string[], { state }: World): Run[] {
  const all = [...state.runs.values()]
  const runs = [...new Set(words.map((word) => pick(all, word, 'run', 'mlops get runs')))]
  if (runs.length >= 2) return runs
  throw usageError(`all these words name the run ${runs[0]!.id}`, 'compare needs two different runs')
}

/** The verb. */
export const compare = defineVerb({
  name: 'compare',
  summary:
    'Prints runs side by side: the params that differ, then last, min and max of each metric. JSON: {kind, name, stat, differs, values: {run id: value}}.',
  positionals: [{ name: 'run', doc: 'two runs or more: ids, beginnings of ids, or names', many: 2 }],
  flags,
  examples: ['mlops compare resnet-a resnet-b', 'mlops compare 3f2a 91bc 77de -o csv'],
  prepare(args) {
    const choice = formatChoice(args)
    return async ({ link, out }) => {
      const world = link.world()
      const runs = runsOf(args.positionals, world)
      const lines = compareLines(runs, world, args.on('all'))
      if (choice.format === 'table') {
        const columns = [{ title: 'KIND' }, { title: 'NAME' }, ...titles(runs).map((title) => ({ title }))]
        await out.write(tableText(columns, lines.map(tableRow), choice, out))
        return 0
      }
      const fields = ['kind', 'name', 'stat', 'differs', ...runs.map(({ id }) => `values.${id}`)]
      await writeAll(
        out,
        recordPieces(
          choice.format,
          lines.map((line) => recordOf(line, runs)),
          fields,
        ),
      )
      return 0
    }
  },
})
