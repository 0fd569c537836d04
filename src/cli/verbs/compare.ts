// `mlops compare`: runs, or versions of models with their runs, side by side.
import { formatValue } from '../../core/format.ts'
import type { ModelVersion } from '../../core/registry-state.ts'
import type { Run } from '../../core/state.ts'
import { dataOf, type Facts, versionFacts } from '../../core/version-facts.ts'
import type { World } from '../../core/world.ts'
import type { Raw } from '../../resources/define.ts'
import { usageError } from '../cli-error.ts'
import { formatChoice, formatFlags, recordPieces, tableText } from '../formats.ts'
import { pick } from '../lookup.ts'
import { writeAll } from '../output.ts'
import { namedVersion } from '../registry-target.ts'
import type { Cell } from '../table.ts'
import { defineVerb } from '../verb.ts'

const flags = {
  all: { doc: 'also what is equal, behind the metrics' },
  ...formatFlags,
}

const STATS = ['last', 'min', 'max'] as const

/** A run, or a version of a model with its run. */
interface Side {
  readonly id: string
  readonly title: string
  readonly run: Run | undefined
  readonly version?: ModelVersion
}

/** One line of a comparison; `values` in the order of the sides, null where one has none. */
interface Line {
  readonly kind: 'version' | 'data' | 'param' | 'metric'
  readonly name: string
  readonly stat: (typeof STATS)[number] | null
  readonly values: readonly (string | number | null)[]
}

const differs = ({ values }: Line): boolean => values.some((value) => !Object.is(value, values[0]))

const union = (lists: readonly Iterable<string>[]): string[] =>
  [...new Set(lists.flatMap((list) => [...list]))].sort()

/** A line for each name that any side has. */
function linesOf(kind: Line['kind'], sides: readonly Facts[]): Line[] {
  const own = (facts: Facts, name: string) => (Object.hasOwn(facts, name) ? facts[name]! : null)
  return union(sides.map(Object.keys)).map((name) => ({
    kind,
    name,
    stat: null,
    values: sides.map((facts) => own(facts, name)),
  }))
}

function metricLines(sides: readonly Side[], { series }: World): Line[] {
  const all = sides.map(({ run }) => series.get(run?.id ?? ''))
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

/** What versions are and where they come from, data and params that differ, metrics, and with `all` what does not. */
function compareLines(sides: readonly Side[], world: World, all: boolean): Line[] {
  const plain = [
    ...linesOf(
      'version',
      sides.map(({ version }) => versionFacts(world.state, version)),
    ),
    ...linesOf(
      'data',
      sides.map(({ run }) => dataOf(run)),
    ),
    ...linesOf(
      'param',
      sides.map(({ run }) => run?.params ?? {}),
    ),
  ]
  const equal = all ? plain.filter((line) => !differs(line)) : []
  return [...plain.filter(differs), ...metricLines(sides, world), ...equal]
}

function recordOf(line: Line, sides: readonly Side[]): { readonly [key: string]: Raw } {
  const { kind, name, stat, values } = line
  const byRun = Object.fromEntries(sides.map(({ id }, i) => [id, values[i] ?? null]))
  return { kind, name, stat, differs: differs(line), values: byRun }
}

function cellOf(value: string | number | null, differing: boolean): Cell {
  if (value === null) return { text: '-', tone: 'dim' }
  if (typeof value === 'string') return { text: value, tone: differing ? 'accent' : 'text' }
  return { text: formatValue(value), tone: Number.isFinite(value) ? 'text' : 'bad' }
}

/** Titles of the sides, with the id where two have the same. */
function titles(sides: readonly Side[]): string[] {
  return sides.map(({ id, title }) =>
    sides.filter((other) => other.title === title).length > 1 ? `${title} (${id})` : title,
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

function sideOf(word: string, { state }: World): Side {
  const version = namedVersion(state, word)
  if (version) return { id: version.id, title: version.id, run: state.runs.get(version.run ?? ''), version }
  const run = pick([...state.runs.values()], word, 'run', 'mlops get runs')
  return { id: run.id, title: run.name, run }
}

function sidesOf(words: readonly string[], world: World): Side[] {
  const sides = new Map(words.map((word) => sideOf(word, world)).map((side) => [side.id, side]))
  if (sides.size >= 2) return [...sides.values()]
  const [id] = sides.keys()
  throw usageError(`all these words name ${id}`, 'compare needs two different runs or versions')
}

/** The verb. */
export const compare = defineVerb({
  name: 'compare',
  summary:
    'Prints runs or model versions side by side: aliases, stage, commit, digests of data and the params that differ, then last, min and max of each metric. JSON: {kind, name, stat, differs, values: {id: value}}.',
  positionals: [
    {
      name: 'run',
      doc: 'two runs or more (ids, beginnings of ids, names), or versions: MODEL/1, MODEL@champion',
      many: 2,
    },
  ],
  flags,
  examples: [
    'mlops compare resnet-a resnet-b',
    'mlops compare 3f2a 91bc 77de -o csv',
    'mlops compare churn@champion churn/7',
  ],
  prepare(args) {
    const choice = formatChoice(args)
    return async ({ link, out }) => {
      const world = link.world()
      const sides = sidesOf(args.positionals, world)
      const lines = compareLines(sides, world, args.on('all'))
      if (choice.format === 'table') {
        const columns = [{ title: 'KIND' }, { title: 'NAME' }, ...titles(sides).map((title) => ({ title }))]
        await out.write(tableText(columns, lines.map(tableRow), choice, out))
        return 0
      }
      const fields = ['kind', 'name', 'stat', 'differs', ...sides.map(({ id }) => `values.${id}`)]
      await writeAll(
        out,
        recordPieces(
          choice.format,
          lines.map((line) => recordOf(line, sides)),
          fields,
        ),
      )
      return 0
    }
  },
})
